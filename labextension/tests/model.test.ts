import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { Offline, Refused, ServerExtensionMissing } from '../src/failures';
import { TokenModel } from '../src/model';
import type { IStatus, ITokenServer } from '../src/tokens';
import { answer, HOUR, throttled } from './fixtures';

/** Answers what a test tells it to, and counts. */
class Server implements ITokenServer {
  next: () => Promise<IStatus> = () => Promise.resolve(answer());
  refreshes = 0;

  status(): Promise<IStatus> {
    return this.next();
  }

  refresh(): Promise<IStatus> {
    this.refreshes++;
    return this.next();
  }

  fail(error: Error): void {
    this.next = () => Promise.reject(error);
  }

  say(changes: Partial<IStatus>): void {
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
  assert.equal(model.facts.repository?.name, 'shared-pypi');
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

test('not configured stays not configured, though the server explains it as an error', async () => {
  server.say({ state: 'not_configured', seconds_left: null, error: throttled });
  await model.fetch();
  assert.equal(model.facts.condition, 'not_configured');
});

test('no answer is offline, and the time left is kept', async () => {
  await model.fetch();
  server.fail(new Offline());
  await assert.rejects(model.fetch(), Offline);
  assert.equal(model.facts.condition, 'offline');
  assert.ok((model.secondsLeft ?? 0) > 11 * HOUR);
});

test('an unknown address is an absent server extension', async () => {
  server.fail(new ServerExtensionMissing());
  await assert.rejects(model.fetch());
  assert.equal(model.facts.condition, 'absent');
});

test('the next good answer ends every failure', async () => {
  for (const failure of [new Offline(), new ServerExtensionMissing(), new Refused(throttled)]) {
    server.fail(failure);
    await assert.rejects(model.fetch());
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
  model.stateChanged.connect(sender => seen.push(sender.facts.condition));
  await model.refresh();
  assert.equal(seen[0], 'refreshing');
  assert.equal(seen.at(-1), 'fresh');
});

test('an answer that a later one has overtaken is dropped', async () => {
  let release: (status: IStatus) => void = () => undefined;
  server.next = () => new Promise(resolve => (release = resolve));
  const slow = model.fetch();
  server.say({ seconds_left: 500 });
  await model.fetch();
  release(answer({ seconds_left: 5 }));
  await slow;
  assert.equal(model.secondsLeft, 500);
});

test('a disposed model is silent', async () => {
  let calls = 0;
  model.stateChanged.connect(() => calls++);
  model.dispose();
  await model.fetch();
  assert.equal(calls, 0);
});
