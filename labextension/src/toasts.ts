/** The only two notifications: refreshing keeps failing, and the token has expired. */

import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';

import type { TokenModel } from './model';
import { inWords } from './words';

/** What the buttons do. */
export interface IToastActions {
  refresh: () => void;
  details: () => void;
}

type Alarm = 'failing' | 'expired';

/** Notifies once for each alarm, and takes the notification back when its cause is gone. */
export class Toasts implements IDisposable {
  constructor(
    private readonly model: TokenModel,
    private readonly trans: TranslationBundle,
    private readonly actions: IToastActions
  ) {
    model.stateChanged.connect(this.onStateChanged, this);
  }

  /** Whether to notify at all. */
  enabled = true;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.model.stateChanged.disconnect(this.onStateChanged, this);
  }

  private onStateChanged(): void {
    const { condition } = this.model.facts;
    if (condition === 'refreshing' || condition === 'offline') {
      return; // says nothing about the token
    }
    const alarm = this.alarm();
    if (alarm === this.raised) {
      return;
    }
    this.raised = alarm;
    if (this.toast) {
      Notification.dismiss(this.toast);
      this.toast = '';
    }
    if (alarm && this.enabled) {
      this.toast = this.notify(alarm);
    }
  }

  private alarm(): Alarm | null {
    const { facts } = this.model;
    if (facts.condition === 'expired') {
      return 'expired';
    }
    // With hours left a failure may well heal by itself; see `inWords`.
    return facts.condition === 'failing' && inWords(facts, this.trans).tone === 'attention'
      ? 'failing'
      : null;
  }

  private notify(alarm: Alarm): string {
    const { trans } = this;
    const { problem } = this.model.facts;
    const said =
      alarm === 'expired'
        ? trans.__('The CodeArtifact token has expired; installs will fail.')
        : trans.__('Refreshing the CodeArtifact token keeps failing.');
    const message = [said, problem?.message].filter(line => line).join('\n');
    const tell = alarm === 'expired' ? Notification.error : Notification.warning;
    return tell(message, {
      autoClose: false,
      actions: [
        { label: trans.__('Refresh now'), callback: this.actions.refresh },
        { label: trans.__('Details'), callback: this.actions.details }
      ]
    });
  }

  private raised: Alarm | null = null;
  private toast = '';
  private _isDisposed = false;
}
