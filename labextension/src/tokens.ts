/** Every name, id and shape that the extension shares with the server and with Lab; no side effects. */

/** Lab's name for the plugin. */
export const PLUGIN_ID = 'jupyter-securepypi:plugin';

/** Where the translations are found. */
export const TRANSLATION_DOMAIN = 'jupyter_securepypi';

/** The schema of the events that the server emits about the token. */
export const TOKEN_EVENT = 'https://events.jupyter.org/jupyter_securepypi/token/v1';

/** The schema of the events about the install history. */
export const INSTALLS_EVENT = 'https://events.jupyter.org/jupyter_securepypi/installs/v1';

/** The schema of the events about the kernels. */
export const KERNELS_EVENT = 'https://events.jupyter.org/jupyter_securepypi/kernels/v1';

/** The id of the panel in Lab's shell. */
export const PANEL_ID = 'jupyter-securepypi-panel';

/** Where Lab's state database keeps what is folded. */
export const FOLDED_KEY = 'jupyter-securepypi:folded';

/** The command that mends a front end and a server of different versions. */
export const UPGRADE = 'pip install --upgrade --force-reinstall jupyter_securepypi';

/** The commands in Lab's registry. */
export namespace CommandIDs {
  export const open = 'jupyter-securepypi:open-panel';
  export const refresh = 'jupyter-securepypi:refresh-token';
  export const check = 'jupyter-securepypi:check-environment';
  export const preview = 'jupyter-securepypi:preview-step';
}

/** What the token is worth, as the server sees it. */
export type TokenState =
  'fresh' | 'stale' | 'expiring' | 'expired' | 'missing' | 'not_configured' | 'misconfigured';

/** The configured repository; its index URL carries no credentials. */
export interface IRepository {
  arn: string;
  domain: string;
  owner: string;
  region: string;
  name: string;
  partition: string;
  /** Null until AWS has told it. */
  index_url: string | null;
}

/** A failure in the server's words: what, why, and what to do. */
export interface IProblem {
  kind: string;
  message: string;
  why: string;
  remedy: string;
}

/** A failure to get a newer token; times are epoch seconds. */
export interface ITokenProblem extends IProblem {
  since?: number | null;
  next_try?: number | null;
}

/** The answer to `GET securepypi/status`; times are epoch seconds. */
export interface IStatus {
  version: string;
  state: TokenState;
  expires_at: number | null;
  minted_at: number | null;
  seconds_left: number | null;
  refreshing?: boolean;
  repository: IRepository | null;
  identity: string | null;
  error: ITokenProblem | null;
}

/** The server's REST interface as the model uses it. */
export interface ITokenServer {
  /** How things stand. */
  status(): Promise<IStatus>;
  /** Mint a new token now, and tell how things stand afterwards. */
  refresh(): Promise<IStatus>;
}
