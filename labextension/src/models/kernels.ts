/** The kernels: where each one's package managers look, why, and mending it. */

import type { Kernel } from '../api';
import type { IPanelServer } from '../server';
import { Attempts } from './attempts';
import type { AskConsent } from './consent';
import { LoadedModel } from './loaded';

/** Holds the audit's answer, and what the user has opened and asked for. */
export class KernelsModel extends LoadedModel<Kernel[]> {
  /**
   * @param server answers the questions.
   * @param consent shows the user what would be changed, and asks.
   */
  constructor(
    private readonly server: IPanelServer,
    private readonly consent: AskConsent
  ) {
    super();
  }

  /** The attempts to fix a kernel, by its name: the paths of the files that were changed, or null without consent. */
  readonly fixes = new Attempts<string[] | null>(() => {
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

  /** The paths of the files that the last fix has changed. */
  get changedFiles(): readonly string[] {
    return this._changedFiles;
  }

  /**
   * Have the server point a kernel at the secure index, if the user agrees; never rejects, `fixes` tells.
   * @param does says what is done.
   */
  fix(name: string, does: string): Promise<void> {
    return this.fixes.start(name, async () => {
      const { changes, notes } = await this.server.changesOfFix(name);
      if (changes.length + notes.length > 0 && !(await this.consent({ does, changes, notes }))) {
        return null;
      }
      const { kernel, written } = await this.server.fix(name);
      this._changedFiles = written;
      this.replace((this.value ?? []).map(known => (known.name === name ? kernel : known)));
      return written;
    });
  }

  protected override ask(): Promise<Kernel[]> {
    return this.server.kernels();
  }

  private _changedFiles: readonly string[] = [];
  private readonly _explained = new Set<string>();
}
