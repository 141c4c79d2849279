/** The three ways in which a request can fail, each with another next step for the user. */

import type { IProblem } from './tokens';

/** No answer: the server is gone, or the network is. */
export class Offline extends Error {}

/** The Jupyter server answers, but knows nothing of Secure PyPI. */
export class ServerExtensionMissing extends Error {}

/** The server extension answered that something went wrong. */
export class Refused extends Error {
  constructor(readonly problem: IProblem) {
    super(problem.message);
  }
}
