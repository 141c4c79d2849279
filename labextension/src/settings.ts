/** The user's settings, applied when they are there and whenever they change. */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';

import type { InstallsModel } from './models/installs';
import type { Toasts } from './toasts';
import { PLUGIN_ID } from './tokens';
import type { TokenWatch } from './watch';

/** What the settings change; the schema in `schema/plugin.json` has the defaults and the bounds. */
export interface ISettable {
  watch: TokenWatch;
  toasts: Toasts;
  installs: InstallsModel;
}

/** Load the settings; without them the defaults stay. */
export async function applySettings(registry: ISettingRegistry, parts: ISettable): Promise<void> {
  let settings: ISettingRegistry.ISettings;
  try {
    settings = await registry.load(PLUGIN_ID);
  } catch (error) {
    console.warn('Secure PyPI: the settings cannot be loaded; the defaults stay.', error);
    return;
  }
  const apply = (): void => {
    const { notifications, pollInterval, recentInstalls } = settings.composite;
    parts.toasts.enabled = notifications === true;
    if (typeof pollInterval === 'number') {
      parts.watch.interval = pollInterval;
    }
    if (typeof recentInstalls === 'number') {
      parts.installs.limit = recentInstalls;
    }
  };
  settings.changed.connect(apply);
  apply();
}
