/** Keeps the token's model up to date: at once when the server says that something happened, else by polling. */

import type { Event } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';

import type { TokenModel } from './models/token';
import { Events } from './names';

/** Between two questions while all is well, in milliseconds; events bring changes sooner. */
const INTERVAL = 60_000;

/** The longest pause while the server does not answer, in milliseconds. */
const LONGEST = 10 * 60_000;

/** Works until it is disposed; asks nothing while the browser tab is hidden. */
export class TokenPoller implements IDisposable {
  /**
   * @param model is kept up to date.
   * @param events the server's event stream.
   */
  constructor(
    private readonly model: TokenModel,
    private readonly events: ISignal<unknown, Event.Emission>
  ) {
    this.poll = new Poll({
      name: 'jupyter-securepypi:status',
      factory: () => this.look(),
      frequency: { interval: INTERVAL, backoff: true, max: LONGEST },
      standby: 'when-hidden',
      linger: 0
    });
    events.connect(this.onEvent, this);
    document.addEventListener('visibilitychange', this.onVisibility);
  }

  get isDisposed(): boolean {
    return this.poll.isDisposed;
  }

  /** Change the time between two questions, in seconds. */
  set interval(seconds: number) {
    const interval = seconds * 1000;
    this.poll.frequency = { interval, backoff: true, max: Math.max(LONGEST, interval) };
  }

  dispose(): void {
    this.events.disconnect(this.onEvent, this);
    document.removeEventListener('visibilitychange', this.onVisibility);
    this.poll.dispose();
  }

  private async look(): Promise<void> {
    await this.model.fetch();
    if (this.model.trouble) {
      throw new Error('No answer: wait longer before the next question.');
    }
  }

  private onEvent(_: unknown, event: Event.Emission): void {
    // A hidden tab asks when it is seen again.
    if (event.schema_id === Events.token && !document.hidden) {
      void this.poll.refresh();
    }
  }

  private readonly onVisibility = (): void => {
    if (!document.hidden) {
      void this.poll.refresh();
    }
  };

  private readonly poll: Poll<void>;
}
