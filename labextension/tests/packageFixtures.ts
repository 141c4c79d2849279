/** What the server may say of packages, and a kernel that does what a test tells it. */

import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import type {
  EnvironmentPackage,
  EnvironmentPackages,
  FoundPackages,
  NewestPackage
} from '../src/api';
import type { IPlace } from '../src/packages/place';

export function installed(
  name: string,
  changes: Partial<EnvironmentPackage> = {}
): EnvironmentPackage {
  return { name, version: '1.0', origin: 'unknown', source: '', time: null, ...changes };
}

export function environmentOf(
  kernel: string,
  packages: EnvironmentPackage[] = [installed('acme-core')]
): EnvironmentPackages {
  return {
    kernel,
    display_name: kernel,
    prefix: '/opt/env',
    reason: '',
    python: '3.11.7',
    packages
  };
}

export function foundFor(text: string, names: string[] = []): FoundPackages {
  return { text, names, total: names.length, near: false, listed: true, not_known: [] };
}

export function newestOf(name: string, changes: Partial<NewestPackage> = {}): NewestPackage {
  return { name, version: '1.0', held_back: [], absent: false, error: null, ...changes };
}

/** As much of a kernel's connection as a command needs. */
export class TestKernel {
  readonly statusChanged = new Signal<this, KernelMessage.Status>(this);
  readonly disposed = new Signal<this, void>(this);
  isDisposed = false;
  status: KernelMessage.Status = 'idle';
  executed: string[] = [];
  interrupts = 0;
  onIOPub: (message: KernelMessage.IIOPubMessage) => void = () => undefined;
  reply: (content: object) => void = () => undefined;
  lose: () => void = () => undefined;

  constructor(readonly name: string) {}

  requestExecute({ code }: { code: string }): object {
    this.executed.push(code);
    const done = new Promise((resolve, reject) => {
      this.reply = content => {
        resolve({ content });
      };
      this.lose = () => {
        reject(new Error('Canceled'));
      };
    });
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    const kernel = this;
    return {
      done,
      set onIOPub(listener: (message: KernelMessage.IIOPubMessage) => void) {
        kernel.onIOPub = listener;
      }
    };
  }

  interrupt(): Promise<void> {
    this.interrupts++;
    return Promise.resolve();
  }

  turn(status: KernelMessage.Status): void {
    this.status = status;
    this.statusChanged.emit(status);
  }

  say(msg_type: string, content: object): void {
    this.onIOPub({ header: { msg_type }, content } as unknown as KernelMessage.IIOPubMessage);
  }

  get connection(): Kernel.IKernelConnection {
    return this as unknown as Kernel.IKernelConnection;
  }
}

/** Where packages are installed, as a test says. */
export class TestPlace implements IPlace {
  readonly changed = new Signal<this, void>(this);
  readonly insert = null;

  constructor(public testKernel: TestKernel | null = new TestKernel('python3')) {}

  get name(): string | null {
    return this.testKernel?.name ?? null;
  }

  get displayName(): string {
    return this.name ?? '';
  }

  get kernel(): Kernel.IKernelConnection | null {
    return this.testKernel?.connection ?? null;
  }

  goTo(kernel: TestKernel | null): void {
    this.testKernel = kernel;
    this.changed.emit();
  }
}

/** For tests of what does not concern packages: there is no kernel. */
export const noPackages = { place: new TestPlace(null), mayRemove: () => Promise.resolve(false) };
