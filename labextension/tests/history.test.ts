import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { Refused } from '../src/failures';
import { HistoryModel } from '../src/models/history';
import type { SavedFile } from '../src/models/panel';
import { throttled } from './fixtures';
import { install, packageOf } from './panelFixtures';
import { PanelServer } from './panelServer';

let server: PanelServer;
let saved: SavedFile[];
let history: HistoryModel;

beforeEach(() => {
  server = new PanelServer();
  saved = [];
  history = new HistoryModel(server, file => saved.push(file), 0);
});

/** Let the timers that are due run. */
async function aMoment(): Promise<void> {
  await new Promise(done => setTimeout(done, 5));
}

test('what is typed is asked for once, without the space around it', async () => {
  history.matching = 'pan';
  history.matching = ' pandas ';
  await aMoment();
  assert.deepEqual(server.asked, ['installs 200 pandas']);
  assert.equal(history.matching, ' pandas ');
});

test('an export has what the filter lets through, and is saved', async () => {
  history.matching = 'pandas';
  await history.exportAs('csv');
  assert.ok(server.asked.includes('export csv pandas'));
  assert.deepEqual(saved, [{ name: 'installs.csv', media_type: 'text/csv', text: 'name' }]);
  assert.equal(history.exports.outcome('csv')?.result, 'installs.csv');
});

test('an export that is refused saves nothing and says why', async () => {
  server.exportAnswer = () => Promise.reject(new Refused(throttled));
  await history.exportAs('cyclonedx');
  assert.deepEqual(saved, []);
  assert.equal(history.exports.outcome('cyclonedx')?.trouble?.kind, 'refused');
});

test('an install that is revealed is open, and no filter hides it', async () => {
  const one = install([packageOf('acme')]);
  history.matching = 'something else';
  history.reveal(one);
  assert.ok(history.isOpen(one));
  assert.equal(history.matching, '');
  await aMoment();
  assert.deepEqual(server.asked, ['installs 200']);
  history.toggle(one);
  assert.ok(!history.isOpen(one));
});
