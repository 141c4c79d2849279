/** The state of the token in the browser: what the server said last, and what has happened since. */

import type { Failure, Status } from '../api';
import type { Condition, IFacts } from '../conditions';
import type { ITokenServer } from '../server';
import { LoadedModel } from './loaded';

/** Holds the last answer and counts down from it; every view of the token renders this. */
export class TokenModel extends LoadedModel<Status> {
  /**
   * @param server answers the requests.
   * @param now the browser's clock, in milliseconds.
   */
  constructor(
    private readonly server: ITokenServer,
    private readonly now: () => number = Date.now
  ) {
    super();
  }

  /** Seconds until expiry by the browser's clock, never below 0; null without a token or without an expiry. */
  get secondsLeft(): number | null {
    return this._deadline === null ? null : Math.max(0, (this._deadline - this.now()) / 1000);
  }

  /** When the token expires, in milliseconds by the browser's clock; null without a token or without an expiry. */
  get deadline(): number | null {
    return this._deadline;
  }

  /** The part of the token's life that is left, from 1 to 0; null where nothing can be counted. */
  get shareLeft(): number | null {
    const end = this.value?.expires_at ?? null;
    const start = this.value?.minted_at ?? null;
    const left = this.secondsLeft;
    return left === null || end === null || start === null || end <= start
      ? null
      : Math.min(1, left / (end - start));
  }

  /** What to tell the user now. */
  get facts(): IFacts {
    return {
      condition: this.condition,
      secondsLeft: this.secondsLeft,
      problem: this.problem,
      repository: this.value?.repository ?? null
    };
  }

  /** Have a new token minted; rejects as the server's `refresh` does. A second call joins the first. */
  refresh(): Promise<void> {
    if (!this._refresh) {
      this._refresh = this.send(() => this.server.refresh()).finally(() => {
        this._refresh = null;
        this.notify();
      });
      this.notify();
    }
    return this._refresh;
  }

  protected override ask(): Promise<Status> {
    return this.server.status();
  }

  protected override accept(status: Status): void {
    super.accept(status);
    // The time left, not the moment of expiry: the clocks of browser and server may differ.
    this._deadline = status.seconds_left === null ? null : this.now() + status.seconds_left * 1000;
  }

  private get problem(): Failure | null {
    return this.trouble?.kind === 'refused' ? this.trouble.problem : (this.value?.error ?? null);
  }

  private get condition(): Condition {
    const { value, trouble } = this;
    const isCut = trouble !== null && trouble.kind !== 'refused';
    if (this._refresh || (value?.refreshing && !isCut)) {
      return 'refreshing';
    }
    if (isCut) {
      return trouble.kind === 'offline' ? 'offline' : 'absent';
    }
    if (!value) {
      return trouble ? 'missing' : 'loading';
    }
    switch (value.state) {
      case 'not_configured':
      case 'misconfigured':
      case 'missing':
      case 'expired':
        return value.state;
      case 'fresh':
      case 'stale':
      case 'expiring':
        if (this.secondsLeft === 0) {
          return 'expired';
        }
        return this.problem ? 'failing' : value.state;
    }
  }

  private _deadline: number | null = null;
  private _refresh: Promise<void> | null = null;
}
