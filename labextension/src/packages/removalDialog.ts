/** The question before a package is removed. */

import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

/** Whether the user agrees that `code` removes a package from the kernel's environment. */
export async function askRemoval(
  name: string,
  code: string,
  trans: TranslationBundle
): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Remove %1?', name),
    body: trans.__('This runs %1 in the kernel. What needs the package will no longer work.', code),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Remove') })
    ]
  });
  return button.accept;
}
