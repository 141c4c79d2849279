/** The notifications about the token. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { TokenModel } from '../models/token';
import { PluginIDs, TRANSLATION_DOMAIN } from '../names';
import { TokenNotifications } from '../notifications';
import type { PanelView } from '../panel/view';
import { followSettings } from '../settings';
import { IPanelView, ITokenModel } from './shared';

export const notificationsPlugin: JupyterFrontEndPlugin<void> = {
  id: PluginIDs.notifications,
  description: 'Notifies when refreshing the token keeps failing, and when it has expired.',
  autoStart: true,
  requires: [ITokenModel],
  optional: [IPanelView, ITranslator, ISettingRegistry],
  activate: (
    _: JupyterFrontEnd,
    token: TokenModel,
    view: PanelView | null,
    translator: ITranslator | null,
    settings: ISettingRegistry | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    const notifications = new TokenNotifications(token, trans, {
      refresh: () => {
        // Where there is no panel to tell why that failed, this notification stays.
        void (view?.refresh() ?? token.refresh().catch(() => undefined));
      },
      details:
        view &&
        (() => {
          view.show();
        })
    });
    if (settings) {
      void followSettings(settings, set => {
        notifications.enabled = set.notifications;
      });
    }
  }
};
