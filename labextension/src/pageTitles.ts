/** What the pages of the main area are called, in their tabs, the launcher, menus and the palette. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { PageName } from './models/panel';

/** The title of a page. */
export function pageTitle(page: PageName, trans: TranslationBundle): string {
  switch (page) {
    case 'step':
      return trans.__('Step environment');
    case 'check':
      return trans.__('Environment check');
    case 'history':
      return trans.__('Install history');
    case 'why':
      return trans.__("Why can't I have …?");
  }
}
