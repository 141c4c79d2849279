/** The only two notifications: refreshing keeps failing, and the token has expired. */

import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';

import { looks } from './conditions';
import type { TokenModel } from './models/token';

/** What the buttons do. */
export interface INotificationActions {
  refresh: () => void;
  /** Null where there is no panel that has them. */
  details: (() => void) | null;
}

type Alarm = 'failing' | 'expired';

/** Notifies once for each alarm, and takes the notification back when its cause is gone. */
export class TokenNotifications implements IDisposable {
  constructor(
    private readonly model: TokenModel,
    private readonly trans: TranslationBundle,
    private readonly actions: INotificationActions
  ) {
    model.changed.connect(this.onChanged, this);
  }

  /** Whether to notify at all. */
  enabled = true;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.model.changed.disconnect(this.onChanged, this);
  }

  private onChanged(): void {
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
    // With hours left a failure may well heal by itself: see `looks`.
    return facts.condition === 'failing' && looks(facts).tone === 'attention' ? 'failing' : null;
  }

  private notify(alarm: Alarm): string {
    const { trans } = this;
    const { refresh, details } = this.actions;
    const actions = [{ label: trans.__('Refresh now'), callback: refresh }];
    if (details) {
      actions.push({ label: trans.__('Details'), callback: details });
    }
    const { problem } = this.model.facts;
    const said =
      alarm === 'expired'
        ? trans.__('The token has expired; installs will fail.')
        : trans.__('Refreshing the token keeps failing.');
    const message = [said, problem?.message].filter(line => line).join('\n');
    const tell = alarm === 'expired' ? Notification.error : Notification.warning;
    return tell(message, { autoClose: false, actions });
  }

  private raised: Alarm | null = null;
  private toast = '';
  private _isDisposed = false;
}
