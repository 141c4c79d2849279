/** What the status bar and the panel say for each condition of the token. Pure functions. */

import type { TranslationBundle } from '@jupyterlab/translation';

import {
  doesNotExpire,
  looks,
  type Condition,
  type IFacts,
  type Shield,
  type Tone
} from './conditions';
import { ENABLE } from './names';
import { timeLeft, timeLeftInFull } from './time';

/** What the status bar shows. */
export interface IWords {
  /** Beside the icon. */
  label: string;
  /** The condition as a sentence that stays the same while time passes. */
  sentence: string;
  /** Everything: for tooltip and screen reader, a sentence a line. */
  details: string;
  tone: Tone;
  shield: Shield;
}

/** What the status bar says and how it looks. */
export function inWords(facts: IFacts, trans: TranslationBundle): IWords {
  const said = sentence(facts, trans);
  return {
    label: label(facts, trans),
    sentence: said,
    details: details(facts, said, trans),
    ...looks(facts)
  };
}

/** The condition in a few words, for a heading. */
export function heading(facts: IFacts, trans: TranslationBundle): string {
  switch (facts.condition) {
    case 'loading':
      return trans.__('Asking the server…');
    case 'fresh':
      return doesNotExpire(facts) ? trans.__('Valid') : trans.__('Fresh');
    case 'stale':
      return trans.__('Valid, due for renewal');
    case 'expiring':
      return trans.__('About to expire');
    case 'expired':
      return trans.__('Expired');
    case 'missing':
      return trans.__('No token yet');
    case 'not_configured':
      return trans.__('Not configured yet');
    case 'misconfigured':
      return trans.__('Mistake in the configuration');
    case 'refreshing':
      return trans.__('Getting a new token…');
    case 'failing':
      return trans.__('Valid, but refreshing fails');
    case 'offline':
      return trans.__('The server does not answer');
    case 'absent':
      return trans.__('The server extension is not running');
  }
}

/** How long it still serves, or nothing where that cannot be said. */
export function lifetime(facts: IFacts, trans: TranslationBundle): string {
  if (doesNotExpire(facts)) {
    return trans.__('does not expire');
  }
  return facts.secondsLeft ? trans.__('%1 left', timeLeftInFull(facts.secondsLeft, trans)) : '';
}

function sentence(facts: IFacts, trans: TranslationBundle): string {
  switch (facts.condition) {
    case 'loading':
      return trans.__('Secure PyPI: asking the server.');
    case 'fresh':
      return doesNotExpire(facts)
        ? trans.__('Secure PyPI: the credentials are valid and do not expire.')
        : trans.__('Secure PyPI: the token is fresh.');
    case 'stale':
      return trans.__('Secure PyPI: the token is valid and due for renewal.');
    case 'expiring':
      return trans.__('Secure PyPI: the token is about to expire.');
    case 'expired':
      return trans.__('Secure PyPI: the token has expired; installs will fail.');
    case 'missing':
      return trans.__('Secure PyPI: there is no token yet.');
    case 'not_configured':
      return trans.__('Secure PyPI: no repository is configured yet.');
    case 'misconfigured':
      return trans.__('Secure PyPI: the configuration has a mistake.');
    case 'refreshing':
      return trans.__('Secure PyPI: getting a new token.');
    case 'failing':
      return trans.__('Secure PyPI: the token is valid, but refreshing it fails.');
    case 'offline':
      return trans.__('Secure PyPI: the Jupyter server does not answer.');
    case 'absent':
      return trans.__('Secure PyPI: the server extension is not running.');
  }
}

function label(facts: IFacts, trans: TranslationBundle): string {
  const left = facts.secondsLeft === null ? '' : timeLeft(facts.secondsLeft, trans);
  switch (facts.condition) {
    case 'loading':
      return '…';
    case 'refreshing':
      return trans.__('Refreshing…');
    case 'failing':
      return left ? trans.__('Failing, %1', left) : trans.__('Failing');
    case 'expired':
      return trans.__('Expired');
    case 'missing':
      return trans.__('No token');
    case 'not_configured':
      return trans.__('Not configured');
    case 'misconfigured':
      return trans.__('Misconfigured');
    case 'offline':
      return trans.__('Offline');
    case 'absent':
      return trans.__('No server extension');
    case 'fresh':
    case 'stale':
    case 'expiring':
      return left || trans.__('Does not expire');
  }
}

function details(facts: IFacts, said: string, trans: TranslationBundle): string {
  const lines = [said];
  const { condition, problem, repository, secondsLeft } = facts;
  if (secondsLeft) {
    lines.push(trans.__('%1 left.', timeLeftInFull(secondsLeft, trans)));
  }
  if (repository) {
    lines.push(trans.__('Repository %1, %2.', repository.label, repository.provider_label));
  }
  // While a new attempt runs, the failure of the last one is old news.
  if (problem && condition !== 'refreshing') {
    lines.push(problem.message, problem.why, problem.remedy);
  }
  if (!problem?.remedy || NEXT_STEP_HELPS.has(condition)) {
    lines.push(nextStep(condition, trans));
  }
  return lines.filter(line => line).join('\n');
}

/** Where our own next step is worth saying even beside a remedy from the server. */
const NEXT_STEP_HELPS: ReadonlySet<Condition> = new Set([
  'failing',
  'expiring',
  'expired',
  'missing',
  'refreshing'
]);

function nextStep(condition: Condition, trans: TranslationBundle): string {
  switch (condition) {
    case 'not_configured':
      return trans.__('Click to open the panel: it shows how to begin.');
    case 'misconfigured':
      return trans.__('Correct it: the server notices it within a minute.');
    case 'offline':
      return trans.__('Once the server is back, this goes away by itself.');
    case 'absent':
      return trans.__('Enable it with "%1" and restart the server.', ENABLE);
    case 'loading':
    case 'refreshing':
      return trans.__('This takes a moment.');
    default:
      return trans.__('Click to open the panel and refresh it there.');
  }
}
