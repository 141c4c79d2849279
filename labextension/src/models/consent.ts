/** What a user is asked before files are changed. */

import type { FileChanges } from '../api';

/** What is to be done, and how it would change which files. */
export interface IProposal extends FileChanges {
  /** What is done, as in "point my-env at the secure index". */
  does: string;
}

/** Shows a proposal and asks the user. */
export type AskConsent = (proposal: IProposal) => Promise<boolean>;
