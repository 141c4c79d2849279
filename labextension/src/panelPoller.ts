/** Keeps panel and pages up to date while one of them is seen, and asks nothing while none is. */

import type { Event } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';

import type { PanelModel } from './models/panel';
import { Events } from './names';

/** Between two looks where the server announces nothing, in milliseconds. */
const INTERVAL = 120_000;
const LONGEST = 10 * 60_000;

/** A part of the user interface that shows the model. */
export interface IView {
  readonly isVisible: boolean;
  readonly disposed: ISignal<unknown, void>;
  /** Emits when it comes into view. */
  readonly shown: ISignal<unknown, void>;
}

/** Works until it is disposed. */
export class PanelPoller implements IDisposable {
  constructor(
    private readonly model: PanelModel,
    private readonly events: ISignal<unknown, Event.Emission>
  ) {
    this.poll = new Poll({
      auto: true,
      name: 'jupyter-securepypi:panel',
      factory: () => {
        model.installs.invalidate();
        model.kernels.invalidate();
        model.clients.invalidate();
        model.history.invalidate();
        model.packages.invalidate();
        this.catchUp();
        return Promise.resolve();
      },
      frequency: { interval: INTERVAL, backoff: true, max: LONGEST },
      standby: () => !this.seen
    });
    events.connect(this.onEvent, this);
    model.packages.placeChanged.connect(this.catchUp, this);
    model.token.changed.connect(this.onToken, this);
    document.addEventListener('visibilitychange', this.onVisibility);
  }

  get isDisposed(): boolean {
    return this.poll.isDisposed;
  }

  dispose(): void {
    this.events.disconnect(this.onEvent, this);
    for (const view of this.views) {
      view.shown.disconnect(this.catchUp, this);
    }
    this.model.packages.placeChanged.disconnect(this.catchUp, this);
    this.model.token.changed.disconnect(this.onToken, this);
    document.removeEventListener('visibilitychange', this.onVisibility);
    this.poll.dispose();
  }

  /** Ask for what `view` shows whenever it comes into view, and go on while it is seen. */
  watch(view: IView): void {
    this.views.add(view);
    view.shown.connect(this.catchUp, this);
    view.disposed.connect(() => {
      this.views.delete(view);
    });
    if (view.isVisible) {
      this.catchUp();
    }
  }

  private get seen(): boolean {
    return !document.hidden && [...this.views].some(view => view.isVisible);
  }

  private catchUp(): void {
    if (this.seen) {
      this.model.catchUp();
    }
  }

  private onEvent(_: unknown, event: Event.Emission): void {
    if (event.schema_id === Events.installs) {
      this.model.installs.invalidate();
      this.model.packages.invalidate();
      this.model.history.invalidate();
    } else if (event.schema_id === Events.kernels || event.schema_id === Events.token) {
      // A new token may come with new files for kernels and clients.
      this.model.kernels.invalidate();
      this.model.clients.invalidate();
    } else {
      return;
    }
    this.catchUp();
  }

  /** Once the server answers again, ask it what it did not answer. */
  private onToken(): void {
    const { condition } = this.model.token.facts;
    const lost = condition === 'offline' || condition === 'absent';
    if (this.lost && !lost) {
      this.catchUp();
    }
    this.lost = lost;
  }

  private readonly onVisibility = (): void => {
    this.catchUp();
  };

  private readonly views = new Set<IView>();
  private lost = false;
  private readonly poll: Poll<void>;
}
