/** The plugin: joins model, watch, status bar and palette. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

// Not loaded lazily: the chunk would come from the server, and these must work when that is gone.
/* eslint-disable jupyter/prefer-lazy-imports */
import { TokenModel } from './model';
import { refreshAndTell } from './refresh';
import { TokenServer } from './request';
import { TokenStatusItem } from './statusbar';
import { CommandIDs, PLUGIN_ID, TRANSLATION_DOMAIN } from './tokens';
import { TokenWatch } from './watch';
/* eslint-enable jupyter/prefer-lazy-imports */

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'Shows how fresh the CodeArtifact token is, and refreshes it.',
  autoStart: true,
  optional: [IStatusBar, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    statusBar: IStatusBar | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    const model = new TokenModel(new TokenServer(app.serviceManager.serverSettings));

    app.commands.addCommand(CommandIDs.refresh, {
      label: trans.__('Refresh Token'),
      caption: trans.__('Get a new CodeArtifact token now'),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => refreshAndTell(model, trans)
    });
    palette?.addItem({ command: CommandIDs.refresh, category: trans.__('Secure PyPI') });

    statusBar?.registerStatusItem(PLUGIN_ID, {
      item: new TokenStatusItem(model, trans, () => void app.commands.execute(CommandIDs.refresh)),
      align: 'right',
      rank: 100
    });
    new TokenWatch(model, app.serviceManager.events.stream);
  }
};

export default plugin;
