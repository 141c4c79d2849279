/** What the panel says at a glance: one sentence, and the one step that mends what is not so. Pure functions. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { Client, Kernel, Policy } from './api';
import { type IFacts, looks, type Shield, type Tone } from './conditions';
import { exactly } from './time';
import { heading } from './words';

/** What is known of where things install from. */
export interface IStanding {
  facts: IFacts;
  policy: Policy | null;
  /** Null while they are not known. */
  kernels: readonly Kernel[] | null;
  clients: readonly Client[] | null;
}

/** The step that mends what the sentence says. */
export type NextStep =
  | { kind: 'refresh'; label: string }
  | { kind: 'fix'; label: string; kernel: Kernel }
  | { kind: 'attention'; label: string };

/** One sentence, one colour, one sign, one step. */
export interface IGlance {
  sentence: string;
  /** Goes on after the sentence; empty where there is nothing more. */
  more: string;
  tone: Tone;
  shield: Shield;
  next: NextStep | null;
}

/** Whether a package manager that the options name goes elsewhere. */
export function goesElsewhere(client: Client): boolean {
  return client.enabled && (client.state === 'elsewhere' || client.state === 'unset');
}

/** What to say, and what to do next. */
export function glance(standing: IStanding, trans: TranslationBundle): IGlance {
  const { facts } = standing;
  if (!serves(facts)) {
    return {
      sentence: heading(facts, trans),
      more: '',
      ...looks(facts),
      next: renewal(facts, trans)
    };
  }
  const place = facts.repository?.label ?? '';
  const insecure = (standing.kernels ?? []).filter(kernel => kernel.state === 'insecure');
  const elsewhere = (standing.clients ?? []).filter(goesElsewhere);
  const count = insecure.length + elsewhere.length;
  if (count > 0) {
    const fixable = count === 1 ? insecure.find(kernel => kernel.fixable) : undefined;
    return {
      sentence: trans.__('Not everything installs from %1', place),
      more: names(
        [...insecure.map(kernel => kernel.display_name), ...elsewhere.map(one => one.name)],
        trans
      ),
      tone: 'attention',
      shield: 'alert',
      next: fixable
        ? { kind: 'fix', label: trans.__('Fix…'), kernel: fixable }
        : { kind: 'attention', label: trans.__('Show what needs attention') }
    };
  }
  const known = standing.kernels !== null && standing.clients !== null;
  return {
    sentence: known
      ? trans.__('Everything installs from %1', place)
      : trans.__('Packages come from %1', place),
    more: rule(standing.policy, trans),
    ...looks(facts),
    next: renewal(facts, trans)
  };
}

/** Whether installs can work now. */
function serves({ condition, secondsLeft, repository }: IFacts): boolean {
  switch (condition) {
    case 'fresh':
    case 'stale':
    case 'expiring':
    case 'failing':
      return repository !== null;
    case 'refreshing':
      return repository !== null && secondsLeft !== null && secondsLeft > 0;
    default:
      return false;
  }
}

function renewal({ condition }: IFacts, trans: TranslationBundle): NextStep | null {
  switch (condition) {
    case 'failing':
    case 'offline':
      return { kind: 'refresh', label: trans.__('Try again') };
    case 'expired':
    case 'missing':
      return { kind: 'refresh', label: trans.__('Get a new token') };
    default:
      return null;
  }
}

function rule(policy: Policy | null, trans: TranslationBundle): string {
  return policy && policy.minimum_age > 0
    ? trans.__('and nothing younger than %1', exactly(policy.minimum_age, trans))
    : '';
}

function names(all: string[], trans: TranslationBundle): string {
  const [first] = all;
  const more = all.length - 1;
  return more > 0
    ? trans._n(
        '%2 and %1 other install from elsewhere',
        '%2 and %1 others install from elsewhere',
        more,
        first
      )
    : trans.__('%1 installs from elsewhere', first);
}
