import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Policy } from '../src/api';
import { attentionItems } from '../src/attention';
import { type IFacts, looks } from '../src/conditions';
import { glance, type IStanding } from '../src/glance';
import { english, repository } from './fixtures';
import { check, client, kernel, leftover } from './panelFixtures';

const facts: IFacts = { condition: 'fresh', secondsLeft: 40_000, problem: null, repository };
const policy: Policy = {
  minimum_age: 604_800,
  exempt: [],
  unknown_age: 'refuse',
  malware: 'off',
  vulnerabilities: 'off',
  blocked: {},
  locked: [],
  text: ''
};

function say(changes: Partial<IStanding> = {}): ReturnType<typeof glance> {
  return glance(
    { facts, policy: null, kernels: [kernel()], clients: [client()], ...changes },
    english
  );
}

test('where everything is so, one sentence says it, and there is nothing to do', () => {
  const said = say({ policy });
  assert.equal(said.sentence, 'Everything installs from acme/shared-pypi');
  assert.equal(said.more, 'and nothing younger than 7 days');
  assert.equal(said.tone, 'calm');
  assert.equal(said.next, null);
});

test('nothing is promised before kernels and package managers are known', () => {
  assert.equal(say({ kernels: null }).sentence, 'Packages come from acme/shared-pypi');
});

test('a kernel that goes elsewhere is named, and one button mends it', () => {
  const said = say({
    kernels: [kernel(), kernel({ name: 'b', state: 'insecure', fixable: true })]
  });
  assert.equal(said.sentence, 'Not everything installs from acme/shared-pypi');
  assert.equal(said.more, 'Python 3 (acme) installs from elsewhere');
  assert.equal(said.tone, 'attention');
  assert.equal(said.next?.kind, 'fix');
});

test('where several go elsewhere, the button leads to them', () => {
  const said = say({
    kernels: [kernel({ state: 'insecure', fixable: true })],
    clients: [client({ state: 'elsewhere' }), client({ name: 'pip', state: 'unset' })]
  });
  assert.equal(said.more, 'Python 3 (acme) and 2 others install from elsewhere');
  assert.equal(said.next?.kind, 'attention');
});

test('a client that nobody asked for is no concern', () => {
  assert.equal(say({ clients: [client({ enabled: false, state: 'elsewhere' })] }).tone, 'calm');
});

for (const [condition, kind] of [
  ['expired', 'refresh'],
  ['missing', 'refresh'],
  ['offline', 'refresh'],
  ['not_configured', null],
  ['absent', null]
] as const) {
  test(`${condition}: the sentence says so, and the next step is ${kind ?? 'elsewhere'}`, () => {
    const said = say({ facts: { ...facts, condition, secondsLeft: null } });
    assert.ok(!said.sentence.includes('Everything'));
    assert.equal(said.next?.kind ?? null, kind);
  });
}

test('what needs attention is said once, kernels first', () => {
  const items = attentionItems(
    [kernel({ state: 'insecure' }), kernel({ name: 'fine' })],
    [client({ state: 'unset' })],
    [check({ name: 'kernel acme', ok: false }), check({ name: 'client uv', ok: false }), leftover]
  );
  assert.deepEqual(
    items.map(item => item.kind),
    ['kernel', 'client', 'check']
  );
  assert.deepEqual(attentionItems([kernel()], [client()], []), []);
});

for (const [condition, secondsLeft, tone] of [
  ['expiring', 200, 'calm'],
  ['failing', 7200, 'calm'],
  ['failing', 3599, 'attention'],
  ['expired', 0, 'trouble']
] as const) {
  test(`${condition} with ${secondsLeft} s left is ${tone}`, () => {
    assert.equal(looks({ ...facts, condition, secondsLeft }).tone, tone);
  });
}
