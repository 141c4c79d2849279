/** The commands that open the pages of the main area. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { packageIcon } from './icons';
import { type PageName, PAGES, type PanelModel } from './models/panel';
import { PAGE_COMMANDS } from './names';
import { pageTitle } from './pageTitles';

/** Add a command for each page, and one for Lab's restorer, which opens any of them and does nothing else. */
export function pageCommands(
  commands: CommandRegistry,
  model: PanelModel,
  trans: TranslationBundle
): void {
  const isShort = {
    type: 'boolean' as const,
    description: trans.__('Whether the label goes without the name of the extension')
  };
  const captions: Record<PageName, string> = {
    step: trans.__('Show the environment of a training or processing step'),
    check: trans.__('Find out what is wrong with the secure index here, and what to do about it'),
    history: trans.__('Show what was installed, and where each file came from'),
    why: trans.__('Find out why a package or a version cannot be installed')
  };
  for (const page of PAGES) {
    commands.addCommand(PAGE_COMMANDS[page], {
      label: args => {
        const title = pageTitle(page, trans);
        return args.isShort ? title : trans.__('Secure PyPI: %1', title);
      },
      caption: captions[page],
      icon: packageIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            isShort,
            ...(page === 'step' && {
              step: {
                type: 'string',
                enum: ['training', 'processing'],
                description: trans.__('Kind of step')
              }
            })
          }
        }
      },
      execute: ({ step }) => {
        if (page === 'step' && (step === 'training' || step === 'processing')) {
          model.preview.choose(step);
        }
        model.open(page);
        if (page === 'check') {
          // Who asks for the check by a command wants it made; what the server says, the model keeps.
          void model.doctor.examine();
        }
      }
    });
  }
  commands.addCommand(PAGE_COMMANDS.any, {
    label: trans.__('Secure PyPI: open a page'),
    describedBy: {
      args: {
        type: 'object',
        required: ['page'],
        properties: {
          page: { type: 'string', enum: [...PAGES], description: trans.__('Name of the page') }
        }
      }
    },
    execute: args => {
      const known = PAGES.find(name => name === args.page);
      if (known) {
        model.open(known);
      }
    }
  });
}
