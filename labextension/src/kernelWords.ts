/** What the panel says about one kernel. Pure functions. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { Finding, Kernel, Source } from './api';
import type { Condition } from './conditions';

/** The kernel in one line: what is wrong, why nothing can be said, or its index. */
export function kernelSummary(kernel: Kernel, trans: TranslationBundle): string {
  if (kernel.kind === 'not_python') {
    return trans.__('This kernel does not run Python, so it uses no pip.');
  }
  if (kernel.reason) {
    return kernel.reason;
  }
  const first = kernel.findings.find(Boolean);
  if (kernel.state !== 'secure' && first) {
    return first.message;
  }
  if (kernel.state === 'unknown') {
    return trans.__('Its configuration does not say where pip installs from.');
  }
  return kernel.index_url ?? trans.__('pip takes packages from its default index.');
}

/** How a kernel stands, in a few words. */
export function kernelState({ state }: Kernel, trans: TranslationBundle): string {
  switch (state) {
    case 'secure':
      return trans.__('installs from the secure index only');
    case 'insecure':
      return trans.__('installs from elsewhere');
    case 'unknown':
      return trans.__('cannot tell');
  }
}

/** Whether a source decides for its package manager, in a sentence. */
export function sourceStanding(source: Source, trans: TranslationBundle): string {
  return source.in_force
    ? trans.__('%1 uses this.', source.client)
    : trans.__('%1 does not use this: something stronger decides.', source.client);
}

/** The remedy of a finding, as far as it can help in the token's condition; empty where there is none. */
export function findingRemedy(
  finding: Finding,
  condition: Condition,
  trans: TranslationBundle
): string {
  // Before the index is known the server advises to refresh, which fails without a sound configuration.
  if (finding.kind === 'unknown' && condition === 'not_configured') {
    return trans.__(
      'Say first which repository packages come from: the top of the panel shows how.'
    );
  }
  if (finding.kind === 'unknown' && condition === 'misconfigured') {
    return trans.__('Correct the configuration first: the top of the panel says what is wrong.');
  }
  return finding.remedy;
}
