/** The user's settings, which all plugins share; `schema/panel.json` has the defaults and the bounds. */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';

import { PluginIDs } from './names';

/** What a user can set. */
export interface ISettings {
  notifications: boolean;
  /** In seconds. */
  pollInterval: number;
  recentInstalls: number;
}

/** Apply the settings when they are there and whenever they change; without them the defaults stay. */
export async function followSettings(
  registry: ISettingRegistry,
  apply: (settings: ISettings) => void
): Promise<void> {
  try {
    const settings = await registry.load(PluginIDs.panel);
    const follow = (): void => {
      // Lab has held them against the schema, and has filled in what the user leaves out.
      apply(settings.composite as unknown as ISettings);
    };
    settings.changed.connect(follow);
    follow();
  } catch (error) {
    console.warn('Secure PyPI: the settings cannot be loaded; the defaults stay.', error);
  }
}
