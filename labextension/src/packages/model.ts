/** The packages of the current kernel: what is installed, what there is in the index, and the commands that change it. */

import { type ISignal, Signal } from '@lumino/signaling';

import type { EnvironmentPackages, NewestPackage } from '../api';
import { LoadedModel } from '../models/loaded';
import type { IPackagesServer } from '../server';
import { Newest } from './newest';
import type { IPlace } from './place';
import { type IRow, isName, matching, ordered } from './rows';
import { type Action, Run } from './run';
import { Search } from './search';

/** So many installed packages are shown at first. */
const SHOWN = 8;

/** What the model is made of. */
export interface IPackagesParts {
  server: IPackagesServer;
  place: IPlace;
  /** Asks the user whether a package may be removed, by that line. */
  mayRemove: (name: string, code: string) => Promise<boolean>;
}

/** Holds the answers for one kernel at a time. */
export class PackagesModel extends LoadedModel<EnvironmentPackages> {
  constructor(private readonly parts: IPackagesParts) {
    super();
    const changed = (): void => {
      this.notify();
    };
    this.newest = new Newest(parts.server, changed);
    this.search = new Search(parts.server, changed);
    parts.place.changed.connect(this.onPlace, this);
  }

  override dispose(): void {
    this.parts.place.changed.disconnect(this.onPlace, this);
    this.search.stop();
    this._run?.dispose();
    super.dispose();
  }

  /** What the user looks for in the index. */
  readonly search: Search;

  /** Emits when another kernel counts: what was known says nothing about it. */
  get placeChanged(): ISignal<unknown, void> {
    return this._placeChanged;
  }

  /** Emits when a command of the user's is over. */
  get ended(): ISignal<unknown, Run> {
    return this._ended;
  }

  /** Where packages are installed. */
  get place(): IPlace {
    return this.parts.place;
  }

  /** What is installed; null while that is not known of the current kernel. */
  get environment(): EnvironmentPackages | null {
    return this.value?.kernel === this.place.name ? this.value : null;
  }

  /** Without a kernel there is nothing to ask. */
  override get stale(): boolean {
    return super.stale && this.place.name !== null;
  }

  /** The rows of the list. */
  get rows(): IRow[] {
    const installed = this.environment?.packages ?? [];
    const { wanted, found, exactName } = this.search;
    if (wanted) {
      return matching(installed, wanted, found, exactName);
    }
    const all = ordered(installed);
    return this._showsAll ? all : all.slice(0, SHOWN);
  }

  /** How many installed packages are not shown. */
  get hidden(): number {
    const all = this.environment?.packages.length ?? 0;
    return this.search.wanted || this._showsAll ? 0 : Math.max(0, all - SHOWN);
  }

  /** Show what is installed in full. */
  showAll(): void {
    this._showsAll = true;
    this.notify();
  }

  /** Whether the details of a package are shown. */
  isOpen(name: string): boolean {
    return this._open === name;
  }

  /** Show the details of a package, and of no other; or hide them. */
  toggle(name: string): void {
    this._open = this._open === name ? '' : name;
    this.notify();
  }

  /** What the index has of a package; null while that is not known. */
  newestOf({ name, installed }: IRow): NewestPackage | null {
    return this.newest.of({ name, version: installed?.version ?? '' });
  }

  /** Why it is not known, or null. */
  get newestTrouble(): Newest['trouble'] {
    return this.newest.trouble;
  }

  /** Whether it is known which Python an install would be for: without it, no version can be called the newest. */
  get knowsPython(): boolean {
    return (this.environment?.python ?? '') !== '';
  }

  /** Ask what the index has of packages that have come into view. */
  see(rows: readonly IRow[]): void {
    const { name } = this.place;
    if (name !== null && this.knowsPython) {
      this.newest.want(
        name,
        rows.map(row => ({ name: row.name, version: row.installed?.version ?? '' }))
      );
    }
  }

  /** The last command, until the user puts it away; null for none. */
  get run(): Run | null {
    return this._run;
  }

  /** Whether another command may be given. */
  get isFree(): boolean {
    return this.place.kernel !== null && !this._run?.isOn;
  }

  /** Run a command in the kernel, unless one is under way; removing asks first. Never rejects, `run` tells. */
  async start(action: Action, name: string): Promise<void> {
    const code = commandFor(action, name);
    const { kernel } = this.place;
    if (code === null || !kernel || !this.isFree) {
      return;
    }
    if (action === 'remove' && !(await this.parts.mayRemove(name, code))) {
      return;
    }
    // The user has been asked about that kernel.
    if (kernel !== this.place.kernel || this._run?.isOn) {
      return;
    }
    const run = new Run(action, name, code, kernel, () => {
      this.notify();
    });
    this._run = run;
    this.notify();
    await run.ended;
    this._ended.emit(run);
    this.invalidate();
    await this.fetch();
  }

  /** Put the last command away. */
  forget(): void {
    if (!this._run?.isOn) {
      this._run = null;
      this.notify();
    }
  }

  /** Ask about everything again: what the index has, too. */
  override async fetch(): Promise<void> {
    if (this.place.name !== null) {
      if (!super.stale) {
        this.newest.clear();
      }
      await super.fetch();
    }
  }

  protected override ask(): Promise<EnvironmentPackages> {
    return this.parts.server.packages(this.place.name ?? '');
  }

  private onPlace(): void {
    this.overtake();
    this.invalidate();
    this.newest.clear();
    this._open = '';
    this._showsAll = false;
    this.notify();
    this._placeChanged.emit();
  }

  private readonly newest: Newest;
  private readonly _placeChanged = new Signal<unknown, void>(this);
  private readonly _ended = new Signal<unknown, Run>(this);
  private _run: Run | null = null;
  private _open = '';
  private _showsAll = false;
}

/**
 * The line that does it, as a user would write it; null where the name is none.
 * Metadata may say anything, and in a line of IPython's `{…}`, `$` and a line break are code.
 */
export function commandFor(action: Action, name: string): string | null {
  if (!isName(name)) {
    return null;
  }
  switch (action) {
    case 'install':
      return `%secure_pip install ${name}`;
    case 'upgrade':
      return `%secure_pip install --upgrade ${name}`;
    case 'remove':
      return `%secure_pip uninstall -y ${name}`;
  }
}
