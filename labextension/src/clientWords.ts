/** What panel and desk say about a package manager. Pure functions. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { Client } from './api';

/** Its name for people; names of programs are the same in every language. */
export function clientTitle({ name }: Client, trans: TranslationBundle): string {
  switch (name) {
    case 'pip':
      return trans.__('pip in a terminal');
    case 'pip-user':
      return trans.__('pip in new environments');
    case 'poetry':
    case 'twine':
    case 'hatch':
      return trans.__('%1, to publish', name);
    default:
      return name;
  }
}

/** How it stands, in a few words. */
export function clientState({ state }: Client, trans: TranslationBundle): string {
  switch (state) {
    case 'secure':
      return trans.__('uses the secure index');
    case 'elsewhere':
      return trans.__('goes elsewhere');
    case 'unset':
      return trans.__('not set up');
    case 'off':
      return trans.__('not asked for');
    case 'not_installed':
      return trans.__('not installed');
    case 'unknown':
      return trans.__('cannot tell');
  }
}
