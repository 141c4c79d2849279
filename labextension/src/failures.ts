/** The ways in which a request can fail, each with another next step for the user. */

import type { Failure } from './api';

/** No answer: the server is gone, or the network is. */
export class Offline extends Error {}

/** The Jupyter server answers, but knows nothing of what is asked. */
export class ServerExtensionMissing extends Error {
  constructor() {
    super('The server extension jupyter_securepypi is not running, or it is too old.');
  }
}

/** The server extension answered that something went wrong. */
export class Refused extends Error {
  constructor(readonly problem: Failure) {
    super(problem.message);
  }
}

/** Why the server gave no value. */
export type Trouble =
  | { kind: 'offline' }
  /** There is no server extension, or it is older than this panel. */
  | { kind: 'unsupported' }
  | { kind: 'refused'; problem: Failure };

/** What a rejection of the server's means for a section. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof Offline) {
    return { kind: 'offline' };
  }
  if (error instanceof ServerExtensionMissing) {
    return { kind: 'unsupported' };
  }
  if (error instanceof Refused) {
    return { kind: 'refused', problem: error.problem };
  }
  return {
    kind: 'refused',
    problem: { kind: 'Unexpected', message: String(error), why: '', remedy: '' }
  };
}
