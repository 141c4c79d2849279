/** What the plugins of this package hand to each other; no side effects. */

import { Token } from '@lumino/coreutils';

import type { TokenModel } from '../models/token';
import type { PanelView } from '../panel/view';

/** The model of the token. */
export const ITokenModel = new Token<TokenModel>('jupyter-securepypi:ITokenModel');

/** The panel. */
export const IPanelView = new Token<PanelView>('jupyter-securepypi:IPanelView');
