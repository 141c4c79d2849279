/** The examination of the server's machine: what the last one found, the one that runs, and remedies. */

import type { ICheck, IExamination, IFindingFix, IPanelServer } from '../answers';
import { LoadedModel, troubleOf, type Trouble } from './loaded';

/** What there is to show. */
export type Examined = 'loading' | 'idle' | 'running' | 'failed' | 'well' | 'findings';

/** Holds the last examination, and what the user has asked for since. */
export class DoctorModel extends LoadedModel<IExamination> {
  /**
   * @param server answers the questions.
   * @param agreed asks the user whether a remedy may touch files that are not ours.
   */
  constructor(
    private readonly server: IPanelServer,
    private readonly agreed: (fix: IFindingFix) => Promise<boolean>
  ) {
    super();
  }

  /** What there is to show. */
  get condition(): Examined {
    const { value } = this;
    if (this._run || value?.running) {
      return 'running';
    }
    if (this.failure) {
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

  /** Why the last examination, or the question for it, came to nothing; or null. */
  get failure(): Trouble | null {
    return this._failure ?? this.trouble;
  }

  /** What is wrong. */
  get findings(): ICheck[] {
    return (this.value?.checks ?? []).filter(check => check.ok === false);
  }

  /** All other checks. */
  get others(): ICheck[] {
    return (this.value?.checks ?? []).filter(check => check.ok !== false);
  }

  /** Whether the checks that found nothing wrong are shown, too. */
  get detailed(): boolean {
    return this._detailed;
  }

  set detailed(detailed: boolean) {
    this._detailed = detailed;
    this.changed();
  }

  /** What the last remedy did, a sentence each. */
  get done(): readonly string[] {
    return this._done;
  }

  /** Whether a remedy is being applied. */
  isFixing(key: string): boolean {
    return this._fixing.has(key);
  }

  /** Why a remedy failed, or null. */
  fixTrouble(key: string): Trouble | null {
    return this._fixTroubles.get(key) ?? null;
  }

  /** Ask for the last examination; while one runs, its own answer is awaited instead. */
  override fetch(): Promise<void> {
    return this._run ?? super.fetch();
  }

  /** Examine; never rejects, `failure` tells. A second call joins the first. */
  examine(): Promise<void> {
    if (!this._run) {
      this._failure = null;
      this._done = [];
      this._run = this.run();
      this.changed();
    }
    return this._run;
  }

  /** Apply a remedy, with the consent that it may need; never rejects, `fixTrouble` tells. */
  async fix(fix: IFindingFix): Promise<void> {
    const { key } = fix;
    if (this._fixing.has(key)) {
      return;
    }
    this._fixing.add(key);
    this._fixTroubles.delete(key);
    this._done = [];
    this.changed();
    try {
      if (fix.own_files || (await this.agreed(fix))) {
        const { done, examination } = await this.server.fixFinding(key, !fix.own_files);
        this._done = done;
        this._fixTroubles.clear();
        this.accept(examination);
      }
    } catch (error) {
      this._fixTroubles.set(key, troubleOf(error));
    }
    this._fixing.delete(key);
    this.changed();
  }

  protected override ask(): Promise<IExamination> {
    return this.server.examination();
  }

  protected override accept(examination: IExamination): void {
    super.accept(examination);
    this._failure = null;
    if (examination.running) {
      // Somebody else's, or one from before the page was reloaded: its answer is ours as well.
      void this.examine();
    }
  }

  private async run(): Promise<void> {
    try {
      this.accept({ ...(await this.server.examine()), running: false });
    } catch (error) {
      this._failure = troubleOf(error);
    }
    this._run = null;
    this.changed();
  }

  private _run: Promise<void> | null = null;
  private _failure: Trouble | null = null;
  private _detailed = false;
  private _done: readonly string[] = [];
  private readonly _fixing = new Set<string>();
  private readonly _fixTroubles = new Map<string, Trouble>();
}
