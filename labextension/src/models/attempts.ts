/** Mending at the user's request: which attempts are under way, and how each has ended. */

import { troubleOf, type Trouble } from '../failures';

/** How an attempt has ended: with a result, or with the reason why there is none. */
export type Outcome<R> = { result: R; trouble: null } | { result: null; trouble: Trouble };

/** At most one attempt at a time for each key. */
export class Attempts<R> {
  /** @param changed is called when an attempt begins and when it ends. */
  constructor(private readonly changed: () => void) {}

  /** Whether an attempt is under way. */
  isUnderWay(key: string): boolean {
    return this._underWay.has(key);
  }

  /** How the last attempt has ended; null before the first, and while another is under way. */
  outcome(key: string): Outcome<R> | null {
    return this._outcomes.get(key) ?? null;
  }

  /** Forget how all attempts have ended. */
  clear(): void {
    this._outcomes.clear();
  }

  /** Do `work`, unless an attempt for this key is under way; never rejects, `outcome` tells. */
  async start(key: string, work: () => Promise<R>): Promise<void> {
    if (this._underWay.has(key)) {
      return;
    }
    this._underWay.add(key);
    this._outcomes.delete(key);
    this.changed();
    try {
      const result = await work();
      this._outcomes.set(key, { result, trouble: null });
    } catch (error) {
      this._outcomes.set(key, { result: null, trouble: troubleOf(error) });
    }
    this._underWay.delete(key);
    this.changed();
  }

  private readonly _underWay = new Set<string>();
  private readonly _outcomes = new Map<string, Outcome<R>>();
}
