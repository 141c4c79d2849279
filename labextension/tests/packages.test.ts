import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';

import './standIns';

import type { Failure } from '../src/api';
import { Refused } from '../src/failures';
import { commandFor, PackagesModel } from '../src/packages/model';
import { failureOf, NOTHING, withOutput } from '../src/packages/output';
import { matching, ordered } from '../src/packages/rows';
import { heldWords, runFailure, runSentence, stateOf } from '../src/packages/words';
import { english, throttled } from './fixtures';
import {
  environmentOf,
  foundFor,
  installed,
  newestOf,
  TestKernel,
  TestPlace
} from './packageFixtures';
import { PanelServer } from './panelServer';

let server: PanelServer;
let place: TestPlace;
let model: PackagesModel;
let agreed: boolean;

const DAY = 86_400;
const later = (): Promise<void> => new Promise(setImmediate);

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout'] });
  server = new PanelServer();
  place = new TestPlace();
  agreed = true;
  model = new PackagesModel({ server, place, mayRemove: () => Promise.resolve(agreed) });
});

afterEach(() => {
  model.dispose();
  mock.timers.reset();
});

test('without a kernel nothing is asked', async () => {
  place.goTo(null);
  assert.ok(!model.stale);
  await model.fetch();
  assert.deepEqual(server.asked, []);
});

test('what was known of one kernel is never shown for another', async () => {
  await model.fetch();
  assert.equal(model.rows.length, 1);
  let changes = 0;
  model.placeChanged.connect(() => changes++);
  place.goTo(new TestKernel('other'));
  assert.deepEqual(model.rows, []);
  assert.ok(model.stale);
  assert.equal(changes, 1);
  await model.fetch();
  assert.deepEqual(server.asked, ['packages python3', 'packages other']);
});

test('what was installed last comes first, then what is not from here, then the rest by name', () => {
  const rows = ordered([
    installed('b'),
    installed('a'),
    installed('old', { time: 1, origin: 'secure' }),
    installed('strange', { origin: 'elsewhere' }),
    installed('new', { time: 2, origin: 'secure' })
  ]);
  assert.deepEqual(
    rows.map(row => row.name),
    ['new', 'old', 'strange', 'a', 'b']
  );
});

test('a few are shown until all are wanted', async () => {
  const many = Array.from({ length: 300 }, (_, n) => installed(`p${n}`));
  server.packagesAnswer = name => Promise.resolve(environmentOf(name, many));
  await model.fetch();
  assert.equal(model.rows.length + model.hidden, 300);
  assert.ok(model.hidden > 280);
  model.showAll();
  assert.equal(model.rows.length, 300);
});

test('the index is asked a moment after the last key, and an older answer is dropped', async () => {
  const answers = new Map<string, () => void>();
  server.searchAnswer = text =>
    new Promise(resolve => {
      answers.set(text, () => {
        resolve(foundFor(text, [`${text}-found`]));
      });
    });
  for (const text of ['a', 'ac', 'acme']) {
    model.search.text = text;
    mock.timers.tick(50);
  }
  mock.timers.tick(200);
  assert.deepEqual(server.asked, ['search acme']);
  model.search.text = 'plots';
  mock.timers.tick(200);
  answers.get('plots')?.();
  await later();
  answers.get('acme')?.();
  await later();
  assert.equal(model.search.found?.text, 'plots');
  assert.ok(!model.search.isAsking);
  model.search.text = '';
  assert.equal(model.search.found, null);
});

test('installed packages come first among what is found, and none stands there twice', () => {
  const rows = matching(
    [installed('Acme_Core')],
    'acme',
    foundFor('acme', ['acme-core', 'acme-plots']),
    ''
  );
  assert.deepEqual(
    rows.map(row => [row.name, row.installed !== null]),
    [
      ['Acme_Core', true],
      ['acme-plots', false]
    ]
  );
});

test('an answer to an earlier text serves as far as it fits, and the exact name is always there', () => {
  const found = foundFor('acme', ['acme-plots', 'acme-core']);
  const rows = matching([], 'acme-p', found, 'acme-p');
  assert.deepEqual(
    rows.map(row => row.name),
    ['acme-p', 'acme-plots']
  );
});

test('packages that come into view together are asked about together, and once', async () => {
  const rows = ordered([installed('a'), installed('b', { version: '2.0' })]);
  await model.fetch();
  model.see(rows);
  model.see(rows);
  await later();
  model.see(rows);
  await later();
  assert.deepEqual(server.asked, ['packages python3', 'newest python3 a==1.0 b==2.0']);
  assert.equal(model.newestOf(rows[0])?.version, '1.0');
});

