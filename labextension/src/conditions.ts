/** What the user should know about the token, and how urgent it looks. Pure functions. */

import type { Failure, Repository, Status } from './api';
import { HOUR } from './time';

/** The server's state, joined with what the browser itself sees. */
export type Condition =
  | Status['state']
  | 'loading'
  | 'refreshing'
  /** The token still serves, but there is no newer one to be had. */
  | 'failing'
  /** The Jupyter server does not answer. */
  | 'offline'
  /** The Jupyter server has no extension of ours. */
  | 'absent';

/** The facts that are put into words. */
export interface IFacts {
  condition: Condition;
  /** Until the token expires, in seconds; null where there is no token, or it does not expire. */
  secondsLeft: number | null;
  problem: Failure | null;
  repository: Repository | null;
}

/** How urgent it is. */
export type Tone = 'calm' | 'attention' | 'trouble';

/** The icon's shape. */
export type Shield = 'closed' | 'alert' | 'off' | 'unknown';

/** Whether there are credentials that stay good, as those of an index that mints no tokens. */
export function doesNotExpire({ condition, secondsLeft }: IFacts): boolean {
  return secondsLeft === null && (condition === 'fresh' || condition === 'failing');
}

/** How the status bar and the panel show it. */
export function looks(facts: IFacts): { tone: Tone; shield: Shield } {
  switch (facts.condition) {
    case 'loading':
    case 'fresh':
    case 'stale':
    // The last minutes alarm nobody while a new token is on its way: where none comes, that is `failing`.
    case 'expiring':
    case 'refreshing':
      return { tone: 'calm', shield: 'closed' };
    case 'failing':
      // With hours left a failure may well heal by itself: say it, but do not alarm.
      return { tone: (facts.secondsLeft ?? HOUR) < HOUR ? 'attention' : 'calm', shield: 'alert' };
    case 'expired':
    case 'misconfigured':
      return { tone: 'trouble', shield: 'off' };
    case 'missing':
    case 'not_configured':
    case 'offline':
    case 'absent':
      return { tone: 'attention', shield: 'off' };
  }
}
