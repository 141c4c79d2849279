/** The examination of the server's machine: what the last one found, the one that runs, and remedies. */

import type { Check, Examination, FindingFix } from '../api';
import type { IPanelServer } from '../server';
import { Attempts } from './attempts';
import type { AskConsent } from './consent';
import { LoadedModel } from './loaded';

/** What there is to show. */
export type Examined = 'loading' | 'idle' | 'running' | 'failed' | 'well' | 'findings';

/** Holds the last examination, and what the user has asked for since. */
export class DoctorModel extends LoadedModel<Examination> {
  /**
   * @param server answers the questions.
   * @param consent shows the user how a remedy would change files that are not ours, and asks.
   */
  constructor(
    private readonly server: IPanelServer,
    private readonly consent: AskConsent
  ) {
    super();
  }

  /** The attempts to apply a remedy, by its key. */
  readonly fixes = new Attempts<void>(() => {
    this.notify();
  });

  /** What there is to show. */
  get condition(): Examined {
    const { value } = this;
    if (this._run || value?.running) {
      return 'running';
    }
    if (this.trouble) {
      return 'failed';
    }
    if (!value) {
      return 'loading';
    }
    if (value.examined_at === null) {
      return 'idle';
    }
    return value.findings > 0 ? 'findings' : 'well';
  }

  /** What is wrong. */
  get findings(): Check[] {
    return (this.value?.checks ?? []).filter(check => check.ok === false);
  }

  /** What the last remedy did, a sentence each. */
  get done(): readonly string[] {
    return this._done;
  }

  /** Ask for the last examination; while one runs, its own answer is awaited instead. */
  override fetch(): Promise<void> {
    return this._run ?? super.fetch();
  }

  /** Examine; never rejects, `trouble` tells. A second call joins the first. */
  examine(): Promise<void> {
    if (!this._run) {
      this._done = [];
      this._run = this.send(() => this.examination()).catch(() => undefined);
      this.notify();
    }
    return this._run;
  }

  /** Apply a remedy, with the consent that it may need; never rejects, `fixes` tells. */
  fix(fix: FindingFix): Promise<void> {
    this._done = [];
    return this.fixes.start(fix.key, async () => {
      if (fix.own_files || (await this.consented(fix))) {
        const { done, examination } = await this.server.fixFinding(fix.key, !fix.own_files);
        this._done = done;
        this.fixes.clear();
        this.replace(examination);
      }
    });
  }

  protected override ask(): Promise<Examination> {
    return this.server.examination();
  }

  protected override accept(examination: Examination): void {
    super.accept(examination);
    if (examination.running) {
      // Another window's, or one from before the page was reloaded: its answer is ours as well.
      void this.examine();
    }
  }

  private async consented(fix: FindingFix): Promise<boolean> {
    return this.consent({ does: fix.does, ...(await this.server.changesOfFinding(fix.key)) });
  }

  private async examination(): Promise<Examination> {
    try {
      return { ...(await this.server.examine()), running: false };
    } finally {
      this._run = null;
    }
  }

  private _run: Promise<void> | null = null;
  private _done: readonly string[] = [];
}