test('a version that is none is not asked with, and what is no name is not asked about', async () => {
  const rows = ordered([installed('a', { version: '1,2' }), installed('b{0}'), installed('c,d')]);
  await model.fetch();
  model.see(rows);
  await later();
  assert.deepEqual(server.asked.slice(1), ['newest python3 a']);
  assert.equal(model.newestOf(rows[0])?.version, '1.0');
});

test('an answer is about the package that it names, wherever it stands', async () => {
  const answers = [
    newestOf('c', { version: '3.0' }),
    newestOf('z'),
    newestOf('a', { version: '2.0' })
  ];
  server.newestAnswer = () => Promise.resolve(answers);
  const rows = ordered([installed('a'), installed('b'), installed('c')]);
  await model.fetch();
  model.see(rows);
  await later();
  assert.deepEqual(
    rows.map(row => model.newestOf(row)?.version),
    ['2.0', undefined, '3.0']
  );
});

test('what stands in the way of all is asked about no more, until the user asks anew', async () => {
  server.newestAnswer = () => Promise.reject(new Refused(throttled));
  const rows = ordered([installed('a')]);
  await model.fetch();
  model.see(rows);
  await later();
  model.see(rows);
  await later();
  assert.equal(server.asked.length, 2);
  assert.equal(model.newestTrouble?.kind, 'refused');
  await model.fetch();
  assert.equal(model.newestTrouble, null);
});

test('an answer for a kernel that is left is dropped, and the new one is asked about', async () => {
  let settle: () => void = () => undefined;
  server.newestAnswer = packages =>
    new Promise(resolve => {
      settle = () => {
        resolve(packages.map(() => newestOf('a', { version: '9.0' })));
      };
    });
  const [row] = ordered([installed('a')]);
  await model.fetch();
  model.see([row]);
  await later();
  place.goTo(new TestKernel('other'));
  await model.fetch();
  model.see([row]);
  settle();
  await later();
  assert.equal(model.newestOf(row), null);
  settle();
  await later();
  assert.equal(model.newestOf(row)?.version, '9.0');
  assert.deepEqual(
    server.asked.filter(one => one.startsWith('newest')),
    ['newest python3 a==1.0', 'newest other a==1.0']
  );
});

for (const [what, newest, state] of [
  ['newer', { version: '2.0' }, { kind: 'upgrade', version: '2.0' }],
  ['the same', { version: '1.0' }, { kind: 'newest' }],
  ['absent', { version: '', absent: true }, { kind: 'absent' }],
  ['not known', { version: '', error: throttled }, { kind: 'unknown' }]
] as const) {
  test(`what the index has is ${what}`, () => {
    assert.deepEqual(stateOf(installed('a'), newestOf('a', newest)), state);
  });
}

test('a version that is held back says when it comes', () => {
  const held = {
    name: 'a',
    version: '2.0',
    kind: 'too_young' as const,
    held_back: true,
    until: 4.2 * DAY,
    reason: '',
    advisories: [],
    text: ''
  };
  const state = stateOf(installed('a'), newestOf('a', { held_back: [held] }));
  assert.deepEqual(state, { kind: 'held', version: '2.0', until: held.until });
  assert.equal(heldWords(held, 0, english), '2.0 allowed in 5 days');
  assert.equal(heldWords(held, 4 * DAY, english), '2.0 allowed in 5 hours');
  assert.equal(heldWords({ version: '2.0', until: null }, 0, english), '2.0 held back');
});

async function starts(action: 'install' | 'upgrade' | 'remove' = 'install'): Promise<TestKernel> {
  void model.start(action, 'acme-core');
  await later();
  return place.testKernel as TestKernel;
}

test('a command runs in the kernel, tells how far it is, and the list is read again', async () => {
  const kernel = await starts('upgrade');
  assert.deepEqual(kernel.executed, ['%secure_pip install --upgrade acme-core']);
  assert.equal(model.run?.state, 'sent');
  kernel.say('status', { execution_state: 'busy' });
  kernel.say('display_data', {
    data: { 'text/plain': 'Downloading 12 of 31', 'text/html': '<progress>' },
    metadata: { securepypi_progress: { part: 0.4 } }
  });
  assert.equal(runSentence(model.run, english), 'Downloading 12 of 31');
  assert.equal(model.run.said.part, 0.4);
  assert.ok(!model.isFree);
  kernel.say('update_display_data', {
    data: { 'text/plain': 'package  old\nacme-core  1.0\n1 installed.', 'text/html': '<table>' },
    metadata: {}
  });
  kernel.reply({ status: 'ok' });
  await later();
  assert.equal(model.run.state, 'done');
  assert.deepEqual(model.run.said.lines, ['1 installed.']);
  assert.deepEqual(server.asked, ['packages python3']);
});

