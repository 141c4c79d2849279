/** What Lab hands from one plugin to another; no side effects. "Token" is Lab's word for the name of a service. */

import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { Status } from './api';
import type { TokenModel } from './models/token';
import type { PanelView } from './panel/view';

/** The state of the secure index, for other extensions. */
export interface ISecurePyPI {
  /** What the server answered last: how fresh the token is, and for which repository; null before the first answer. */
  readonly status: Status | null;

  /** Emits after each answer of the server; at a token's expiry nothing is emitted, see `status.expires_at`. */
  readonly changed: ISignal<ISecurePyPI, void>;

  /**
   * Have a new token minted; a call while another is under way joins that one.
   *
   * Rejects with an `Error` whose message says why there is none. `status` stays as it was.
   */
  refresh(): Promise<void>;
}

/** The name under which other extensions require it. */
export const ISecurePyPI = new Token<ISecurePyPI>(
  'jupyter-securepypi:ISecurePyPI',
  'Whether the token for the secure index is fresh, and refreshing it.'
);

/** The model of the token, for the plugins of this package. */
export const ITokenModel = new Token<TokenModel>('jupyter-securepypi:ITokenModel');

/** The panel, for the plugins of this package. */
export const IPanelView = new Token<PanelView>('jupyter-securepypi:IPanelView');
