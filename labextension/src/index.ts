/** The package's entry: its plugins for Lab, and what other extensions may use. */

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { commandsPlugin } from './plugins/commands';
import { deskPlugin } from './plugins/desk';
import { notificationsPlugin } from './plugins/notifications';
import { panelPlugin } from './plugins/panel';
import { servicePlugin } from './plugins/service';
import { statusBarPlugin } from './plugins/statusbar';
import { tokenPlugin } from './plugins/token';

export type { Fact, LastFailure, Repository, Status } from './api';
export { ISecurePyPI } from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  tokenPlugin,
  servicePlugin,
  panelPlugin,
  deskPlugin,
  statusBarPlugin,
  commandsPlugin,
  notificationsPlugin
];

export default plugins;
