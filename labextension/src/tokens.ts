/** What other extensions require; no side effects. "Token" is Lab's word for the name of a service. */

import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { Status } from './api';

/** The state of the secure index. */
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
