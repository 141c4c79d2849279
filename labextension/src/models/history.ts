/** The whole install history: what it is filtered by, which entry is open, and saving it as a file. */

import type { ExportFormat, Install } from '../api';
import type { IPanelServer } from '../server';
import { Attempts } from './attempts';
import { LoadedModel } from './loaded';
import type { SavedFile } from './panel';

/** Between the last keystroke and the question, in milliseconds. */
const DEBOUNCE = 200;

/** The most entries that a page shows; a file has them all. */
export const MOST = 200;

/** Holds the newest entries that match the filter. */
export class HistoryModel extends LoadedModel<Install[]> {
  /**
   * @param server answers the questions.
   * @param save has the browser save a file.
   * @param debounce milliseconds to wait for the next keystroke before asking.
   */
  constructor(
    private readonly server: IPanelServer,
    private readonly save: (file: SavedFile) => void,
    private readonly debounce = DEBOUNCE
  ) {
    super();
  }

  override dispose(): void {
    clearTimeout(this._timer);
    super.dispose();
  }

  /** The attempts to export, by format; each results in the name of the file. */
  readonly exports = new Attempts<string>(() => {
    this.notify();
  });

  /** What entries must contain. */
  get matching(): string {
    return this._matching;
  }

  set matching(text: string) {
    this._matching = text;
    this.overtake();
    this.invalidate();
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      void this.fetch();
    }, this.debounce);
    this.notify();
  }

  /** Whether the packages of an entry are shown. */
  isOpen(install: Install): boolean {
    return this._open.has(install.time);
  }

  /** Show or hide the packages of an entry. */
  toggle({ time }: Install): void {
    if (!this._open.delete(time)) {
      this._open.add(time);
    }
    this.notify();
  }

  /** Show the packages of an entry, and the entry, whatever was filtered. */
  reveal({ time }: Install): void {
    this._open.add(time);
    if (this._matching !== '') {
      this.matching = '';
    }
    this.notify();
  }

  /** Save the entries that match, all of them; never rejects, `exports` tells. */
  exportAs(format: ExportFormat): Promise<void> {
    return this.exports.start(format, async () => {
      const file = await this.server.exportInstalls(format, this._matching.trim());
      this.save(file);
      return file.name;
    });
  }

  protected override ask(): Promise<Install[]> {
    return this.server.installs(MOST, this._matching.trim());
  }

  private _matching = '';
  private _timer: ReturnType<typeof setTimeout> | undefined;
  /** By time, which no two entries of one history share. */
  private readonly _open = new Set<number>();
}
