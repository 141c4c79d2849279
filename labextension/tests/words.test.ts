import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Condition, IFacts } from '../src/words';
import { inWords, secondsToNextChange, timeLeft, timeLeftInFull } from '../src/words';
import { answer, english, HOUR, throttled } from './fixtures';

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

function say(condition: Condition, facts: Partial<IFacts> = {}): ReturnType<typeof inWords> {
  return inWords(
    { condition, secondsLeft: null, problem: null, repository: null, ...facts },
    english
  );
}

for (const [seconds, words] of [
  [43_200, '12 h'],
  [43_199, '11 h'],
  [3600, '1 h'],
  [3599, '59 min'],
  [60, '1 min'],
  [59.9, '59 s'],
  [0, '0 s'],
  [-5, '0 s']
] as const) {
  test(`${seconds} seconds left read "${words}"`, () => {
    assert.equal(timeLeft(seconds, english), words);
  });
}

test('the full time left goes down to the minute', () => {
  assert.equal(timeLeftInFull(11 * HOUR + 42 * 60 + 30, english), '11 h 42 min');
  assert.equal(timeLeftInFull(2 * HOUR, english), '2 h');
  assert.equal(timeLeftInFull(90, english), '1 min');
});

test('words change by the minute, and by the second in the last minute', () => {
  assert.ok(Math.abs(secondsToNextChange(2 * HOUR + 30) - 30) < 0.1);
  assert.ok(Math.abs(secondsToNextChange(90) - 30) < 0.1);
  assert.ok(secondsToNextChange(30.2) <= 1.1);
});

test('waiting for the next change always passes it', () => {
  for (let left = 2 * HOUR; left > 2; left -= 7.3) {
    const later = left - secondsToNextChange(left);
    assert.notEqual(timeLeftInFull(later, english), timeLeftInFull(left, english), String(left));
  }
});

test('every condition has a sentence of its own and a label', () => {
  const all = CONDITIONS.map(condition => say(condition, { secondsLeft: 60 }));
  assert.equal(new Set(all.map(words => words.sentence)).size, CONDITIONS.length);
  assert.ok(all.every(words => words.label !== ''));
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

test('the details name repository, time left, cause and remedy', () => {
  const { details } = say('failing', {
    secondsLeft: 2 * HOUR + 60,
    problem: throttled,
    repository: answer().repository
  });
  for (const part of ['acme / shared-pypi', '2 h 1 min left', throttled.why, throttled.remedy]) {
    assert.ok(details.includes(part), part);
  }
});

test('without a remedy from the server an unconfigured state says what to set', () => {
  assert.match(say('not_configured').details, /CA_REPOSITORY_ARN/);
  assert.doesNotMatch(say('not_configured', { problem: throttled }).details, /CA_REPOSITORY_ARN/);
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
