/** The front end's version, which is the package's. */

import manifest from '../package.json';

export const VERSION = manifest.version;
