/** What the tests share: a translator that only fills in, an answer of the server, and a clock. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { LastFailure, Policy, Repository, Status } from '../src/api';
import { HOUR } from '../src/time';

/** English as written in the source. */
export const english = {
  __: (text: string, ...values: unknown[]): string =>
    text.replace(/%(\d)/g, (_, n: string) => String(values[Number(n) - 1])),
  _n: (one: string, many: string, count: number, ...values: unknown[]): string =>
    (count === 1 ? one : many).replace(/%(\d)/g, (_, n: string) =>
      String([count, ...values][Number(n) - 1])
    )
} as unknown as TranslationBundle;

/** A repository as its provider describes it. */
export const repository: Repository = {
  id: 'arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi',
  label: 'acme/shared-pypi',
  provider: 'codeartifact',
  provider_label: 'AWS CodeArtifact',
  index_url: null,
  facts: [{ label: 'Region', value: 'us-west-2' }]
};

/** No policy and nothing locked, with `changes`. */
export function policyOf(changes: Partial<Policy> = {}): Policy {
  return {
    minimum_age: 0,
    exempt: [],
    unknown_age: 'refuse',
    malware: 'off',
    vulnerabilities: 'off',
    blocked: {},
    locked: [],
    text: '',
    ...changes
  };
}

/** The server's answer for a fresh token, with `changes`. */
export function answer(changes: Partial<Status> = {}): Status {
  return {
    version: '0.1.0',
    state: 'fresh',
    expires_at: 1_800_000_000,
    minted_at: 1_799_956_800,
    seconds_left: 11.7 * HOUR,
    refreshing: false,
    repository,
    identity: null,
    error: null,
    policy: policyOf(),
    ...changes
  };
}

/** The server's answer for credentials that do not expire, as of an index that mints no tokens. */
export function lasting(changes: Partial<Status> = {}): Status {
  return answer({ expires_at: null, minted_at: null, seconds_left: null, ...changes });
}

/** A failure to refresh, in the server's words. */
export const throttled: LastFailure = {
  kind: 'Throttled',
  message: 'The service asks for fewer requests.',
  why: 'Many machines ask at once.',
  remedy: 'Wait a minute.',
  since: null,
  next_try: null
};
