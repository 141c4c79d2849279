/** The kernels: where each one's package managers look, why, and mending it. */

import type { Kernel } from '../api';
import type { IPanelServer } from '../server';
import { Attempts } from './attempts';
import { LoadedModel } from './loaded';

/** Holds the audit's answer, and what the user has opened and asked for. */
export class KernelsModel extends LoadedModel<Kernel[]> {
  constructor(private readonly server: IPanelServer) {
    super();
  }

  /** The attempts to fix a kernel, by its name; each results in the paths of the files that were changed. */
  readonly fixes = new Attempts<string[]>(() => {
    this.notify();
  });

  /** Whether the sources of a kernel are shown. */
  isExplained(name: string): boolean {
    return this._explained.has(name);
  }

  /** Show or hide the sources of a kernel. */
  toggleWhy(name: string): void {
    if (!this._explained.delete(name)) {
      this._explained.add(name);
    }
    this.notify();
  }

  /** Have the server point a kernel at the secure index; never rejects, `fixes` tells. */
  fix(name: string): Promise<void> {
    return this.fixes.start(name, async () => {
      const { kernel, written } = await this.server.fix(name);
      this.replace((this.value ?? []).map(known => (known.name === name ? kernel : known)));
      return written;
    });
  }

  protected override ask(): Promise<Kernel[]> {
    return this.server.kernels();
  }

  private readonly _explained = new Set<string>();
}
