/** One command in the user's kernel, run as if it were typed: it waits for its turn, tells how far it is, can be ended. */

import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';

import type { Failure } from '../api';
import { failureOf, type ISaid, NOTHING, withOutput } from './output';

/** What a command does. */
export type Action = 'install' | 'upgrade' | 'remove';

/** Where a command stands. */
export type RunState =
  /** The kernel runs something else; nothing has been sent to it. */
  | 'waiting'
  /** Sent, behind cells that were sent before. */
  | 'sent'
  | 'running'
  | 'done'
  | 'failed'
  /** Cancelled by the user before the kernel got it. */
  | 'cancelled';

/** Runs `code` in `kernel`; `ended` settles when it is over, and never rejects. */
export class Run implements IDisposable {
  constructor(
    readonly action: Action,
    readonly name: string,
    readonly code: string,
    private readonly kernel: Kernel.IKernelConnection,
    private readonly changed: () => void
  ) {
    this.ended = new Promise(resolve => {
      this.settle = resolve;
    });
    kernel.statusChanged.connect(this.onStatus, this);
    kernel.disposed.connect(this.onGone, this);
    this.onStatus();
  }

  /** Settles when the command is over. */
  readonly ended: Promise<void>;

  get state(): RunState {
    return this._state;
  }

  /** Whether it is not over yet. */
  get isOn(): boolean {
    return this._state === 'waiting' || this._state === 'sent' || this._state === 'running';
  }

  /** Whether the user can end it: what is sent and has not begun would end another's cell. */
  get canEnd(): boolean {
    return this._state === 'waiting' || this._state === 'running';
  }

  /** What the kernel has said so far. */
  get said(): ISaid {
    return this._said;
  }

  /** Why it failed, or null. */
  get failure(): Failure | null {
    return this._failure;
  }

  /** When the kernel began with it, in milliseconds; 0 before. */
  get begun(): number {
    return this._begun;
  }

  get isDisposed(): boolean {
    return this.kernel.isDisposed || !this.isOn;
  }

  /** Take it back, or interrupt it. */
  end(): void {
    if (this._state === 'waiting') {
      this.finish('cancelled');
    } else if (this._state === 'running') {
      void this.kernel.interrupt();
    }
  }

  /** Listen no more. */
  dispose(): void {
    if (this.isOn) {
      this.finish('cancelled');
    }
  }

  private onStatus(): void {
    if (this._state === 'waiting' && this.kernel.status === 'idle') {
      this.send();
    } else if (this.kernel.status === 'dead') {
      this.onGone();
    }
  }

  private send(): void {
    this._state = 'sent';
    // A failure must not take the user's own cells behind it along.
    const future = this.kernel.requestExecute({
      code: this.code,
      allow_stdin: false,
      stop_on_error: false,
      store_history: true
    });
    future.onIOPub = message => {
      this.onOutput(message);
    };
    future.done.then(
      reply => {
        this._failure = failureOf(reply.content);
        this.finish(this._failure ? 'failed' : 'done');
      },
      () => {
        this.onGone();
      }
    );
    this.changed();
  }

  private onOutput(message: KernelMessage.IIOPubMessage): void {
    const type: string = message.header.msg_type;
    if (type === 'status' && this._state === 'sent') {
      this._state = 'running';
      this._begun = Date.now();
    }
    this._said = withOutput(this._said, { type, content: message.content });
    this.changed();
  }

  private onGone(): void {
    if (this.isOn) {
      this._failure = { kind: 'KernelGone', message: '', why: '', remedy: '' };
      this.finish('failed');
    }
  }

  private finish(state: RunState): void {
    if (!this.isOn) {
      return;
    }
    this._state = state;
    this.kernel.statusChanged.disconnect(this.onStatus, this);
    this.kernel.disposed.disconnect(this.onGone, this);
    this.changed();
    this.settle();
  }

  private settle: () => void = () => undefined;
  private _state: RunState = 'waiting';
  private _said = NOTHING;
  private _failure: Failure | null = null;
  private _begun = 0;
}
