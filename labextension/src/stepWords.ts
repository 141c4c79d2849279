/** What the page of a step says in one sentence. Pure functions. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { Preview, PreviewRequest } from './api';
import type { Shield, Tone } from './conditions';

/** What there is to know at a glance. */
export interface IStepVerdict {
  sentence: string;
  more: string;
  tone: Tone;
  shield: Shield;
}

/** Whether the step installs from the secure index. */
export function stepVerdict(
  preview: Preview,
  form: Readonly<PreviewRequest>,
  trans: TranslationBundle
): IStepVerdict {
  if (!form.use_secure_pypi) {
    return {
      sentence: trans.__('This step installs from the public index'),
      more: trans.__('because the secure index is turned off in the form.'),
      tone: 'attention',
      shield: 'alert'
    };
  }
  const ignored = preview.variables.filter(({ verdict }) => verdict === 'ignored');
  const bad = preview.findings.some(({ severity }) => severity === 'error');
  if (bad || ignored.length > 0) {
    return {
      sentence: trans.__('This step does not install from the secure index by itself'),
      more: trans.__('What is missing stands below.'),
      tone: 'attention',
      shield: 'alert'
    };
  }
  const open = preview.variables.filter(({ verdict }) => verdict === 'unknown');
  if (open.length > 0) {
    return {
      sentence: trans.__('This step installs from the secure index, as far as that can be told'),
      more: trans.__('Pick the script, and the rest is told as well.'),
      tone: 'calm',
      shield: 'closed'
    };
  }
  return {
    sentence: trans.__('This step installs from the secure index'),
    more: '',
    tone: 'calm',
    shield: 'closed'
  };
}

/** The parts of a value that the job itself fills in, such as the account in a role's name. */
export function filledIn(value: string): string[] {
  return [...new Set(value.match(/\{[a-z_]+\}/g) ?? [])];
}
