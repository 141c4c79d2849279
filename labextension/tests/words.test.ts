import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Condition, IFacts } from '../src/conditions';
import { HOUR } from '../src/time';
import { heading, inWords, lifetime } from '../src/words';
import { english, repository, throttled } from './fixtures';

const CONDITIONS: Condition[] = [
  'loading',
  'fresh',
  'stale',
  'expiring',
  'expired',
  'missing',
  'not_configured',
  'misconfigured',
  'refreshing',
  'failing',
  'offline',
  'absent'
];

function factsOf(condition: Condition, facts: Partial<IFacts> = {}): IFacts {
  return { condition, secondsLeft: null, problem: null, repository: null, ...facts };
}

function say(condition: Condition, facts: Partial<IFacts> = {}): ReturnType<typeof inWords> {
  return inWords(factsOf(condition, facts), english);
}

test('every condition has a sentence and a heading of its own, and a label', () => {
  const all = CONDITIONS.map(condition => factsOf(condition, { secondsLeft: 60 }));
  const words = all.map(facts => inWords(facts, english));
  assert.equal(new Set(words.map(one => one.sentence)).size, CONDITIONS.length);
  assert.equal(new Set(all.map(facts => heading(facts, english))).size, CONDITIONS.length);
  assert.ok(words.every(one => one.label !== ''));
});

test('every tone that warns comes with another shape than the calm one', () => {
  for (const condition of CONDITIONS) {
    const words = say(condition, { secondsLeft: 60 });
    if (words.tone !== 'calm') {
      assert.notEqual(words.shield, 'closed', condition);
    }
  }
});

test('a failing refresh alarms only in the last hour', () => {
  assert.equal(say('failing', { secondsLeft: 2 * HOUR }).tone, 'calm');
  assert.equal(say('failing', { secondsLeft: 2 * HOUR }).shield, 'alert');
  assert.equal(say('failing', { secondsLeft: 0.5 * HOUR }).tone, 'attention');
});

test('credentials that do not expire are told as such, everywhere', () => {
  const facts = factsOf('fresh', { repository });
  const words = inWords(facts, english);
  assert.equal(words.label, 'Does not expire');
  assert.match(words.details, /do not expire/);
  assert.equal(words.tone, 'calm');
  assert.equal(heading(facts, english), 'Valid');
  assert.equal(lifetime(facts, english), 'does not expire');
});

test('credentials that do not expire do not alarm when they cannot be looked up again', () => {
  const facts = factsOf('failing', { problem: throttled });
  const words = inWords(facts, english);
  assert.equal(words.label, 'Failing');
  assert.equal(words.tone, 'calm');
  assert.equal(lifetime(facts, english), 'does not expire');
});

test('nothing is said to last where there is no token', () => {
  for (const condition of ['missing', 'not_configured', 'loading', 'offline'] as const) {
    assert.equal(lifetime(factsOf(condition), english), '', condition);
    assert.doesNotMatch(say(condition).details, /expire/, condition);
  }
});

test('the details name repository, time left, cause and remedy', () => {
  const { details } = say('failing', {
    secondsLeft: 2 * HOUR + 60,
    problem: throttled,
    repository
  });
  const parts = ['acme/shared-pypi, AWS CodeArtifact', '2 h 1 min left'];
  for (const part of [...parts, throttled.why, throttled.remedy]) {
    assert.ok(details.includes(part), part);
  }
});

test('without a remedy from the server an unconfigured state says where to begin', () => {
  assert.match(say('not_configured').details, /it shows how to begin/);
  const told = say('not_configured', { problem: throttled }).details;
  assert.doesNotMatch(told, /it shows how to begin/);
});

test('while a new attempt runs, the last failure is not repeated', () => {
  assert.ok(!say('refreshing', { problem: throttled }).details.includes(throttled.message));
});

test('the sentence that is read out does not change with time', () => {
  assert.equal(
    say('fresh', { secondsLeft: 100 }).sentence,
    say('fresh', { secondsLeft: 99 }).sentence
  );
});
