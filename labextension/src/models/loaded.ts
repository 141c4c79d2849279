/** What the models of the panel's sections share: a value from the server, or why there is none. */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { Offline, Refused, ServerExtensionMissing } from '../failures';
import type { IProblem } from '../tokens';

/** Why the server gave no value. */
export type Trouble =
  | { kind: 'offline' }
  /** The server does not know the question: it is older than this panel. */
  | { kind: 'unsupported' }
  | { kind: 'refused'; problem: IProblem };

/**
 * Something to watch. The same shape as `VDomModel` of `@jupyterlab/ui-components`, without its import: models
 * run in Node, too, where no browser is.
 */
export class Model implements IDisposable {
  /** Emits when anything has changed. */
  readonly stateChanged = new Signal<this, void>(this);

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  protected changed(): void {
    if (!this._isDisposed) {
      this.stateChanged.emit();
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

  /** Note that the server has news; whoever shows the model decides when to fetch. */
  invalidate(): void {
    this._stale = true;
  }

  /** Ask the server; never rejects, `trouble` tells. */
  async fetch(): Promise<void> {
    const asked = ++this._asked;
    this._stale = false;
    this.changed();
    let outcome: () => void;
    try {
      const value = await this.ask();
      outcome = () => {
        this.accept(value);
      };
    } catch (error) {
      outcome = () => {
        this._trouble = troubleOf(error);
        this._stale = true;
      };
    }
    // An answer that a later one has overtaken says nothing any more.
    if (asked > this._answered) {
      this._answered = asked;
      outcome();
      this.changed();
    }
  }

  /** Put the question to the server. */
  protected abstract ask(): Promise<T>;

  /** Take a good answer. */
  protected accept(value: T): void {
    this._value = value;
    this._trouble = null;
  }

  private _value: T | null = null;
  private _trouble: Trouble | null = null;
  private _stale = true;
  private _asked = 0;
  private _answered = 0;
}

/** What a rejection of the server's means for a section. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof Offline) {
    return { kind: 'offline' };
  }
  if (error instanceof ServerExtensionMissing) {
    return { kind: 'unsupported' };
  }
  if (error instanceof Refused) {
    return { kind: 'refused', problem: error.problem };
  }
  return {
    kind: 'refused',
    problem: { kind: 'Unexpected', message: String(error), why: '', remedy: '' }
  };
}
