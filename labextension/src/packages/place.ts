/** Where packages are installed: the kernel of the notebook or console that the user works in. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

/** What the section about packages needs to know of the kernel. */
export interface IPlace {
  /** Emits when there is another kernel, or none. */
  readonly changed: ISignal<this, void>;
  /** The name of its specification; null where there is no kernel. */
  readonly name: string | null;
  /** Its name for people. */
  readonly displayName: string;
  /** The connection to it. */
  readonly kernel: Kernel.IKernelConnection | null;
  /** Puts code into a new cell below the active one; null where there are no cells. */
  readonly insert: ((code: string) => void) | null;
}

/** What notebooks and consoles have in common. */
interface IWithSession extends Widget {
  sessionContext: ISessionContext;
}

/** As much of a notebook as a new cell takes. */
interface INotebook {
  activeCellIndex: number;
  model: {
    sharedModel: {
      insertCell: (index: number, cell: { cell_type: 'code'; source: string }) => void;
    };
  } | null;
}

/**
 * Follows the widget in front: the last one that has a kernel counts, until it is closed.
 *
 * The trackers of notebooks and consoles would bring both packages along, for two properties.
 */
export class CurrentPlace implements IPlace, IDisposable {
  constructor(private readonly shell: JupyterFrontEnd.IShell) {
    shell.currentChanged?.connect(this.onCurrent, this);
    this.onCurrent();
  }

  readonly changed = new Signal<this, void>(this);

  get name(): string | null {
    return this.kernel?.name ?? null;
  }

  get displayName(): string {
    return this.widget?.sessionContext.kernelDisplayName ?? '';
  }

  get kernel(): Kernel.IKernelConnection | null {
    return this.widget?.sessionContext.session?.kernel ?? null;
  }

  get insert(): ((code: string) => void) | null {
    const content = (this.widget as { content?: Partial<INotebook> } | null)?.content;
    const cells = content?.model?.sharedModel;
    if (!cells || typeof cells.insertCell !== 'function') {
      return null;
    }
    const notebook = content as INotebook;
    return code => {
      const index = notebook.activeCellIndex + 1;
      cells.insertCell(index, { cell_type: 'code', source: code });
      notebook.activeCellIndex = index;
    };
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.shell.currentChanged?.disconnect(this.onCurrent, this);
    this.follow(null);
    Signal.clearData(this);
  }

  private onCurrent(): void {
    const widget = this.shell.currentWidget;
    // Beside a file or this extension's own pages, the notebook of before still counts.
    if (widget !== this.widget && hasSession(widget)) {
      this.follow(widget);
      this.changed.emit();
    }
  }

  private follow(widget: IWithSession | null): void {
    this.widget?.sessionContext.kernelChanged.disconnect(this.onKernel, this);
    this.widget?.disposed.disconnect(this.onClosed, this);
    this.widget = widget;
    widget?.sessionContext.kernelChanged.connect(this.onKernel, this);
    widget?.disposed.connect(this.onClosed, this);
  }

  private onKernel(): void {
    this.changed.emit();
  }

  private onClosed(): void {
    this.widget = null;
    this.onCurrent();
    this.changed.emit();
  }

  private widget: IWithSession | null = null;
  private _isDisposed = false;
}

function hasSession(widget: Widget | null): widget is IWithSession {
  const context = (widget as Partial<IWithSession> | null)?.sessionContext;
  return typeof context?.kernelChanged === 'object';
}
