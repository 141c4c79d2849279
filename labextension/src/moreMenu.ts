/** The menu behind the three dots of the panel. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

import { PAGES } from './models/panel';
import { CommandIDs, PAGE_COMMANDS, PluginIDs } from './names';

/** Return what opens the menu below a node; commands that an administrator has disabled are left out. */
export function moreMenu(
  commands: CommandRegistry,
  trans: TranslationBundle
): (anchor: HTMLElement) => void {
  const menu = new Menu({ commands });
  menu.title.label = trans.__('Secure PyPI');
  return anchor => {
    menu.clearItems();
    const args = { isShort: true };
    for (const page of PAGES) {
      if (commands.hasCommand(PAGE_COMMANDS[page])) {
        menu.addItem({ command: PAGE_COMMANDS[page], args });
      }
    }
    menu.addItem({ type: 'separator' });
    if (commands.hasCommand(CommandIDs.refresh)) {
      menu.addItem({ command: CommandIDs.refresh, args });
    }
    if (commands.hasCommand(SETTINGS)) {
      menu.addItem({ command: SETTINGS, args: { query: PluginIDs.panel } });
    }
    const { left, bottom } = anchor.getBoundingClientRect();
    menu.open(left, bottom);
  };
}

/** Lab's own. */
const SETTINGS = 'settingeditor:open';
