/** What panel and desk say about an install. Pure functions. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { Install, Package, Repository } from './api';
import { allSecure, requestedFirst } from './models/installs';

/** What was installed: the first that was asked for, and how many more; of a failed one, what was asked for. */
export function installTitle(install: Install, trans: TranslationBundle): string {
  const first = requestedFirst(install).find(Boolean);
  if (!first) {
    return install.arguments.join(' ');
  }
  const more = install.packages.length - 1;
  return more > 0
    ? trans._n('%2 %3 and %1 more', '%2 %3 and %1 more', more, first.name, first.version)
    : trans.__('%1 %2', first.name, first.version);
}

/** Whether it worked, and where all of it came from. */
export function installVerdict(
  install: Install,
  configured: Repository | null,
  trans: TranslationBundle
): string {
  if (!install.ok) {
    return install.error?.message ?? trans.__('It failed.');
  }
  if (install.repository === 'public') {
    return trans.__('From the PUBLIC index.');
  }
  if (!allSecure(install)) {
    return trans.__('Some packages did not come from the index.');
  }
  if (install.packages.length === 0) {
    return trans.__('Everything was there already.');
  }
  const { repository } = install;
  return trans.__('All from %1.', repository === configured?.id ? configured.label : repository);
}

/** A package with its version, and the one before. */
export function packageChange(found: Package, trans: TranslationBundle): string {
  return found.previous
    ? trans.__('%1 %2 (was %3)', found.name, found.version, found.previous)
    : trans.__('%1 %2', found.name, found.version);
}
