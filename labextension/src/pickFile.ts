/** Lab's own file dialog: pick one text file of the server's, and read it. */

import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';

import type { IPickedFile } from './models/preview';

/** Lets the user pick a file whose name ends like this; null where the user picks none. */
export type PickFile = (title: string, ending: string) => Promise<IPickedFile | null>;

/** As many characters as the server takes. */
const MOST = 65_536;

/** Return what shows Lab's dialog; it is loaded when it is used first. */
export function fileDialog(
  manager: IDocumentManager,
  trans: TranslationBundle,
  translator?: ITranslator
): PickFile {
  return async (title, ending) => {
    const { FileDialog } = await import('@jupyterlab/filebrowser');
    const { button, value } = await FileDialog.getOpenFiles({
      manager,
      title,
      translator,
      filter: file => (file.type === 'directory' || file.name.endsWith(ending) ? {} : null)
    });
    const file = value?.find(({ type }) => type !== 'directory');
    if (!button.accept || !file) {
      return null;
    }
    const read = await manager.services.contents.get(file.path, {
      type: 'file',
      format: 'text',
      content: true
    });
    const content: unknown = read.content;
    if (typeof content !== 'string') {
      throw new Error(trans.__('%1 is not a text.', file.path));
    }
    if (content.length > MOST) {
      throw new Error(trans.__('%1 is longer than can be looked at here.', file.path));
    }
    return { path: file.path, text: content };
  };
}
