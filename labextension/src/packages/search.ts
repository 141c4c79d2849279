/** The search in the index: asked a moment after the last key, and only the answer to the last question counts. */

import type { FoundPackages } from '../api';
import { troubleOf, type Trouble } from '../failures';
import type { IPackagesServer } from '../server';
import { isName } from './rows';

/** Milliseconds without another key, after which the index is asked. */
const PAUSE = 150;

/** Holds what the user writes and what was found for it. */
export class Search {
  /** @param changed is called when the text, or what was found for it, has changed. */
  constructor(
    private readonly server: IPackagesServer,
    private readonly changed: () => void
  ) {}

  /** What stands in the field. */
  get text(): string {
    return this._text;
  }

  set text(text: string) {
    this._text = text;
    this.exact = '';
    clearTimeout(this.timer);
    if (this.wanted) {
      this.timer = setTimeout(() => {
        void this.ask();
      }, PAUSE);
    } else {
      this._found = this._trouble = null;
    }
    this.changed();
  }

  /** What stands in the field, without blanks around it; empty where nothing is searched for. */
  get wanted(): string {
    return this._text.trim();
  }

  /** What was found last, maybe for an earlier text; null before the first answer. */
  get found(): FoundPackages | null {
    return this._found;
  }

  /** Why nothing was found, or null. */
  get trouble(): Trouble | null {
    return this._trouble;
  }

  /** Whether the answer for what stands in the field is still to come. */
  get isAsking(): boolean {
    return this.wanted !== '' && this._found?.text !== this.wanted && this._trouble === null;
  }

  /** The name that the user wants to see as it stands, whether it is in the list or not; empty for none. */
  get exactName(): string {
    return this.exact;
  }

  /** Look for exactly what stands in the field: packages may come in from elsewhere once they are asked for. */
  askExactly(): void {
    this.exact = isName(this.wanted) ? this.wanted : '';
    this.changed();
  }

  /** Ask no more. */
  stop(): void {
    clearTimeout(this.timer);
  }

  private async ask(): Promise<void> {
    const text = this.wanted;
    try {
      const found = await this.server.searchPackages(text);
      if (text === this.wanted) {
        this._found = found;
        this._trouble = null;
        this.changed();
      }
    } catch (error) {
      if (text === this.wanted) {
        this._trouble = troubleOf(error);
        this.changed();
      }
    }
  }

  private _text = '';
  private exact = '';
  private _found: FoundPackages | null = null;
  private _trouble: Trouble | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
}
