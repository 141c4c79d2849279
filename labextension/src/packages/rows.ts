/** Which packages the section lists, and in which order. Pure functions. */

import type { EnvironmentPackage, FoundPackages } from '../api';

/** A package in the list: installed, or found in the index. */
export interface IRow {
  name: string;
  /** What is installed; null where nothing is. */
  installed: EnvironmentPackage | null;
}

/** A name as indexes compare it. */
export function normalized(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** Whether a text can be the name of a package. */
export function isName(text: string): boolean {
  return /^[a-z\d]([\w.-]*[a-z\d])?$/i.test(text);
}

/** What is installed: what was installed last first, then what is not from here, then the rest by name. */
export function ordered(packages: readonly EnvironmentPackage[]): IRow[] {
  const rank = ({ time, origin }: EnvironmentPackage): number =>
    time !== null ? 0 : origin === 'elsewhere' ? 1 : 2;
  return [...packages]
    .sort(
      (a, b) =>
        rank(a) - rank(b) ||
        (b.time ?? 0) - (a.time ?? 0) ||
        (a.name < b.name ? -1 : Number(a.name > b.name))
    )
    .map(installed => ({ name: installed.name, installed }));
}

/**
 * What is found for a text: installed packages that have it in their names first, then the index's in its order.
 * @param exact is listed first, whether the index lists it or not; empty for none.
 */
export function matching(
  packages: readonly EnvironmentPackage[],
  text: string,
  found: FoundPackages | null,
  exact: string
): IRow[] {
  const wanted = normalized(text);
  const byName = new Map(packages.map(one => [normalized(one.name), one]));
  const rows = new Map<string, IRow>();
  const add = (name: string): void => {
    const key = normalized(name);
    const installed = byName.get(key) ?? null;
    rows.set(key, rows.get(key) ?? { name: installed?.name ?? name, installed });
  };
  if (exact) {
    add(exact);
  }
  for (const [key, one] of byName) {
    if (key.includes(wanted)) {
      add(one.name);
    }
  }
  // An answer to an earlier text still serves as far as it fits, so that the list does not flicker.
  const names = found?.near && normalized(found.text) !== wanted ? [] : (found?.names ?? []);
  for (const name of names) {
    if (found?.near || name.includes(wanted)) {
      add(name);
    }
  }
  return [...rows.values()];
}
