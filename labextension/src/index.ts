/** The plugin: joins models, watches, panel, status bar, palette and settings. */

import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Clipboard, Dialog, ICommandPalette, showDialog } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

// Not loaded lazily: the chunk would come from the server, and these must work when that is gone.
/* eslint-disable jupyter/prefer-lazy-imports */
import { Announcer } from './announcer';
import { addCommands } from './commands';
import type { IFindingFix } from './answers';
import { rememberFolded } from './memory';
import { TokenModel } from './model';
import { PanelModel } from './models/panel';
import { SecurePyPIPanel } from './panel/panel';
import { PanelWatch } from './panel/watch';
import { Server } from './request';
import { applySettings } from './settings';
import { TokenStatusItem } from './statusbar';
import { Toasts } from './toasts';
import { CommandIDs, PANEL_ID, PLUGIN_ID, TRANSLATION_DOMAIN } from './tokens';
import { VERSION } from './version';
import { TokenWatch } from './watch';
/* eslint-enable jupyter/prefer-lazy-imports */

/** After Lab's running-kernels panel. */
const RANK = 250;

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description:
    'Shows how fresh the CodeArtifact token is, where each kernel installs from, and more.',
  autoStart: true,
  optional: [IStatusBar, ICommandPalette, ITranslator, ILayoutRestorer, ISettingRegistry, IStateDB],
  activate: (
    app: JupyterFrontEnd,
    statusBar: IStatusBar | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    settings: ISettingRegistry | null,
    state: IStateDB | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    const server = new Server(app.serviceManager.serverSettings);
    const token = new TokenModel(server);
    const copy = (text: string): void => {
      Clipboard.copyToSystem(text);
    };
    const agreed = async (fix: IFindingFix): Promise<boolean> => {
      const { button } = await showDialog({
        title: trans.__('Change files that are not ours?'),
        body: trans.__('This will %1.', fix.does),
        buttons: [
          Dialog.cancelButton({ label: trans.__('Cancel') }),
          Dialog.okButton({ label: trans.__('Fix') })
        ]
      });
      return button.accept;
    };
    const model = new PanelModel({ server, token, version: VERSION, copy, agreed });
    const run = (command: string) => (): void => {
      void app.commands.execute(command);
    };

    addCommands({ app, model, trans, panel: () => panel }, palette);
    const panel = new SecurePyPIPanel(model, trans, {
      refresh: run(CommandIDs.refresh)
    });
    app.shell.add(panel, 'left', { rank: RANK, type: 'Secure PyPI' });
    restorer?.add(panel, PANEL_ID);
    statusBar?.registerStatusItem(PLUGIN_ID, {
      item: new TokenStatusItem(token, trans, run(CommandIDs.open)),
      align: 'right',
      rank: 100
    });

    new Announcer(model, trans);
    const toasts = new Toasts(token, trans, {
      refresh: run(CommandIDs.refresh),
      details: run(CommandIDs.open)
    });
    const events = app.serviceManager.events.stream;
    const watch = new TokenWatch(token, events);
    new PanelWatch(model, panel, events);
    if (state) {
      void rememberFolded(state, model);
    }
    if (settings) {
      void applySettings(settings, { watch, toasts, installs: model.installs });
    }
  }
};

export default plugin;
