/** The question before a package is removed. */

import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { commandFor } from './model';

/** Whether the user agrees that a package is removed from the kernel's environment. */
export async function askRemoval(name: string, trans: TranslationBundle): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Remove %1?', name),
    body: trans.__(
      'This runs %1 in the kernel. What needs the package will no longer work.',
      commandFor('remove', name)
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Remove') })
    ]
  });
  return button.accept;
}
