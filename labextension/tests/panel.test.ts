import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { TokenModel } from '../src/models/token';
import { PanelModel } from '../src/models/panel';
import { compareVersions } from '../src/compareVersions';
import { noPackages } from './packageFixtures';
import { PanelServer } from './panelServer';

let server: PanelServer;
let copied: string[];
let panel: PanelModel;

function open(version: string): PanelModel {
  const token = new TokenModel(server);
  return new PanelModel({
    server,
    token,
    version,
    copy: text => copied.push(text),
    consent: () => Promise.resolve(true),
    save: () => undefined,
    packages: noPackages
  });
}

beforeEach(() => {
  server = new PanelServer();
  copied = [];
  panel = open('0.1.0');
});

afterEach(() => {
  panel.dispose();
});

test('catching up asks for what is stale, once', () => {
  panel.catchUp();
  panel.catchUp();
  assert.deepEqual(server.asked.sort(), ['clients', 'examination', 'installs 5', 'kernels']);
});

test('a page asks for what it shows while it is shown, and no longer', async () => {
  panel.notePage('history', true);
  panel.notePage('step', true);
  panel.catchUp();
  await new Promise(setImmediate);
  assert.ok(server.asked.includes('choices'));
  assert.ok(server.asked.includes('installs 200'));
  panel.notePage('step', false);
  server.asked = [];
  await panel.fetchAll();
  assert.ok(!server.asked.includes('choices'));
  assert.ok(server.asked.includes('installs 200'));
});

test('news of the installs are the only thing asked for', async () => {
  panel.catchUp();
  await new Promise(setImmediate);
  server.asked = [];
  panel.installs.invalidate();
  panel.catchUp();
  assert.deepEqual(server.asked, ['installs 5']);
});

test('a copy goes to the clipboard, marks its button, and is read out', () => {
  const said: string[] = [];
  panel.announced.connect((_, sentence) => said.push(sentence));
  panel.copy('key', 'text', 'Done.');
  assert.deepEqual(copied, ['text']);
  assert.equal(panel.copied, 'key');
  assert.deepEqual(said, ['Done.']);
});

test('sections fold and unfold', () => {
  panel.fold('packages', true);
  assert.ok(panel.isFolded('packages'));
  panel.fold('packages', false);
  assert.ok(!panel.isFolded('packages'));
});

test('the versions are compared once the server has told its own', async () => {
  for (const [version, order] of [
    ['0.1.0', 'same'],
    ['0.0.9', 'older'],
    ['0.2.0', 'newer']
  ] as const) {
    const found = open(version);
    assert.equal(found.order, null);
    await found.token.fetch();
    assert.equal(found.order, order);
    found.dispose();
  }
});

for (const [version, other, order] of [
  ['1.2.3', '1.2.3', 'same'],
  ['1.10.0', '1.9.0', 'newer'],
  ['1.2.0-rc.1', '1.2.0rc1', 'same'],
  ['1.2.0-rc.1', '1.2.0', 'older'],
  ['1.2.0', '1.2.0.dev3', 'newer'],
  ['1.2.0-alpha.1', '1.2.0-beta.1', 'older'],
  ['1.2', '1.2.1', 'older']
] as const) {
  test(`${version} is ${order === 'same' ? 'the same as' : `${order} than`} ${other}`, () => {
    assert.equal(compareVersions(version, other), order);
  });
}
