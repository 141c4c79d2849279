/** The newest versions that an install would take, asked for what is seen, a few packages at a time. */

import type { NewestPackage } from '../api';
import { troubleOf, type Trouble } from '../failures';
import type { IPackagesServer } from '../server';
import { isName } from './rows';

/** Packages in one request. */
const AT_ONCE = 16;

/** A package whose newest version is wanted. */
export interface IWanted {
  name: string;
  /** The version that is installed; empty for none. */
  version: string;
}

/** Remembers the answers of one kernel. */
export class Newest {
  /** @param changed is called when there are answers, or when there will be none. */
  constructor(
    private readonly server: IPackagesServer,
    private readonly changed: () => void
  ) {}

  /** Why there are no answers, or null. */
  get trouble(): Trouble | null {
    return this._trouble;
  }

  /** The answer about a package; null while there is none. */
  of(wanted: IWanted): NewestPackage | null {
    return this.answers.get(wordOf(wanted)) ?? null;
  }

  /** Forget what was answered, because another kernel counts or the user wants to know anew. */
  clear(): void {
    this.answers.clear();
    this.queue.clear();
    this.asked = new Set();
    this._trouble = null;
  }

  /** Ask about these packages, unless they have been asked about. */
  want(kernel: string, packages: readonly IWanted[]): void {
    if (this._trouble) {
      return;
    }
    for (const one of packages.filter(({ name }) => isName(name))) {
      const word = wordOf(one);
      if (!this.answers.has(word) && !this.asked.has(word)) {
        this.queue.add(word);
      }
    }
    this.kernel = kernel;
    if (!this.working && this.queue.size > 0) {
      void this.work();
    }
  }

  /** Ask until nothing is wanted any more. */
  private async work(): Promise<void> {
    this.working = true;
    // What comes into view together is asked about together.
    await Promise.resolve();
    while (this.queue.size > 0) {
      const { asked } = this;
      const words = [...this.queue].slice(0, AT_ONCE);
      for (const word of words) {
        this.queue.delete(word);
        asked.add(word);
      }
      const settle = await this.ask(words);
      // An answer from before `clear` says nothing any more.
      if (asked === this.asked) {
        settle();
        for (const word of words) {
          asked.delete(word);
        }
        this.changed();
      }
    }
    this.working = false;
  }

  /** What is to be done with the answer about `words`. */
  private async ask(words: string[]): Promise<() => void> {
    try {
      const found = await this.server.newestPackages(this.kernel, words);
      return () => {
        const left = [...words];
        for (const answer of found) {
          const n = left.findIndex(word => word.split('==')[0] === answer.name);
          if (n >= 0) {
            this.answers.set(left.splice(n, 1)[0], answer);
          }
        }
      };
    } catch (error) {
      return () => {
        this._trouble = troubleOf(error);
        this.queue.clear();
      };
    }
  }

  private readonly answers = new Map<string, NewestPackage>();
  private readonly queue = new Set<string>();
  private asked = new Set<string>();
  private kernel = '';
  private working = false;
  private _trouble: Trouble | null = null;
}

/** What it is asked with. Metadata may give any version, and a comma would make two words of one. */
function wordOf({ name, version }: IWanted): string {
  return /^[\w.!+-]+$/.test(version) ? `${name}==${version}` : name;
}
