/** Every name and id that the extension shares with the server and with Lab; no side effects. */

/** The plugins, each of which an administrator can disable. */
export namespace PluginIDs {
  export const token = 'jupyter-securepypi:token';
  export const service = 'jupyter-securepypi:service';
  /** Its settings are those of all plugins. */
  export const panel = 'jupyter-securepypi:panel';
  export const statusBar = 'jupyter-securepypi:status-bar';
  export const commands = 'jupyter-securepypi:commands';
  export const notifications = 'jupyter-securepypi:notifications';
  export const desk = 'jupyter-securepypi:desk';
}

/** The commands in Lab's registry. */
export namespace CommandIDs {
  export const open = 'jupyter-securepypi:open-panel';
  export const refresh = 'jupyter-securepypi:refresh-token';
}

/** The commands that open the pages of the main area. */
export const PAGE_COMMANDS = {
  step: 'jupyter-securepypi:preview-step',
  check: 'jupyter-securepypi:check-environment',
  history: 'jupyter-securepypi:open-history',
  why: 'jupyter-securepypi:ask-why',
  /** For Lab, when it restores its layout. */
  any: 'jupyter-securepypi:open-page'
} as const;

/** The schemas of the events that the server emits. */
export namespace Events {
  export const token = 'https://events.jupyter.org/jupyter_securepypi/token/v1';
  export const installs = 'https://events.jupyter.org/jupyter_securepypi/installs/v1';
  export const kernels = 'https://events.jupyter.org/jupyter_securepypi/kernels/v1';
}

/** Where the translations are found. */
export const TRANSLATION_DOMAIN = 'jupyter_securepypi';

/** The tracker of the pages in the main area, for Lab's layout. */
export const DESK_NAMESPACE = 'jupyter-securepypi-desk';

/** The id of the panel in Lab's shell. */
export const PANEL_ID = 'jupyter-securepypi-panel';

/** Where Lab's state database keeps what is folded. */
export const FOLDED_KEY = 'jupyter-securepypi:folded';

/** The command that mends a front end and a server of different versions. */
export const UPGRADE = 'pip install --upgrade --force-reinstall jupyter_securepypi';

/** The command that starts a server extension which is installed but not enabled. */
export const ENABLE = 'jupyter server extension enable jupyter_securepypi';

/** The file for the options, in the folder `.jupyter` of a home. */
export const CONFIG_FILE = 'jupyter_securepypi_config.json';

/** The command that shows everything with a repository of its own. */
export const DEMO = 'jupyter securepypi demo';
