import assert from 'node:assert/strict';
import { test } from 'node:test';

import { HOUR, secondsToNextChange, timeLeft, timeLeftInFull } from '../src/time';
import { english } from './fixtures';

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
