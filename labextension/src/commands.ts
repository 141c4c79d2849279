/** The commands of the palette and the menu. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Step } from './answers';
import { packageIcon } from './icons';
import type { PanelModel, SectionName } from './models/panel';
import type { SecurePyPIPanel } from './panel/panel';
import { CommandIDs, PANEL_ID } from './tokens';

/** What the commands work on. */
export interface ICommandParts {
  app: JupyterFrontEnd;
  model: PanelModel;
  trans: TranslationBundle;
  /** The panel, which is made after the commands that it calls. */
  panel: () => SecurePyPIPanel;
}

const NO_ARGUMENTS = { args: { type: 'object' as const, properties: {} } };

/** Register the commands and list them in the palette. */
export function addCommands(parts: ICommandParts, palette: ICommandPalette | null): void {
  const { app, model, trans, panel } = parts;
  const show = (section?: SectionName): void => {
    app.shell.activateById(PANEL_ID);
    // Afterwards, because the palette gives the focus back to where it was before.
    setTimeout(() => {
      if (section) {
        panel().goTo(section);
      } else {
        panel().activate();
      }
    });
  };

  app.commands.addCommand(CommandIDs.open, {
    label: trans.__('Open Secure PyPI Panel'),
    caption: trans.__('Show the token, the kernels and the recent installs'),
    icon: packageIcon,
    describedBy: NO_ARGUMENTS,
    execute: () => {
      show();
    }
  });
  app.commands.addCommand(CommandIDs.refresh, {
    label: trans.__('Refresh Token'),
    caption: trans.__('Get a new CodeArtifact token now'),
    describedBy: NO_ARGUMENTS,
    execute: async () => {
      try {
        await model.token.refresh();
      } catch {
        // The model has taken note, and the panel tells why.
        show('token');
      }
    }
  });
  app.commands.addCommand(CommandIDs.check, {
    label: trans.__('Check Environment'),
    caption: trans.__('Find out what is wrong with the secure index here, and what to do about it'),
    describedBy: NO_ARGUMENTS,
    execute: async () => {
      show('doctor');
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
        model.preview.choose(args.step satisfies Step);
      }
      show('step');
    }
  });
  for (const command of Object.values(CommandIDs)) {
    palette?.addItem({ command, category: trans.__('Secure PyPI') });
  }
}
