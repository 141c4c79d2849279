/** What all models share: a value from the server, or the reason why there is none. */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { troubleOf, type Trouble } from '../failures';

/** Something that views follow. It imports nothing of Lab's, so that the tests run in Node without a browser. */
export class Model implements IDisposable {
  /** Emits when anything has changed. */
  readonly changed = new Signal<this, void>(this);

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  protected notify(): void {
    if (!this._isDisposed) {
      this.changed.emit();
    }
  }

  private _isDisposed = false;
}

/** Keeps the last good value while a newer one is on its way, and when none comes. */
export abstract class LoadedModel<T> extends Model {
  /** The last good answer, or null. */
  get value(): T | null {
    return this._value;
  }

  /** Why the last question got no answer, or null. */
  get trouble(): Trouble | null {
    return this._trouble;
  }

  /** Whether an answer is awaited. */
  get loading(): boolean {
    return this._asked > this._answered;
  }

  /** Whether the server may have news. */
  get stale(): boolean {
    return this._stale;
  }

  /** Note that the server has news; the views decide when to fetch. */
  invalidate(): void {
    this._stale = true;
  }

  /** Ask the server; never rejects, `trouble` tells. */
  async fetch(): Promise<void> {
    const asked = ++this._asked;
    this._stale = false;
    this.notify();
    let settle: () => void;
    try {
      const value = await this.ask();
      settle = () => {
        this.accept(value);
      };
    } catch (error) {
      settle = () => {
        this._trouble = troubleOf(error);
        this._stale = true;
      };
    }
    // An answer that a later one has overtaken says nothing any more.
    if (asked > this._answered) {
      this._answered = asked;
      settle();
      this.notify();
    }
  }

  /** Put the question to the server. */
  protected abstract ask(): Promise<T>;

  /** Take a good answer. */
  protected accept(value: T): void {
    this._value = value;
    this._trouble = null;
  }

  /** Take a value that is newer than every answer still on its way. */
  protected replace(value: T): void {
    this.overtake();
    this.accept(value);
    this.notify();
  }

  /** Have the server change something and answer with the new value; rejects as `request` does. */
  protected async send(request: () => Promise<T>): Promise<void> {
    let value: T;
    try {
      value = await request();
    } catch (error) {
      this.overtake();
      this._trouble = troubleOf(error);
      this.notify();
      throw error;
    }
    this.replace(value);
  }

  /** Drop the answers that are still on their way: they belong to an older question. */
  protected overtake(): void {
    this._answered = this._asked;
  }

  private _value: T | null = null;
  private _trouble: Trouble | null = null;
  private _stale = true;
  private _asked = 0;
  private _answered = 0;
}
