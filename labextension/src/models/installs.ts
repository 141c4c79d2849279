/** The recent installs, and which of them is open. */

import type { Install, Package } from '../api';
import type { IPanelServer } from '../server';
import { LoadedModel } from './loaded';

/** Holds the newest entries of the install history. */
export class InstallsModel extends LoadedModel<Install[]> {
  constructor(private readonly server: IPanelServer) {
    super();
  }

  /** How many entries to ask for. */
  get limit(): number {
    return this._limit;
  }

  set limit(limit: number) {
    if (limit !== this._limit) {
      this._limit = limit;
      this.invalidate();
      this.notify();
    }
  }

  /** Whether the packages of an install are shown. */
  isOpen(install: Install): boolean {
    return this._open.has(install.time);
  }

  /** Show or hide the packages of an install. */
  toggle(install: Install): void {
    if (!this._open.delete(install.time)) {
      this._open.add(install.time);
    }
    this.notify();
  }

  protected override ask(): Promise<Install[]> {
    return this.server.installs(this._limit);
  }

  private _limit = 20;
  /** By time, which no two entries of one history share. */
  private readonly _open = new Set<number>();
}

/** Whether everything came from the secure index. */
export function allSecure(install: Install): boolean {
  return install.repository !== 'public' && install.packages.every(found => !found.direct);
}

/** The packages with those that were asked for first. */
export function requestedFirst(install: Install): Package[] {
  return [...install.packages].sort((a, b) => Number(b.requested) - Number(a.requested));
}
