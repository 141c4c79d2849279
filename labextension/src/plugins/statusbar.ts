/** The item in the status bar. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { TokenModel } from '../models/token';
import { PluginIDs, TRANSLATION_DOMAIN } from '../names';
import type { PanelView } from '../panel/view';
import { TokenStatusItem } from '../statusbar';
import { IPanelView, ITokenModel } from './shared';

export const statusBarPlugin: JupyterFrontEndPlugin<void> = {
  id: PluginIDs.statusBar,
  description: 'Shows the time that the token has left in the status bar.',
  autoStart: true,
  requires: [ITokenModel],
  // Notebook 7 has no status bar.
  optional: [IStatusBar, IPanelView, ITranslator],
  activate: (
    _: JupyterFrontEnd,
    token: TokenModel,
    statusBar: IStatusBar | null,
    view: PanelView | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    statusBar?.registerStatusItem(PluginIDs.statusBar, {
      item: new TokenStatusItem(token, trans, () => view?.show()),
      align: 'right',
      rank: 100
    });
  }
};
