/** From facts to words: what the status bar says, and how it looks, for each condition. Pure functions. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { IProblem, IRepository } from './tokens';

/** What the user should know: the server's state, joined with what the browser itself sees. */
export type Condition =
  | 'loading'
  | 'fresh'
  | 'stale'
  | 'expiring'
  | 'expired'
  | 'missing'
  | 'not_configured'
  | 'misconfigured'
  | 'refreshing'
  | 'failing'
  | 'offline'
  | 'absent';

/** How urgent it is. */
export type Tone = 'calm' | 'attention' | 'trouble';

/** The icon's shape. */
export type Shield = 'closed' | 'alert' | 'off';

/** The facts that the words are made of. */
export interface IFacts {
  condition: Condition;
  /** Until the token expires, in seconds; null where there is no token. */
  secondsLeft: number | null;
  problem: IProblem | null;
  repository: IRepository | null;
}

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

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** The time left in its largest unit, rounded down: "11 h", "42 min", "30 s". */
export function timeLeft(seconds: number, trans: TranslationBundle): string {
  if (seconds >= HOUR) {
    return trans.__('%1 h', Math.floor(seconds / HOUR));
  }
  if (seconds >= MINUTE) {
    return trans.__('%1 min', Math.floor(seconds / MINUTE));
  }
  return trans.__('%1 s', Math.max(0, Math.floor(seconds)));
}

/** The time left for the tooltip, to the minute: "11 h 42 min". */
export function timeLeftInFull(seconds: number, trans: TranslationBundle): string {
  const minutes = Math.floor((seconds % HOUR) / MINUTE);
  if (seconds >= HOUR && minutes > 0) {
    return trans.__('%1 h %2 min', Math.floor(seconds / HOUR), minutes);
  }
  return timeLeft(seconds, trans);
}

/** Seconds until the words for `secondsLeft` change, at least one: by the minute above one hour. */
export function secondsToNextChange(secondsLeft: number): number {
  const grain = secondsLeft >= MINUTE ? MINUTE : 1;
  return Math.max(1, (secondsLeft % grain) + 0.05);
}

/** What the status bar says and how it looks. */
export function inWords(facts: IFacts, trans: TranslationBundle): IWords {
  const sentence = SENTENCES[facts.condition](trans);
  const { tone, shield } = looks(facts);
  return {
    label: label(facts, trans),
    sentence,
    details: details(facts, sentence, trans),
    tone,
    shield
  };
}

/** The condition in a few words, for a heading. */
export function heading(condition: Condition, trans: TranslationBundle): string {
  return HEADINGS[condition](trans);
}

const HEADINGS: Readonly<Record<Condition, (trans: TranslationBundle) => string>> = {
  loading: trans => trans.__('Asking the server…'),
  fresh: trans => trans.__('Fresh'),
  stale: trans => trans.__('Valid, due for renewal'),
  expiring: trans => trans.__('About to expire'),
  expired: trans => trans.__('Expired'),
  missing: trans => trans.__('No token yet'),
  not_configured: trans => trans.__('Not configured yet'),
  misconfigured: trans => trans.__('Mistake in the configuration'),
  refreshing: trans => trans.__('Getting a new token…'),
  failing: trans => trans.__('Valid, but refreshing fails'),
  offline: trans => trans.__('The server does not answer'),
  absent: trans => trans.__('The server extension is not running')
};

const SENTENCES: Readonly<Record<Condition, (trans: TranslationBundle) => string>> = {
  loading: trans => trans.__('Secure PyPI: asking the server.'),
  fresh: trans => trans.__('Secure PyPI: the token is fresh.'),
  stale: trans => trans.__('Secure PyPI: the token is valid and due for renewal.'),
  expiring: trans => trans.__('Secure PyPI: the token is about to expire.'),
  expired: trans => trans.__('Secure PyPI: the token has expired; installs will fail.'),
  missing: trans => trans.__('Secure PyPI: there is no token yet.'),
  not_configured: trans => trans.__('Secure PyPI: no repository is configured yet.'),
  misconfigured: trans => trans.__('Secure PyPI: the configuration has a mistake.'),
  refreshing: trans => trans.__('Secure PyPI: getting a new token.'),
  failing: trans => trans.__('Secure PyPI: the token is valid, but refreshing it fails.'),
  offline: trans => trans.__('Secure PyPI: the Jupyter server does not answer.'),
  absent: trans => trans.__('Secure PyPI: the server extension is not running.')
};

function label(facts: IFacts, trans: TranslationBundle): string {
  const left = facts.secondsLeft === null ? '' : timeLeft(facts.secondsLeft, trans);
  switch (facts.condition) {
    case 'loading':
      return '…';
    case 'refreshing':
      return trans.__('Refreshing…');
    case 'failing':
      return trans.__('Failing, %1', left);
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
    default:
      return left;
  }
}

function details(facts: IFacts, sentence: string, trans: TranslationBundle): string {
  const lines = [sentence];
  const { condition, problem, repository, secondsLeft } = facts;
  if (secondsLeft !== null && secondsLeft > 0) {
    lines.push(trans.__('%1 left.', timeLeftInFull(secondsLeft, trans)));
  }
  if (repository) {
    lines.push(
      trans.__(
        'Repository %1 / %2 in %3, owner %4.',
        repository.domain,
        repository.name,
        repository.region,
        repository.owner
      )
    );
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
      return trans.__(
        'Set CA_REPOSITORY_ARN, or repository_arn in jupyter_securepypi_config.py, and restart the server.'
      );
    case 'misconfigured':
      return trans.__('Correct it and restart the server.');
    case 'offline':
      return trans.__('Once the server is back, this goes away by itself.');
    case 'absent':
      return trans.__(
        'Enable it with "jupyter server extension enable jupyter_securepypi" and restart the server.'
      );
    case 'loading':
    case 'refreshing':
      return trans.__('This takes a moment.');
    default:
      return trans.__('Click to open the panel and refresh it there.');
  }
}

function looks({ condition, secondsLeft }: IFacts): { tone: Tone; shield: Shield } {
  switch (condition) {
    case 'loading':
    case 'fresh':
    case 'stale':
    case 'refreshing':
      return { tone: 'calm', shield: 'closed' };
    case 'failing':
      // With hours left a failure may well heal by itself: say it, but do not alarm.
      return { tone: (secondsLeft ?? 0) < HOUR ? 'attention' : 'calm', shield: 'alert' };
    case 'expiring':
      return { tone: 'attention', shield: 'alert' };
    case 'expired':
    case 'misconfigured':
      return { tone: 'trouble', shield: 'off' };
    case 'missing':
    case 'not_configured':
    case 'offline':
    case 'absent':
      return { tone: 'attention', shield: 'off' };
  }
}
