/** The state of the token in the browser: what the server said last, and what has happened since. */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { Offline, Refused, ServerExtensionMissing } from './failures';
import type { IProblem, IStatus, ITokenServer } from './tokens';
import type { Condition, IFacts } from './words';

/** Holds the last answer and counts down from it; every view of the token renders this. */
export class TokenModel implements IDisposable {
  /**
   * @param server answers the requests.
   * @param now the browser's clock, in milliseconds.
   */
  constructor(
    private readonly server: ITokenServer,
    private readonly now: () => number = Date.now
  ) {}

  /** Emits when anything but the passing of time has changed. */
  readonly stateChanged = new Signal<this, void>(this);

  /** The server's last answer, or null before the first. */
  get status(): IStatus | null {
    return this._status;
  }

  /** Seconds until expiry by the browser's clock, never below 0; null where there is no token. */
  get secondsLeft(): number | null {
    return this._deadline === null ? null : Math.max(0, (this._deadline - this.now()) / 1000);
  }

  /** When the token expires, in milliseconds by the browser's clock, or null. */
  get deadline(): number | null {
    return this._deadline;
  }

  /** The part of the token's life that is left, from 1 to 0; null where there is no token. */
  get shareLeft(): number | null {
    const { expires_at: end, minted_at: start } = this._status ?? {
      expires_at: null,
      minted_at: null
    };
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
      problem: this._problem ?? this._status?.error ?? null,
      repository: this._status?.repository ?? null
    };
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  /** Ask how things stand; rejects as the server's `status` does, after the model has taken note. */
  fetch(): Promise<void> {
    return this.exchange(() => this.server.status());
  }

  /** Have a new token minted; rejects as the server's `refresh` does. A second call joins the first. */
  refresh(): Promise<void> {
    if (!this._refresh) {
      this._refresh = this.exchange(() => this.server.refresh()).finally(() => {
        this._refresh = null;
        this.changed();
      });
      this.changed();
    }
    return this._refresh;
  }

  private get condition(): Condition {
    const status = this._status;
    if (this._refresh || (status?.refreshing && !this._connection)) {
      return 'refreshing';
    }
    if (this._connection) {
      return this._connection;
    }
    if (!status) {
      return this._problem ? 'missing' : 'loading';
    }
    if (status.state === 'not_configured' || status.state === 'misconfigured') {
      return status.state;
    }
    const left = this.secondsLeft;
    if (left === null) {
      return 'missing';
    }
    if (left === 0) {
      return 'expired';
    }
    return this._problem || status.error ? 'failing' : status.state;
  }

  private async exchange(ask: () => Promise<IStatus>): Promise<void> {
    const asked = ++this._asked;
    try {
      const status = await ask();
      if (asked >= this._answered) {
        this._answered = asked;
        this.accept(status);
      }
    } catch (error) {
      this._connection = connectionLost(error);
      this._problem = error instanceof Refused ? error.problem : null;
      throw error;
    } finally {
      this.changed();
    }
  }

  private accept(status: IStatus): void {
    this._status = status;
    this._connection = null;
    this._problem = null;
    // The time left, not the moment of expiry: the clocks of browser and server may differ.
    this._deadline = status.seconds_left === null ? null : this.now() + status.seconds_left * 1000;
  }

  private changed(): void {
    if (!this._isDisposed) {
      this.stateChanged.emit();
    }
  }

  private _status: IStatus | null = null;
  private _deadline: number | null = null;
  private _problem: IProblem | null = null;
  private _connection: 'offline' | 'absent' | null = null;
  private _refresh: Promise<void> | null = null;
  private _asked = 0;
  private _answered = 0;
  private _isDisposed = false;
}

function connectionLost(error: unknown): 'offline' | 'absent' | null {
  if (error instanceof Offline) {
    return 'offline';
  }
  return error instanceof ServerExtensionMissing ? 'absent' : null;
}
