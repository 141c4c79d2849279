/** The public face of the token's model. */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { Status } from './api';
import type { TokenModel } from './models/token';
import type { ISecurePyPI } from './tokens';

/** Shows other extensions what they may rely on, and nothing else of the model, which it does not own. */
export class SecurePyPIService implements ISecurePyPI, IDisposable {
  constructor(private readonly model: TokenModel) {
    this.last = model.value;
    model.changed.connect(this.onModel, this);
  }

  readonly changed = new Signal<this, void>(this);

  get status(): Status | null {
    return this.model.value;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.model.changed.disconnect(this.onModel, this);
    Signal.clearData(this);
  }

  refresh(): Promise<void> {
    return this.model.refresh();
  }

  private onModel(): void {
    if (this.model.value !== this.last) {
      this.last = this.model.value;
      this.changed.emit();
    }
  }

  private last: Status | null;
  private _isDisposed = false;
}
