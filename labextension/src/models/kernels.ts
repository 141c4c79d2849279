/** The kernels: where each one's package managers look, why, and mending it. */

import type { IKernel, IPanelServer } from '../answers';
import { LoadedModel, troubleOf, type Trouble } from './loaded';

/** What became of an attempt to fix a kernel. */
export interface IFixOutcome {
  /** Paths of the files that were changed; null if it failed. */
  written: string[] | null;
  trouble: Trouble | null;
}

/** Holds the audit's answer, and what the user has opened and asked for. */
export class KernelsModel extends LoadedModel<IKernel[]> {
  constructor(private readonly server: IPanelServer) {
    super();
  }

  /** Whether the sources of a kernel are shown. */
  isExplained(name: string): boolean {
    return this._explained.has(name);
  }

  /** Show or hide the sources of a kernel. */
  toggleWhy(name: string): void {
    if (!this._explained.delete(name)) {
      this._explained.add(name);
    }
    this.changed();
  }

  /** Whether a kernel is being fixed. */
  isFixing(name: string): boolean {
    return this._fixing.has(name);
  }

  /** What became of the last attempt to fix a kernel, or null. */
  outcome(name: string): IFixOutcome | null {
    return this._outcomes.get(name) ?? null;
  }

  /** Have the server point a kernel at the secure index; never rejects, `outcome` tells. */
  async fix(name: string): Promise<void> {
    if (this._fixing.has(name)) {
      return;
    }
    this._fixing.add(name);
    this._outcomes.delete(name);
    this.changed();
    try {
      const { kernel, written } = await this.server.fix(name);
      this.accept((this.value ?? []).map(known => (known.name === name ? kernel : known)));
      this._outcomes.set(name, { written, trouble: null });
    } catch (error) {
      this._outcomes.set(name, { written: null, trouble: troubleOf(error) });
    }
    this._fixing.delete(name);
    this.changed();
  }

  protected override ask(): Promise<IKernel[]> {
    return this.server.kernels();
  }

  private readonly _explained = new Set<string>();
  private readonly _fixing = new Set<string>();
  private readonly _outcomes = new Map<string, IFixOutcome>();
}
