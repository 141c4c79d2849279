import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import type { IStateDB } from '@jupyterlab/statedb';

import { rememberFolded } from '../src/foldedSections';
import { TokenModel } from '../src/models/token';
import { PanelModel } from '../src/models/panel';
import { FOLDED_KEY } from '../src/names';
import { noPackages } from './packageFixtures';
import { PanelServer } from './panelServer';

/** What Lab keeps, as far as it is used here. */
class Kept {
  values = new Map<string, unknown>();

  fetch(id: string): Promise<unknown> {
    return Promise.resolve(this.values.get(id));
  }

  save(id: string, value: unknown): Promise<void> {
    this.values.set(id, value);
    return Promise.resolve();
  }
}

let kept: Kept;
let server: PanelServer;

function open(): PanelModel {
  const token = new TokenModel(server);
  const consent = (): Promise<boolean> => Promise.resolve(false);
  return new PanelModel({
    server,
    token,
    version: '1',
    copy: () => undefined,
    consent,
    save: () => undefined,
    packages: noPackages
  });
}

function remember(model: PanelModel): Promise<void> {
  return rememberFolded(kept as unknown as IStateDB, model);
}

beforeEach(() => {
  kept = new Kept();
  server = new PanelServer();
});

test('what was folded is folded after a reload, without a question to the server', async () => {
  const before = open();
  await remember(before);
  before.fold('packages', true);
  before.fold('attention', true);
  const after = open();
  await remember(after);
  assert.deepEqual(after.folded, ['attention', 'packages']);
  after.fold('packages', false);
  after.fold('attention', false);
  const third = open();
  await remember(third);
  assert.deepEqual(third.folded, []);
  assert.deepEqual(server.asked, []);
});

for (const odd of [
  { folded: ['packages', 'no such section', 5] },
  { folded: 'packages' },
  null,
  'text'
]) {
  test(`what an other version may have kept is no trouble: ${JSON.stringify(odd)}`, async () => {
    kept.values.set(FOLDED_KEY, odd);
    const model = open();
    await remember(model);
    assert.ok(model.folded.every(section => section === 'packages'));
  });
}

test('a user who is faster than the memory is right', async () => {
  kept.values.set(FOLDED_KEY, { folded: ['token'] });
  const model = open();
  const done = remember(model);
  model.fold('packages', true);
  await done;
  assert.deepEqual(model.folded, ['packages']);
});

test('a memory that fails leaves everything as it is', async () => {
  kept.fetch = () => Promise.reject(new Error('gone'));
  kept.save = () => Promise.reject(new Error('gone'));
  const model = open();
  await remember(model);
  model.fold('packages', true);
  assert.deepEqual(model.folded, ['packages']);
});
