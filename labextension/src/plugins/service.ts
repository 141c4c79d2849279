/** The service for other extensions. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import type { TokenModel } from '../models/token';
import { PluginIDs } from '../names';
import { SecurePyPIService } from '../service';
import { ISecurePyPI } from '../tokens';
import { ITokenModel } from './shared';

/** Starts with the first extension that requires it. */
export const servicePlugin: JupyterFrontEndPlugin<ISecurePyPI> = {
  id: PluginIDs.service,
  description: 'Tells other extensions how fresh the token is, and refreshes it for them.',
  provides: ISecurePyPI,
  requires: [ITokenModel],
  activate: (_: JupyterFrontEnd, model: TokenModel): ISecurePyPI => new SecurePyPIService(model)
};
