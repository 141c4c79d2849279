import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { Refused } from '../src/failures';
import { SetupModel } from '../src/models/setup';
import { TokenModel } from '../src/models/token';
import { throttled } from './fixtures';
import { PanelServer } from './panelServer';

let server: PanelServer;
let token: TokenModel;
let setup: SetupModel;

beforeEach(() => {
  server = new PanelServer();
  token = new TokenModel(server);
  setup = new SetupModel(server, token);
});

test('an address is saved as it was meant, and the token is asked about at once', async () => {
  setup.repository = ' https://index.example.com/simple/ ';
  await setup.save();
  assert.deepEqual(server.asked, ['configure https://index.example.com/simple/']);
  assert.equal(setup.outcome?.result, 'the file');
  assert.equal(token.facts.condition, 'fresh');
});

test('two clicks save once', async () => {
  setup.repository = 'https://index.example.com/simple/';
  const both = [setup.save(), setup.save()];
  assert.ok(setup.isSaving);
  await Promise.all(both);
  assert.equal(server.asked.length, 1);
});

test('a refusal is told until the address changes', async () => {
  server.configureAnswer = () => Promise.reject(new Refused(throttled));
  setup.repository = 'https://index.example.com/simple/';
  await setup.save();
  assert.equal(setup.outcome?.trouble?.kind, 'refused');
  setup.repository = 'https://other.example.com/simple/';
  assert.equal(setup.outcome, null);
});
