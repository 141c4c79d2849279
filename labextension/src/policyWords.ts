/** The policy of the gate in words. Pure functions. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { Policy } from './api';
import { exactly } from './time';

/** One fact about the policy in force. */
export interface IPolicyFact {
  /** The option that it is about; of several that are locked and otherwise not shown, all. */
  option: string;
  text: string;
  /** The file that locks it, or null. */
  lockedBy: string | null;
}

/** What the policy holds packages to, and what else is locked; empty where there is neither. */
export function policyFacts(policy: Policy, trans: TranslationBundle): IPolicyFact[] {
  const said = inForce(policy, trans);
  const files = new Map(policy.locked.map(({ option, file }) => [option, file]));
  const facts = said.map(([option, text]) => ({
    option,
    text,
    lockedBy: files.get(option) ?? null
  }));
  const rest = new Map<string, string[]>();
  for (const { option, file } of policy.locked) {
    if (!said.some(([shown]) => shown === option)) {
      rest.set(file, [...(rest.get(file) ?? []), option]);
    }
  }
  for (const [file, options] of rest) {
    const names = options.join(', ');
    facts.push({ option: names, text: trans.__('Also locked: %1', names), lockedBy: file });
  }
  return facts;
}

/** The options that have an effect, each with its sentence. */
function inForce(policy: Policy, trans: TranslationBundle): [string, string][] {
  const found: [string, string][] = [];
  if (policy.minimum_age > 0) {
    const age = exactly(policy.minimum_age, trans);
    found.push(['minimum_age', trans.__('At least %1 old', age)]);
    if (policy.exempt.length > 0) {
      const names = policy.exempt.join(', ');
      found.push(['minimum_age_exempt', trans.__('Of any age: %1', names)]);
    }
    if (policy.unknown_age === 'allow') {
      found.push(['unknown_age', trans.__('Unknown age allowed')]);
    }
  }
  if (policy.malware !== 'off') {
    const blocks = policy.malware === 'block';
    found.push(['malware', blocks ? trans.__('Malware blocked') : trans.__('Malware: a warning')]);
  }
  if (policy.vulnerabilities !== 'off') {
    found.push(['vulnerabilities', vulnerabilities(policy.vulnerabilities, trans)]);
  }
  const blocked = Object.keys(policy.blocked).length;
  if (blocked > 0) {
    found.push(['blocked', trans._n('%1 blocked by name', '%1 blocked by name', blocked)]);
  }
  return found;
}

function vulnerabilities(
  from: Exclude<Policy['vulnerabilities'], 'off'>,
  trans: TranslationBundle
): string {
  switch (from) {
    case 'warn':
      return trans.__('Vulnerabilities: a warning');
    case 'low':
      return trans.__('Any known vulnerability held back');
    case 'medium':
      return trans.__('Vulnerabilities held back from medium on');
    case 'high':
      return trans.__('Vulnerabilities held back from high on');
    case 'critical':
      return trans.__('Critical vulnerabilities held back');
  }
}
