/** What names a repository in the configuration: an ARN or an index URL. Pure functions. */

/** How such an address looks, one example a kind; the same in every language. */
export const ARN_EXAMPLE =
  'arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi';
export const URL_EXAMPLE = 'https://index.example.com/simple/';

/** What is wrong with an address. */
export type AddressFault =
  /** It is neither an ARN of a repository nor a URL. */
  | 'neither'
  /** It holds a user name or a password, which do not belong into a configuration file. */
  | 'credentials'
  /** It is a URL without TLS. */
  | 'insecure';

const ARN = /^arn:[\w-]+:[\w-]+:[\w-]+:\d{12}:repository\/[\w-]+\/[\w.-]+$/;
/** Parsers of URLs disagree about these, so the server refuses them. */
const AMBIGUOUS = /[\s\\\p{Cc}?#]|%(2e|2f|5c)/iu;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** What is wrong with an address, or null; whether the repository exists, the server finds out. */
export function addressFault(text: string): AddressFault | null {
  if (ARN.test(text)) {
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

function parsed(text: string): URL | null {
  try {
    return /^https?:\/\//i.test(text) ? new URL(text) : null;
  } catch {
    return null;
  }
}