test('while the kernel is busy nothing is sent, and the command can be cancelled', async () => {
  const kernel = new TestKernel('python3');
  kernel.status = 'busy';
  place.goTo(kernel);
  await starts();
  assert.equal(model.run?.state, 'waiting');
  assert.deepEqual(kernel.executed, []);
  model.run.end();
  kernel.turn('idle');
  assert.deepEqual(kernel.executed, []);
  assert.equal(kernel.interrupts, 0, "the user's own cell goes on");
  await starts();
  assert.equal(kernel.executed.length, 1);
});

test('a command that waited is sent once the kernel is idle; one that runs is interrupted', async () => {
  const kernel = new TestKernel('python3');
  kernel.status = 'busy';
  place.goTo(kernel);
  await starts();
  kernel.turn('idle');
  assert.equal(kernel.executed.length, 1);
  model.run?.end();
  assert.equal(kernel.interrupts, 0, 'it would end a cell before it');
  kernel.say('status', { execution_state: 'busy' });
  model.run?.end();
  assert.equal(kernel.interrupts, 1);
});

test('a package is removed only where the user agrees', async () => {
  agreed = false;
  const kernel = await starts('remove');
  assert.deepEqual(kernel.executed, []);
  agreed = true;
  await starts('remove');
  assert.deepEqual(kernel.executed, ['%secure_pip uninstall -y acme-core']);
});

for (const name of ["x{__import__('os').getpid()}", 'x$HOME', 'x\n!touch ran', '-r', 'x y', '']) {
  test(`no command is made of ${JSON.stringify(name)}, which is no name`, async () => {
    let asked = 0;
    model.dispose();
    const mayRemove = (): Promise<boolean> => Promise.resolve(++asked > 0);
    model = new PackagesModel({ server, place, mayRemove });
    for (const action of ['install', 'upgrade', 'remove'] as const) {
      assert.equal(commandFor(action, name), null);
      await Promise.race([model.start(action, name), later()]);
    }
    assert.deepEqual([place.testKernel?.executed, asked, model.run], [[], 0, null]);
  });
}

test('a package is removed from the kernel that the user was asked about, and from no other', async () => {
  const [before, after] = [place.testKernel, new TestKernel('other')];
  let answer: (agrees: boolean) => void = () => undefined;
  model.dispose();
  const mayRemove = (): Promise<boolean> => new Promise(resolve => (answer = resolve));
  model = new PackagesModel({ server, place, mayRemove });
  await starts('remove');
  place.goTo(after);
  answer(true);
  await later();
  assert.deepEqual([before?.executed, after.executed], [[], []]);
  await starts('remove');
  answer(true);
  await later();
  assert.deepEqual(after.executed, ['%secure_pip uninstall -y acme-core']);
});

test('where the kernel cannot be seen, nothing is asked for another Python', async () => {
  const unseen = { ...environmentOf('python3', []), prefix: null, python: '' };
  server.packagesAnswer = () => Promise.resolve(unseen);
  model.see(matching([], 'acme-core', null, 'acme-core'));
  await model.fetch();
  model.see(matching([], 'acme-core', null, 'acme-core'));
  await later();
  assert.deepEqual(server.asked, ['packages python3']);
  assert.ok(!model.knowsPython);
});

test('a kernel that ends leaves no command under way', async () => {
  const kernel = await starts();
  kernel.lose();
  await later();
  assert.equal(model.run?.state, 'failed');
  assert.match((runFailure(model.run, english) as Failure).message, /kernel ended/);
});

test('a kernel without the magic is told with a way on', async () => {
  const kernel = await starts();
  const evalue = 'Line magic function `%secure_pip` not found.';
  kernel.reply({ status: 'error', ename: 'UsageError', evalue });
  await later();
  assert.ok(model.run);
  assert.match((runFailure(model.run, english) as Failure).remedy, /load_ext/);
});

test('a command that the kernel passes over says so', async () => {
  const kernel = await starts();
  kernel.reply({ status: 'aborted' });
  await later();
  assert.ok(model.run);
  const failure = runFailure(model.run, english) as Failure;
  assert.deepEqual([failure.message, failure.why], ['It was not run.', 'a cell before it failed']);
});

test('a failure has three parts, in whatever colours', () => {
  const evalue =
    '\u001b[0;31macme-x is not in acme/pypi.\u001b[0m\n  why   it has\nnone\n  try   check the name';
  assert.deepEqual(failureOf({ status: 'error', ename: 'NotFound', evalue }), {
    kind: 'NotFound',
    message: 'acme-x is not in acme/pypi.',
    why: 'it has none',
    remedy: 'check the name'
  });
  assert.equal(failureOf({ status: 'ok' }), null);
});

test('what is printed is the result, where there is no table', () => {
  const said = withOutput(NOTHING, {
    type: 'stream',
    content: { name: 'stdout', text: 'acme-core 1.0 removed.\n' }
  });
  assert.deepEqual(said.lines, ['acme-core 1.0 removed.']);
});
