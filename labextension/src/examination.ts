/** The outcome of an examination in whole sentences. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { DoctorModel } from './models/doctor';

/** What to say about the examination as it is; screen readers hear the same. */
export function examinationSentence(model: DoctorModel, trans: TranslationBundle): string {
  const count = model.value?.findings ?? 0;
  switch (model.condition) {
    case 'loading':
      return trans.__('Asking what the last check has found…');
    case 'idle':
      return trans.__('Not checked yet');
    case 'running':
      return trans.__('Checking the environment…');
    case 'failed':
      return trans.__('The environment could not be checked');
    case 'well':
      return trans.__('All is well');
    case 'findings':
      return trans._n('%1 finding', '%1 findings', count);
  }
}
