import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import type { Status } from '../src/api';
import { Offline, Refused, ServerExtensionMissing } from '../src/failures';
import { TokenModel } from '../src/models/token';
import type { ITokenServer } from '../src/server';
import { HOUR } from '../src/time';
import { answer, lasting, throttled } from './fixtures';

/** Answers what a test tells it to, and counts. */
class Server implements ITokenServer {
  next: () => Promise<Status> = () => Promise.resolve(answer());
  refreshes = 0;

  status(): Promise<Status> {
    return this.next();
  }

  refresh(): Promise<Status> {
    this.refreshes++;
    return this.next();
  }

  fail(error: Error): void {
    this.next = () => Promise.reject(error);
  }

  say(changes: Partial<Status>): void {
    this.next = () => Promise.resolve(answer(changes));
  }
}

let clock: number;
let server: Server;
let model: TokenModel;

beforeEach(() => {
  clock = 1_000_000;
  server = new Server();
  model = new TokenModel(server, () => clock);
});

test('before the first answer the model is loading', () => {
  assert.equal(model.facts.condition, 'loading');
  assert.equal(model.secondsLeft, null);
});

test('after an answer it holds the state and the repository', async () => {
  await model.fetch();
  assert.equal(model.facts.condition, 'fresh');
  assert.equal(model.facts.repository?.label, 'acme/shared-pypi');
});

test('it counts down by its own clock, whatever the clock of the server says', async () => {
  server.say({ seconds_left: 100, expires_at: 5 });
  await model.fetch();
  clock += 40_000;
  assert.equal(model.secondsLeft, 60);
});

test('a token expires without another answer', async () => {
  server.say({ seconds_left: 100 });
  await model.fetch();
  clock += 100_001;
  assert.equal(model.secondsLeft, 0);
  assert.equal(model.facts.condition, 'expired');
});

test('an error of the server makes a valid token a failing one', async () => {
  server.say({ error: throttled });
  await model.fetch();
  assert.equal(model.facts.condition, 'failing');
  assert.equal(model.facts.problem?.kind, 'Throttled');
});

test('credentials that do not expire are fresh, with nothing to count', async () => {
  server.next = () => Promise.resolve(lasting());
  await model.fetch();
  assert.equal(model.facts.condition, 'fresh');
  clock += 10 * 365 * 24 * HOUR * 1000;
  assert.equal(model.facts.condition, 'fresh');
  assert.equal(model.secondsLeft, null);
  assert.equal(model.shareLeft, null);
  assert.equal(model.deadline, null);
});

test('credentials that do not expire may fail to be looked up', async () => {
  server.next = () => Promise.resolve(lasting({ error: throttled }));
  await model.fetch();
  assert.equal(model.facts.condition, 'failing');
});

test('before the first token it is missing, whatever the error', async () => {
  server.next = () => Promise.resolve(lasting({ state: 'missing', error: throttled }));
  await model.fetch();
  assert.equal(model.facts.condition, 'missing');
});

test('not configured stays not configured, though the server explains it as an error', async () => {
  server.say({ state: 'not_configured', seconds_left: null, error: throttled });
  await model.fetch();
  assert.equal(model.facts.condition, 'not_configured');
});

test('no answer is offline, and the time left is kept', async () => {
  await model.fetch();
  server.fail(new Offline());
  await model.fetch();
  assert.equal(model.facts.condition, 'offline');
  assert.ok((model.secondsLeft ?? 0) > 11 * HOUR);
});

test('an unknown address is an absent server extension', async () => {
  server.fail(new ServerExtensionMissing());
  await model.fetch();
  assert.equal(model.facts.condition, 'absent');
});

test('the next good answer ends every failure', async () => {
  for (const failure of [new Offline(), new ServerExtensionMissing(), new Refused(throttled)]) {
    server.fail(failure);
    await model.fetch();
    server.say({});
    await model.fetch();
    assert.equal(model.facts.condition, 'fresh');
  }
});

test('a refused refresh leaves the token and tells the cause', async () => {
  await model.fetch();
  server.fail(new Refused(throttled));
  await assert.rejects(model.refresh(), Refused);
  assert.equal(model.facts.condition, 'failing');
  assert.equal(model.facts.problem?.remedy, throttled.remedy);
});

test('two clicks make one request', async () => {
  await Promise.all([model.refresh(), model.refresh()]);
  assert.equal(server.refreshes, 1);
  await model.refresh();
  assert.equal(server.refreshes, 2);
});

test('views see "refreshing" while it lasts and "fresh" at its end', async () => {
  const seen: string[] = [];
  model.changed.connect(sender => seen.push(sender.facts.condition));
  await model.refresh();
  assert.equal(seen[0], 'refreshing');
  assert.equal(seen.at(-1), 'fresh');
});

test('an answer that a later one has overtaken is dropped', async () => {
  let release: (status: Status) => void = () => undefined;
  server.next = () => new Promise(resolve => (release = resolve));
  const slow = model.fetch();
  server.say({ seconds_left: 500 });
  await model.fetch();
  release(answer({ seconds_left: 5 }));
  await slow;
  assert.equal(model.secondsLeft, 500);
});

test('the answer to a refresh is newer than a look that began later', async () => {
  let minted: (status: Status) => void = () => undefined;
  let looked: (status: Status) => void = () => undefined;
  server.next = () => new Promise(resolve => (minted = resolve));
  const refresh = model.refresh();
  server.say({ seconds_left: 5, refreshing: true });
  await model.fetch();
  server.next = () => new Promise(resolve => (looked = resolve));
  const look = model.fetch();
  minted(answer({ seconds_left: 500 }));
  await refresh;
  assert.equal(model.secondsLeft, 500);
  looked(answer({ seconds_left: 5, refreshing: true }));
  await look;
  assert.equal(model.secondsLeft, 500);
  assert.equal(model.facts.condition, 'fresh');
});

test('a disposed model is silent', async () => {
  let calls = 0;
  model.changed.connect(() => calls++);
  model.dispose();
  await model.fetch();
  assert.equal(calls, 0);
});
