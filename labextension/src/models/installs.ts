/** The recent installs, in short. */

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

  protected override ask(): Promise<Install[]> {
    return this.server.installs(this._limit, '');
  }

  private _limit = 5;
}

/** Whether everything came from the secure index. */
export function allSecure(install: Install): boolean {
  return install.repository !== 'public' && install.packages.every(found => !found.direct);
}

/** The packages with those that were asked for first. */
export function requestedFirst(install: Install): Package[] {
  return [...install.packages].sort((a, b) => Number(b.requested) - Number(a.requested));
}
