import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { ServerConnection } from '@jupyterlab/services';

import './standIns';

import type { Failure, GateWord, Verdict, Why } from '../src/api';
import { Offline, Refused } from '../src/failures';
import { WhyModel } from '../src/models/why';
import { pieces } from '../src/prose';
import { RestServer } from '../src/rest';
import { clock } from '../src/time';
import { heldBack, unmet } from '../src/whyWords';
import { english, throttled } from './fixtures';
import { install, whyOf } from './panelFixtures';
import { PanelServer } from './panelServer';

let server: PanelServer;
let why: WhyModel;

beforeEach(() => {
  server = new PanelServer();
  why = new WhyModel(server);
});

test('what stands in the field is asked, without the blanks around it', async () => {
  why.text = ' pandas==3.0 ';
  await why.askAbout();
  assert.deepEqual(server.asked, ['why pandas==3.0']);
  assert.equal(why.answer?.requirement, 'pandas==3.0');
});

test('an empty field asks nothing, and neither does a look at everything before the first question', async () => {
  why.text = '  ';
  await why.askAbout();
  await why.fetch();
  assert.deepEqual(server.asked, []);
  assert.ok(!why.stale);
});

test('an answer that belongs to an older question is never shown', async () => {
  const answers = new Map<string, (found: Why) => void>();
  server.whyAnswer = requirement => new Promise(resolve => answers.set(requirement, resolve));
  const first = why.askAbout('first');
  const second = why.askAbout('second');
  answers.get('first')?.(whyOf('first'));
  await first;
  assert.equal(why.answer, null);
  assert.ok(why.loading);
  answers.get('second')?.(whyOf('second'));
  await second;
  assert.deepEqual(why.answer, whyOf('second'));
});

test('the same question twice is one request; another one may be asked meanwhile', async () => {
  const asked = why.askAbout('pandas');
  assert.ok(why.isAsking);
  void why.askAbout();
  why.text = 'numpy';
  assert.ok(!why.isAsking);
  await Promise.all([asked, why.askAbout()]);
  assert.deepEqual(server.asked, ['why pandas', 'why numpy']);
});

test('a failure takes the place of the older answer', async () => {
  await why.askAbout('pandas');
  server.whyAnswer = () => Promise.reject(new Refused(throttled));
  await why.askAbout('numpy');
  assert.equal(why.answer, null);
  assert.equal(why.trouble?.kind, 'refused');
  assert.ok(!why.stale, 'what was refused is not asked again by itself');
});

test('a question that the server has not heard is asked again once it is back', async () => {
  server.whyAnswer = () => Promise.reject(new Offline());
  await why.askAbout('pandas');
  assert.ok(why.stale);
});

test('the requirement arrives as it was written', async () => {
  let address = '';
  const serverSettings = ServerConnection.makeSettings({
    baseUrl: 'http://127.0.0.1/',
    fetch: input => {
      address = (input as Request).url;
      return Promise.resolve(new Response(JSON.stringify(whyOf('x'))));
    }
  });
  await new RestServer(serverSettings).why('acme-core[a,b]>=1 & ../#+');
  const { pathname, searchParams } = new URL(address);
  assert.equal(pathname, '/securepypi/why');
  assert.equal(searchParams.get('requirement'), 'acme-core[a,b]>=1 & ../#+');
});

function verdict(changes: Partial<Verdict>): Verdict {
  return {
    name: 'acme-table',
    version: '1.1',
    kind: 'too_young',
    held_back: true,
    until: null,
    reason: '',
    advisories: [],
    text: '',
    ...changes
  };
}

test('versions that are held back say until when, in the locale of the user, or what is the matter', () => {
  const until = 1_900_000_000; // 20 seconds before a full minute
  const blocked = verdict({ kind: 'blocked', text: 'acme-table 1.0 is blocked: too old' });
  const answer = whyOf('acme-table', {
    verdicts: [verdict({ until }), blocked, verdict({ kind: 'allowed', held_back: false })]
  });
  assert.deepEqual(heldBack(answer, english), [
    `acme-table 1.1, allowed from ${clock((until + 20) * 1000)}`,
    'acme-table 1.0 is blocked: too old'
  ]);
});

function failure(kind: string, message: string): Failure {
  return { kind, message, why: '', remedy: '' };
}

const held: GateWord = {
  name: 'acme-table',
  version: '1.1',
  kind: 'too_young',
  held_back: true,
  text: ''
};

for (const [what, changes, requirement] of [
  [
    'is held back',
    { error: failure('HeldBack', 'acme-table 1.1 is held back.'), gate: [held] },
    'acme-table==1.1'
  ],
  [
    'is missing among others',
    {
      error: failure('NotFound', 'acme-new>=2 is not in acme/shared-pypi.'),
      arguments: ['-r', 'requirements.txt', 'acme-core', 'acme-new>=2']
    },
    'acme-new>=2'
  ],
  [
    'is only part of the name of what is missing',
    {
      error: failure('NotFound', 'acme-core-extra is not in acme/shared-pypi.'),
      arguments: ['acme-core']
    },
    null
  ],
  [
    'is named, but not to blame',
    { error: failure('AccessDenied', 'acme-core: no.'), arguments: ['acme-core'] },
    null
  ]
] as const) {
  test(`a failed install raises the right question where a package ${what}`, () => {
    const { error, ...rest } = changes;
    const found = install([], { ok: false, error, ...(structuredClone(rest) as object) });
    assert.equal(unmet(found), requirement);
  });
}

test('an install that went well raises no question', () => {
  assert.equal(unmet(install([], { gate: [held] })), null);
});

test('code stands without its backquotes, and a lone one stays', () => {
  assert.deepEqual(pieces('run `a b`, or ` not'), [
    { text: 'run ', isCode: false },
    { text: 'a b', isCode: true },
    { text: ', or ` not', isCode: false }
  ]);
});
