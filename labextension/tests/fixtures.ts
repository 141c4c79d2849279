/** What the tests share: a translator that only fills in, an answer of the server, and a clock. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { IStatus } from '../src/tokens';

export const HOUR = 3600;

/** English as written in the source. */
export const english = {
  __: (text: string, ...values: unknown[]): string =>
    text.replace(/%(\d)/g, (_, n: string) => String(values[Number(n) - 1])),
  _n: (one: string, many: string, count: number): string =>
    (count === 1 ? one : many).replace('%1', String(count))
} as unknown as TranslationBundle;

/** The server's answer for a fresh token, with `changes`. */
export function answer(changes: Partial<IStatus> = {}): IStatus {
  return {
    version: '0.1.0',
    state: 'fresh',
    expires_at: 1_800_000_000,
    minted_at: 1_799_956_800,
    seconds_left: 11.7 * HOUR,
    refreshing: false,
    repository: {
      arn: 'arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi',
      domain: 'acme',
      owner: '111122223333',
      region: 'us-west-2',
      name: 'shared-pypi',
      partition: 'aws',
      index_url: null
    },
    identity: null,
    error: null,
    ...changes
  };
}

/** A failure to refresh, in the server's words. */
export const throttled = {
  kind: 'Throttled',
  message: 'AWS asks for fewer requests.',
  why: 'Many machines ask at once.',
  remedy: 'Wait a minute.'
};
