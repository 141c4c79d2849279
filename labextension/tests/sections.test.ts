import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import type { Kernel } from '../src/api';
import { Offline, Refused, ServerExtensionMissing } from '../src/failures';
import { allSecure, InstallsModel, requestedFirst } from '../src/models/installs';
import type { IProposal } from '../src/models/consent';
import { KernelsModel } from '../src/models/kernels';
import { throttled } from './fixtures';
import { install, kernel, packageOf } from './panelFixtures';
import { PanelServer } from './panelServer';

let server: PanelServer;
let kernels: KernelsModel;
let proposals: IProposal[];
let agree: boolean;

beforeEach(() => {
  server = new PanelServer();
  proposals = [];
  agree = true;
  kernels = new KernelsModel(server, proposal => {
    proposals.push(proposal);
    return Promise.resolve(agree);
  });
});

test('before the first answer there is neither a value nor a trouble', () => {
  assert.equal(kernels.value, null);
  assert.equal(kernels.trouble, null);
  assert.ok(kernels.stale);
});

test('an answer is kept until the server has news', async () => {
  await kernels.fetch();
  assert.equal(kernels.value?.length, 1);
  assert.ok(!kernels.stale);
  kernels.invalidate();
  assert.ok(kernels.stale);
});

for (const [error, kind] of [
  [new Offline(), 'offline'],
  [new ServerExtensionMissing(), 'unsupported'],
  [new Refused(throttled), 'refused'],
  [new Error('odd'), 'refused']
] as const) {
  test(`${error.constructor.name} is the trouble "${kind}", keeps the last value, and is asked again`, async () => {
    await kernels.fetch();
    server.kernelsAnswer = () => Promise.reject(error);
    await kernels.fetch();
    assert.equal(kernels.trouble?.kind, kind);
    assert.equal(kernels.value?.length, 1);
    assert.ok(kernels.stale);
  });
}

test('a good answer ends the trouble', async () => {
  server.kernelsAnswer = () => Promise.reject(new Offline());
  await kernels.fetch();
  server.kernelsAnswer = () => Promise.resolve([]);
  await kernels.fetch();
  assert.equal(kernels.trouble, null);
});

test('an answer that a later one has overtaken is dropped', async () => {
  let release: (found: Kernel[]) => void = () => undefined;
  server.kernelsAnswer = () => new Promise(resolve => (release = resolve));
  const slow = kernels.fetch();
  server.kernelsAnswer = () => Promise.resolve([kernel({ name: 'newer' })]);
  await kernels.fetch();
  release([kernel({ name: 'older' })]);
  await slow;
  assert.equal(kernels.value?.[0].name, 'newer');
  assert.ok(!kernels.loading);
});

test('Why? opens and closes', () => {
  kernels.toggleWhy('acme');
  assert.ok(kernels.isExplained('acme'));
  kernels.toggleWhy('acme');
  assert.ok(!kernels.isExplained('acme'));
});

test('a fixed kernel takes the place of the broken one', async () => {
  server.kernelsAnswer = () =>
    Promise.resolve([kernel({ state: 'insecure' }), kernel({ name: 'b' })]);
  await kernels.fetch();
  await kernels.fix('acme', 'mend it');
  assert.deepEqual(
    kernels.value?.map(found => found.state),
    ['secure', 'secure']
  );
  assert.deepEqual(kernels.fixes.outcome('acme')?.result, ['pip.conf']);
  assert.equal(kernels.fixes.outcome('b'), null);
});

test('a failed fix leaves the kernel and tells the cause', async () => {
  server.kernelsAnswer = () => Promise.resolve([kernel({ state: 'insecure' })]);
  server.fixAnswer = () => Promise.reject(new Refused(throttled));
  await kernels.fetch();
  await kernels.fix('acme', 'mend it');
  assert.equal(kernels.value?.[0].state, 'insecure');
  assert.equal(kernels.fixes.outcome('acme')?.trouble?.kind, 'refused');
});

test('two clicks on Fix make one request', async () => {
  await Promise.all([kernels.fix('acme', 'mend it'), kernels.fix('acme', 'mend it')]);
  assert.deepEqual(server.asked, ['changes of acme', 'fix acme']);
});

test('a fix that changes files shows how, and waits for consent', async () => {
  server.changes = [{ path: 'pip.conf', diff: '+index-url' }];
  agree = false;
  await kernels.fix('acme', 'mend it');
  assert.deepEqual(proposals, [{ does: 'mend it', changes: server.changes, notes: server.notes }]);
  assert.deepEqual(server.asked, ['changes of acme'], 'nobody has agreed');
  assert.equal(kernels.fixes.outcome('acme')?.result, null);
  assert.equal(kernels.fixes.outcome('acme')?.trouble, null);
  agree = true;
  await kernels.fix('acme', 'mend it');
  assert.deepEqual(kernels.changedFiles, ['pip.conf']);
});

test('a note is shown and waits for consent, too', async () => {
  server.notes = ['No difference can be shown before there is a token.'];
  agree = false;
  await kernels.fix('acme', 'mend it');
  assert.deepEqual(proposals, [{ does: 'mend it', changes: [], notes: server.notes }]);
  assert.deepEqual(server.asked, ['changes of acme'], 'nobody has agreed');
});

test('another number of installs makes the list stale', async () => {
  const installs = new InstallsModel(server);
  await installs.fetch();
  installs.limit = 8;
  assert.ok(installs.stale);
  await installs.fetch();
  assert.deepEqual(server.asked, ['installs 5', 'installs 8']);
});

test('an install is secure unless it was public or a package came from elsewhere', () => {
  assert.ok(allSecure(install([packageOf('a')])));
  assert.ok(!allSecure(install([packageOf('a')], { repository: 'public' })));
  assert.ok(!allSecure(install([packageOf('a'), packageOf('b', { direct: true })])));
});

test('what was asked for comes before what it needs', () => {
  const found = requestedFirst(
    install([packageOf('core'), packageOf('acme', { requested: true })])
  );
  assert.deepEqual(
    found.map(one => one.name),
    ['acme', 'core']
  );
});
