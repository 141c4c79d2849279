/** The commands of palette and menu that lead to the panel, and the palette's entries for all of them. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { packageIcon } from '../icons';
import { CommandIDs, PAGE_COMMANDS, PluginIDs, TRANSLATION_DOMAIN } from '../names';
import { PAGES } from '../models/panel';
import type { PanelView } from '../panel/view';
import { IPanelView } from './shared';

export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: PluginIDs.commands,
  description: 'Opens the panel, refreshes the token, and lists all commands in the palette.',
  autoStart: true,
  // The commands lead to the panel: without it there are none.
  optional: [IPanelView, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    view: PanelView | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    if (!view) {
      return;
    }
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    const describedBy = {
      args: {
        type: 'object' as const,
        properties: {
          isShort: {
            type: 'boolean' as const,
            description: trans.__('Whether the label goes without the name of the extension')
          }
        }
      }
    };
    app.commands.addCommand(CommandIDs.open, {
      label: args => (args.isShort ? trans.__('Panel') : trans.__('Secure PyPI: Panel')),
      caption: trans.__('Show where everything installs from'),
      icon: packageIcon,
      describedBy,
      execute: () => {
        view.show();
      }
    });
    app.commands.addCommand(CommandIDs.refresh, {
      label: args =>
        args.isShort ? trans.__('Refresh token') : trans.__('Secure PyPI: Refresh token'),
      caption: trans.__('Get a new token for the repository now'),
      describedBy,
      execute: () => view.refresh()
    });
    const pages = PAGES.map(page => PAGE_COMMANDS[page]);
    for (const command of [CommandIDs.open, ...pages, CommandIDs.refresh]) {
      palette?.addItem({ command, category: trans.__('Secure PyPI') });
    }
  }
};
