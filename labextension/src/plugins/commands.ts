/** The commands of the palette and the menu. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { packageIcon } from '../icons';
import { CommandIDs, PluginIDs, TRANSLATION_DOMAIN } from '../names';
import type { PanelView } from '../panel/view';
import { IPanelView } from './shared';

const NO_ARGUMENTS = { args: { type: 'object' as const, properties: {} } };

export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: PluginIDs.commands,
  description: 'Opens the panel, refreshes the token, checks the environment, previews a step.',
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
    const { model } = view;
    app.commands.addCommand(CommandIDs.open, {
      label: trans.__('Open Secure PyPI Panel'),
      caption: trans.__('Show the token, the kernels and the recent installs'),
      icon: packageIcon,
      describedBy: NO_ARGUMENTS,
      execute: () => {
        view.show();
      }
    });
    app.commands.addCommand(CommandIDs.refresh, {
      label: trans.__('Refresh Token'),
      caption: trans.__('Get a new token for the repository now'),
      describedBy: NO_ARGUMENTS,
      execute: () => view.refresh()
    });
    app.commands.addCommand(CommandIDs.check, {
      label: trans.__('Check Environment'),
      caption: trans.__(
        'Find out what is wrong with the secure index here, and what to do about it'
      ),
      describedBy: NO_ARGUMENTS,
      execute: async () => {
        view.show('doctor');
        // What the server says to this, the models keep.
        await Promise.all([model.doctor.examine(), model.fetchAll()]);
      }
    });
    app.commands.addCommand(CommandIDs.preview, {
      label: trans.__('Preview Step Environment'),
      caption: trans.__('Show the environment of a training or processing step'),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            step: {
              type: 'string',
              enum: ['training', 'processing'],
              description: trans.__('Kind of step')
            }
          }
        }
      },
      execute: args => {
        if (args.step === 'training' || args.step === 'processing') {
          model.preview.choose(args.step);
        }
        view.show('step');
      }
    });
    for (const command of Object.values(CommandIDs)) {
      palette?.addItem({ command, category: trans.__('Secure PyPI') });
    }
  }
};
