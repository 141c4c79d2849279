import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { ServerConnection } from '@jupyterlab/services';
import { type IPlugin, PluginRegistry } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';

import './standIns';

import type { Failure, Status } from '../src/api';
import { Events } from '../src/names';
import { servicePlugin } from '../src/plugins/service';
import { tokenPlugin } from '../src/plugins/token';
import { ISecurePyPI } from '../src/tokens';
import { answer, throttled } from './fixtures';

/** What another extension has seen: the states, in order. */
class OtherExtension {
  service: ISecurePyPI | null = null;
  seen: (Status['state'] | null)[] = [];

  readonly plugin: IPlugin<JupyterFrontEnd, void> = {
    id: 'other-extension:plugin',
    requires: [ISecurePyPI],
    activate: (_, service: ISecurePyPI) => {
      this.service = service;
      this.seen.push(service.status?.state ?? null);
      service.changed.connect(sender => {
        this.seen.push(sender.status?.state ?? null);
      });
    }
  };

  /** Let time pass, a few milliseconds only, until it has seen so many states. */
  async sees(count: number): Promise<void> {
    for (let n = 0; this.seen.length < count; n++) {
      assert.ok(n < 100, `${count - this.seen.length} changes did not come`);
      mock.timers.tick(1);
      await new Promise(setImmediate);
    }
  }
}

let said: () => Response;
let requests: string[];
let events: Signal<object, object>;
let other: OtherExtension;

/** As much of Lab as the plugins need; only the network is not there. */
function lab(): PluginRegistry<JupyterFrontEnd> {
  const serverSettings = ServerConnection.makeSettings({
    baseUrl: 'http://127.0.0.1/',
    fetch: input => {
      const { method, url } = input as Request;
      requests.push(`${method} ${new URL(url).pathname}`);
      return Promise.resolve().then(() => said());
    }
  });
  const registry = new PluginRegistry<JupyterFrontEnd>();
  registry.application = {
    serviceManager: { serverSettings, events: { stream: events } }
  } as unknown as JupyterFrontEnd;
  registry.registerPlugins([tokenPlugin, servicePlugin, other.plugin]);
  return registry;
}

function say(body: Status | Failure, status = 200): void {
  said = () => new Response(JSON.stringify(body), { status });
}

beforeEach(() => {
  // The poll after a minute never comes: what is seen later was announced or asked for.
  mock.timers.enable({ apis: ['setTimeout'] });
  requests = [];
  events = new Signal({});
  other = new OtherExtension();
  say(answer({ state: 'stale' }));
});

afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

test('another extension requires the service and sees how fresh the token is', async () => {
  await lab().activatePlugin(other.plugin.id);
  assert.deepEqual(other.seen, [null], 'activation waits for no answer');
  await other.sees(2);
  assert.deepEqual(other.seen, [null, 'stale']);
  assert.equal(other.service?.status?.repository?.label, 'acme/shared-pypi');
});

test('it sees a change that the server announces', async () => {
  await lab().activatePlugin(other.plugin.id);
  await other.sees(2);
  say(answer());
  events.emit({ schema_id: Events.token });
  await other.sees(3);
  assert.deepEqual(other.seen, [null, 'stale', 'fresh']);
});

test('it refreshes the token, and sees the new one before its call returns', async () => {
  await lab().activatePlugin(other.plugin.id);
  await other.sees(2);
  say(answer());
  await other.service?.refresh();
  assert.deepEqual(other.seen, [null, 'stale', 'fresh']);
  assert.deepEqual(requests, ['GET /securepypi/status', 'POST /securepypi/refresh']);
});

test('it is told why there is no new token', async () => {
  await lab().activatePlugin(other.plugin.id);
  await other.sees(2);
  say({ ...throttled }, 503);
  await assert.rejects(async () => other.service?.refresh(), { message: throttled.message });
  assert.deepEqual(other.seen, [null, 'stale'], 'what was known is kept');
});

/** How often the server is asked in an hour. */
async function questionsInAnHour(): Promise<number> {
  // The poll draws how much longer it waits each time: here always the longest.
  mock.method(Math, 'random', () => 0.999);
  await lab().activatePlugin(tokenPlugin.id);
  for (let second = 0; second < 3600; second++) {
    mock.timers.tick(1000);
    await new Promise(setImmediate);
  }
  return requests.length;
}

test('a server that answers is asked once a minute', async () => {
  const count = await questionsInAnHour();
  assert.ok(count > 50 && count <= 61, String(count));
});

test('a server that does not answer is asked ever more seldom', async () => {
  said = () => {
    throw new TypeError('no route');
  };
  const count = await questionsInAnHour();
  assert.ok(count > 3 && count < 15, String(count));
});
