/** What people type in to name a repository or a role: how it looks, and what is wrong with it. Pure functions. */

import type { TranslationBundle } from '@jupyterlab/translation';

/** How a repository's address looks, one example a kind; the same in every language. */
export const EXAMPLES = [
  'arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi',
  'projects/acme-project/locations/europe-west1/repositories/shared-pypi',
  'https://index.example.com/simple/'
];

/** How a role is named. */
export const ROLE_EXAMPLE = 'arn:aws:iam::…:role/…';

/** What is wrong with an address. */
export type AddressFault =
  /** It is neither an ARN or a resource name of a repository nor a URL. */
  | 'neither'
  /** It holds a user name or a password, which do not belong into a configuration file. */
  | 'credentials'
  /** It is a URL without TLS. */
  | 'insecure';

const ARN = /^arn:[\w-]+:[\w-]+:[\w-]+:\d{12}:repository\/[\w-]+\/[\w.-]+$/;
const RESOURCE =
  /^projects\/[a-z][a-z0-9-]+\/locations\/[a-z0-9-]+\/repositories\/[a-z][a-z0-9-]*$/;
/** Parsers of URLs disagree about these, so the server refuses them. */
const AMBIGUOUS = /[\s\\\p{Cc}?#]|%(2e|2f|5c)/iu;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** What is wrong with an address, or null; whether the repository exists, the server finds out. */
export function addressFault(text: string): AddressFault | null {
  if (ARN.test(text) || RESOURCE.test(text)) {
    return null;
  }
  const url = AMBIGUOUS.test(text) ? null : parsed(text);
  if (!url) {
    return 'neither';
  }
  if (url.username || url.password) {
    return 'credentials';
  }
  return url.protocol === 'https:' || LOOPBACK.test(url.hostname) ? null : 'insecure';
}

/** What is wrong with an address, in a sentence. */
export function faultInWords(fault: AddressFault, trans: TranslationBundle): string {
  switch (fault) {
    case 'neither':
      return trans.__('That is neither the ARN of a repository nor an index URL.');
    case 'credentials':
      return trans.__(
        'Leave user name and password out of the URL: a configuration file is no place for a secret.'
      );
    case 'insecure':
      return trans.__('Use https: with http, anybody in between can exchange the packages.');
  }
}

/** Whether the images of steps can install from the repository at a valid address by themselves. */
export function servesSteps(address: string): boolean {
  return ARN.test(address);
}

/** The label of the field for the address of the repository to configure. */
export function addressLabel(trans: TranslationBundle): string {
  return trans.__('Paste the ARN or the index URL of the repository');
}

/** The label of the field for a step's own repository, with the argument that it is in code. */
export function stepRepositoryLabel(trans: TranslationBundle): string {
  return trans.__('Repository of the step (%1)', 'ca_repository_arn');
}

/** The label of the field for the role that a step assumes. */
export function stepRoleLabel(trans: TranslationBundle): string {
  return trans.__('Role of the step (ARN)');
}

function parsed(text: string): URL | null {
  try {
    return /^https?:\/\//i.test(text) ? new URL(text) : null;
  } catch {
    return null;
  }
}
