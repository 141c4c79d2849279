/** The panel in the sidebar. */

import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Clipboard } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Announcer } from '../announcer';
import { consentDialog } from '../consentDialog';
import { rememberFolded } from '../foldedSections';
import { PanelModel } from '../models/panel';
import type { TokenModel } from '../models/token';
import { moreMenu } from '../moreMenu';
import { PANEL_ID, PluginIDs, TRANSLATION_DOMAIN } from '../names';
import { CurrentPlace } from '../packages/place';
import { askRemoval } from '../packages/removalDialog';
import { SecurePyPIPanel } from '../panel/panel';
import { PanelView } from '../panel/view';
import { PanelPoller } from '../panelPoller';
import { RestServer } from '../rest';
import { saveFile } from '../saveFile';
import { followSettings } from '../settings';
import { VERSION } from '../version';
import { IPanelView, ITokenModel } from './shared';

/** After Lab's running-kernels panel. */
const RANK = 250;

export const panelPlugin: JupyterFrontEndPlugin<PanelView> = {
  id: PluginIDs.panel,
  description: 'Shows in the sidebar where everything installs from, and what needs attention.',
  autoStart: true,
  provides: IPanelView,
  requires: [ITokenModel],
  optional: [ITranslator, ILayoutRestorer, ISettingRegistry, IStateDB],
  activate: (
    app: JupyterFrontEnd,
    token: TokenModel,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    settings: ISettingRegistry | null,
    state: IStateDB | null
  ): PanelView => {
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    const model = new PanelModel({
      server: new RestServer(app.serviceManager.serverSettings),
      token,
      version: VERSION,
      copy: text => {
        Clipboard.copyToSystem(text);
      },
      consent: consentDialog(trans),
      save: saveFile,
      packages: {
        place: new CurrentPlace(app.shell),
        mayRemove: (name, code) => askRemoval(name, code, trans)
      }
    });
    const panel = new SecurePyPIPanel(
      model,
      trans,
      moreMenu(app.commands, trans),
      translator ?? undefined
    );
    app.shell.add(panel, 'left', { rank: RANK, type: 'Secure PyPI' });
    restorer?.add(panel, PANEL_ID);
    new Announcer(model, trans);
    const poller = new PanelPoller(model, app.serviceManager.events.stream);
    poller.watch(panel);
    if (state) {
      void rememberFolded(state, model);
    }
    if (settings) {
      void followSettings(settings, ({ recentInstalls }) => {
        model.installs.limit = recentInstalls;
      });
    }
    return new PanelView(model, poller, panel, app.shell);
  }
};
