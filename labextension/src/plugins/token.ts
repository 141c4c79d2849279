/** The model of the token, which the other plugins show. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { TokenModel } from '../models/token';
import { PluginIDs } from '../names';
import { RestServer } from '../rest';
import { followSettings } from '../settings';
import { TokenPoller } from '../tokenPoller';
import { ITokenModel } from './shared';

/** Starts with the first plugin that requires it. */
export const tokenPlugin: JupyterFrontEndPlugin<TokenModel> = {
  id: PluginIDs.token,
  description: 'Asks the server how fresh the token for the secure index is.',
  provides: ITokenModel,
  optional: [ISettingRegistry],
  activate: (app: JupyterFrontEnd, settings: ISettingRegistry | null): TokenModel => {
    const model = new TokenModel(new RestServer(app.serviceManager.serverSettings));
    const poller = new TokenPoller(model, app.serviceManager.events.stream);
    if (settings) {
      void followSettings(settings, ({ pollInterval }) => {
        poller.interval = pollInterval;
      });
    }
    return model;
  }
};
