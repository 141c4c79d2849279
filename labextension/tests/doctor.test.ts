import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import type { Examination } from '../src/api';
import { examinationSentence } from '../src/examination';
import { Offline, Refused, ServerExtensionMissing } from '../src/failures';
import { ClientsModel } from '../src/models/clients';
import type { IProposal } from '../src/models/consent';
import { DoctorModel, type Examined } from '../src/models/doctor';
import { english, throttled } from './fixtures';
import { check, client, examination, leftover, ours } from './panelFixtures';
import { PanelServer } from './panelServer';

let server: PanelServer;
let model: DoctorModel;
let questions: IProposal[];
let agree: boolean;

beforeEach(() => {
  server = new PanelServer();
  questions = [];
  agree = true;
  model = new DoctorModel(server, proposal => {
    questions.push(proposal);
    return Promise.resolve(agree);
  });
});

const theirs = { ...ours, own_files: false };

test('nothing is examined before somebody asks', async () => {
  assert.equal(model.condition, 'loading');
  await model.fetch();
  assert.equal(model.condition, 'idle');
  assert.deepEqual(server.asked, ['examination']);
});

test('an examination passes from running to well, or to findings', async () => {
  const seen: Examined[] = [];
  model.changed.connect(() => seen.push(model.condition));
  await model.examine();
  server.examineAnswer = () => Promise.resolve(examination([check(), leftover]));
  await model.examine();
  assert.deepEqual(seen, ['running', 'well', 'running', 'findings']);
  assert.deepEqual(
    model.findings.map(found => found.name),
    ['leftovers']
  );
});

test('two clicks make one request', async () => {
  await Promise.all([model.examine(), model.examine(), model.fetch()]);
  assert.deepEqual(server.asked, ['examine']);
});

for (const [error, kind] of [
  [new Offline(), 'offline'],
  [new ServerExtensionMissing(), 'unsupported'],
  [new Refused(throttled), 'refused']
] as const) {
  test(`an examination that fails with ${error.constructor.name} keeps what was found before`, async () => {
    server.examineAnswer = () => Promise.resolve(examination([leftover]));
    await model.examine();
    server.examineAnswer = () => Promise.reject(error);
    await model.examine();
    assert.equal(model.condition, 'failed');
    assert.equal(model.trouble?.kind, kind);
    assert.equal(model.findings.length, 1);
    server.examineAnswer = () => Promise.resolve(examination());
    await model.examine();
    assert.equal(model.condition, 'well');
  });
}

test('an examination that runs already is joined, so that a reloaded page hears of its end', async () => {
  let release: (found: Examination) => void = () => undefined;
  server.lastAnswer = () => Promise.resolve(examination([], { running: true, examined_at: null }));
  server.examineAnswer = () => new Promise(resolve => (release = resolve));
  await model.fetch();
  assert.equal(model.condition, 'running');
  assert.deepEqual(server.asked, ['examination', 'examine']);
  const end = model.examine();
  release(examination());
  await end;
  assert.equal(model.condition, 'well');
});

test('what is ours is fixed without a question, and the answer shows what is left', async () => {
  server.examineAnswer = () => Promise.resolve(examination([leftover]));
  await model.examine();
  await model.fix(ours);
  assert.deepEqual(questions, []);
  assert.equal(server.asked[1], 'fix finding k1 without consent');
  assert.deepEqual(model.done, ['removed it']);
  assert.equal(model.condition, 'well');
});

test('what is not ours is fixed with consent only', async () => {
  agree = false;
  await model.fix(theirs);
  assert.deepEqual(questions, [
    { does: theirs.does, changes: server.changes, notes: server.notes }
  ]);
  assert.deepEqual(server.asked, ['changes of finding k1']);
  server.asked = [];
  assert.ok(!model.fixes.isUnderWay('k1'));
  agree = true;
  await model.fix(theirs);
  assert.deepEqual(server.asked, ['changes of finding k1', 'fix finding k1 with consent']);
});

test('two clicks on a fix make one request', async () => {
  await Promise.all([model.fix(ours), model.fix(ours)]);
  assert.equal(server.asked.length, 1);
});

test('a fix that fails tells why beside its finding, until the next attempt', async () => {
  server.fixFindingAnswer = () => Promise.reject(new Refused(throttled));
  await model.fix(ours);
  assert.equal(model.fixes.outcome('k1')?.trouble?.kind, 'refused');
  assert.deepEqual(model.done, []);
  server.fixFindingAnswer = () =>
    Promise.resolve({ done: ['removed it'], examination: examination() });
  await model.fix(ours);
  assert.equal(model.fixes.outcome('k1')?.trouble, null);
});

test('every condition has a sentence of its own', async () => {
  const said = new Set([examinationSentence(model, english)]);
  await model.fetch();
  said.add(examinationSentence(model, english));
  const end = model.examine();
  said.add(examinationSentence(model, english));
  await end;
  said.add(examinationSentence(model, english));
  server.examineAnswer = () => Promise.resolve(examination([leftover, leftover]));
  await model.examine();
  assert.equal(examinationSentence(model, english), '2 findings');
  server.examineAnswer = () => Promise.reject(new Offline());
  await model.examine();
  said.add(examinationSentence(model, english));
  assert.equal(said.size, 5);
});

test('clients that nobody asked for are listed by name only, unless they are led somewhere', async () => {
  server.clientsAnswer = () =>
    Promise.resolve([
      client(),
      client({ name: 'poetry', enabled: false, state: 'off' }),
      client({ name: 'twine', enabled: false, state: 'elsewhere' }),
      client({ name: 'pip', enabled: false }),
      client({ name: 'keyring', state: 'unset' })
    ]);
  const clients = new ClientsModel(server);
  await clients.fetch();
  assert.deepEqual(
    clients.shown.map(found => found.name),
    ['uv', 'twine', 'pip', 'keyring']
  );
  assert.deepEqual(clients.others, ['poetry']);
});
