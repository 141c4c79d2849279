/** Times in words. Pure functions. */

import type { TranslationBundle } from '@jupyterlab/translation';

/** In seconds. */
export const MINUTE = 60;
export const HOUR = 60 * MINUTE;

/** In milliseconds. */
const DAY = 24 * HOUR * 1000;

/** The time left in its largest unit, rounded down: "11 h", "42 min", "30 s". */
export function timeLeft(seconds: number, trans: TranslationBundle): string {
  if (seconds >= HOUR) {
    return trans.__('%1 h', Math.floor(seconds / HOUR));
  }
  if (seconds >= MINUTE) {
    return trans.__('%1 min', Math.floor(seconds / MINUTE));
  }
  return trans.__('%1 s', Math.max(0, Math.floor(seconds)));
}

/** The time left to the minute: "11 h 42 min". */
export function timeLeftInFull(seconds: number, trans: TranslationBundle): string {
  const minutes = Math.floor((seconds % HOUR) / MINUTE);
  if (seconds >= HOUR && minutes > 0) {
    return trans.__('%1 h %2 min', Math.floor(seconds / HOUR), minutes);
  }
  return timeLeft(seconds, trans);
}

/** A duration to the second, in as many units as that takes: "7 days", "1 day 12 hours". */
export function exactly(seconds: number, trans: TranslationBundle): string {
  const days = Math.floor(seconds / (24 * HOUR));
  const hours = Math.floor((seconds % (24 * HOUR)) / HOUR);
  const minutes = Math.floor((seconds % HOUR) / MINUTE);
  const rest = seconds % MINUTE;
  return [
    days > 0 ? trans._n('%1 day', '%1 days', days) : '',
    hours > 0 ? trans._n('%1 hour', '%1 hours', hours) : '',
    minutes > 0 ? trans._n('%1 minute', '%1 minutes', minutes) : '',
    rest > 0 ? trans._n('%1 second', '%1 seconds', rest) : ''
  ]
    .filter(part => part)
    .join(' ');
}

/** Seconds until the words for `secondsLeft` change, at least one: by the minute above one minute. */
export function secondsToNextChange(secondsLeft: number): number {
  const grain = secondsLeft >= MINUTE ? MINUTE : 1;
  return Math.max(1, (secondsLeft % grain) + 0.05);
}

/** A moment in milliseconds in full, for tooltips. */
export function exactMoment(moment: number): string {
  return new Date(moment).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}

/** The local time of day of a moment in milliseconds; with the date where it is not within a day of `now`. */
export function clock(moment: number, now = Date.now()): string {
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
  const near = Math.abs(moment - now) < DAY;
  return new Date(moment).toLocaleString(
    undefined,
    near ? time : { ...time, day: 'numeric', month: 'short' }
  );
}
