/** A timer that fires when the words for the time left change, and rests in a hidden tab. */

import type { IDisposable } from '@lumino/disposable';

import { secondsToNextChange } from './time';

/** Calls back by the minute, in the last minute by the second; never in a hidden tab. */
export class Countdown implements IDisposable {
  /**
   * @param secondsLeft the time left, or null where there is nothing to count.
   * @param tick is called when the words may have changed.
   */
  constructor(
    private readonly secondsLeft: () => number | null,
    private readonly tick: () => void
  ) {
    document.addEventListener('visibilitychange', this.onVisibility);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    document.removeEventListener('visibilitychange', this.onVisibility);
    window.clearTimeout(this.timer);
  }

  /** Set the timer anew: to be called when the time left has jumped. */
  restart(): void {
    window.clearTimeout(this.timer);
    const left = this.secondsLeft();
    if (this._isDisposed || document.hidden || !left) {
      return;
    }
    this.timer = window.setTimeout(
      () => {
        this.tick();
        this.restart();
      },
      secondsToNextChange(left) * 1000
    );
  }

  private readonly onVisibility = (): void => {
    if (!document.hidden) {
      this.tick();
    }
    this.restart();
  };

  private timer: number | undefined;
  private _isDisposed = false;
}
