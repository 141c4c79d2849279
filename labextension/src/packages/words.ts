/** What the section says of packages and commands. Pure functions. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { EnvironmentPackage, Failure, NewestPackage } from '../api';
import { HOUR, MINUTE } from '../time';
import { ABORTED, lacksMagic } from './output';
import type { Run } from './run';

const DAY = 24 * HOUR;

/** What stands at the end of a row. */
export type State =
  | { kind: 'upgrade'; version: string }
  | { kind: 'available'; version: string }
  | { kind: 'held'; version: string; until: number | null }
  | { kind: 'newest' }
  | { kind: 'absent' }
  | { kind: 'unknown' };

/** What the index has for a row, in the order in which it matters. */
export function stateOf(installed: EnvironmentPackage | null, newest: NewestPackage | null): State {
  if (!newest || newest.error) {
    return { kind: 'unknown' };
  }
  if (newest.absent) {
    return { kind: 'absent' };
  }
  if (newest.version && newest.version !== installed?.version) {
    return { kind: installed ? 'upgrade' : 'available', version: newest.version };
  }
  const [held] = newest.held_back;
  if (newest.held_back.length > 0) {
    return { kind: 'held', version: held.version, until: held.until };
  }
  return { kind: newest.version ? 'newest' : installed ? 'unknown' : 'absent' };
}

/** When a version becomes available, seen from `now`: "in 5 days". Seconds, rounded up. */
export function untilWords(until: number, now: number, trans: TranslationBundle): string {
  const left = Math.max(0, until - now);
  if (left > DAY) {
    return trans._n('in %1 day', 'in %1 days', Math.ceil(left / DAY));
  }
  return left > HOUR
    ? trans._n('in %1 hour', 'in %1 hours', Math.ceil(left / HOUR))
    : trans._n('in %1 minute', 'in %1 minutes', Math.max(1, Math.ceil(left / MINUTE)));
}

/** A version that is held back, in a few words. */
export function heldWords(
  { version, until }: { version: string; until: number | null },
  now: number,
  trans: TranslationBundle
): string {
  return until === null
    ? trans.__('%1 held back', version)
    : trans.__('%1 allowed %2', version, untilWords(until, now, trans));
}

/** Where an installed package came from, in a word or two. */
export function originWord({ origin }: EnvironmentPackage, trans: TranslationBundle): string {
  switch (origin) {
    case 'secure':
      return trans.__('secure');
    case 'elsewhere':
      return trans.__('not from here');
    case 'unknown':
      return trans.__('unknown origin');
  }
}

/** Where an installed package came from, in a sentence. */
export function originSentence(
  { origin, source }: EnvironmentPackage,
  trans: TranslationBundle
): string {
  switch (origin) {
    case 'secure':
      return trans.__('It came from the secure index, %1.', source);
    case 'elsewhere':
      return trans.__('Not from here: it came from %1.', source);
    case 'unknown':
      return trans.__('Unknown origin: no install of Secure PyPI brought it.');
  }
}

/** What a command does, or has done, in a sentence. */
export function runSentence(run: Run, trans: TranslationBundle): string {
  switch (run.state) {
    case 'waiting':
      return trans.__('Waiting: the kernel is busy.');
    case 'sent':
      return trans.__('Queued behind the cells that the kernel still has to run.');
    case 'running':
      return run.said.progress || runningWords(run, trans);
    case 'cancelled':
      return trans.__('Cancelled; nothing was changed.');
    case 'done':
      return doneWords(run, trans);
    case 'failed':
      return failedWords(run, trans);
  }
}

/** Why a command failed, in three parts. */
export function runFailure(run: Run, trans: TranslationBundle): Failure | null {
  const { failure } = run;
  if (failure?.kind === 'KernelGone') {
    return {
      ...failure,
      message: trans.__('The kernel ended before the command did.'),
      why: trans.__('it was restarted, or it died'),
      remedy: trans.__('look what is installed, and try again')
    };
  }
  if (failure?.kind === ABORTED) {
    return {
      ...failure,
      message: trans.__('It was not run.'),
      why: trans.__('a cell before it failed')
    };
  }
  if (failure && lacksMagic(failure)) {
    return {
      ...failure,
      message: trans.__('This kernel does not know %1.', '%secure_pip'),
      why: trans.__('jupyter_securepypi is not installed in its environment, or not loaded'),
      remedy: trans.__(
        'run `%load_ext jupyter_securepypi` in a cell; where that fails, install jupyter_securepypi into the environment of this kernel'
      )
    };
  }
  return failure;
}

function runningWords({ action, name }: Run, trans: TranslationBundle): string {
  switch (action) {
    case 'install':
      return trans.__('Installing %1…', name);
    case 'upgrade':
      return trans.__('Upgrading %1…', name);
    case 'remove':
      return trans.__('Removing %1…', name);
  }
}

function doneWords({ action, name }: Run, trans: TranslationBundle): string {
  switch (action) {
    case 'install':
      return trans.__('%1 is installed.', name);
    case 'upgrade':
      return trans.__('%1 is upgraded.', name);
    case 'remove':
      return trans.__('%1 is removed.', name);
  }
}

function failedWords({ action, name }: Run, trans: TranslationBundle): string {
  switch (action) {
    case 'install':
      return trans.__('%1 was not installed.', name);
    case 'upgrade':
      return trans.__('%1 was not upgraded.', name);
    case 'remove':
      return trans.__('%1 was not removed.', name);
  }
}
