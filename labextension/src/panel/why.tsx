/** The answer to "Why?": every file and variable that has a say in a kernel, the ones in force marked. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { IKernel, ISource } from '../answers';

/** What decides for one kernel, what is wrong with it, and the remedy. */
export function Why(props: { kernel: IKernel; trans: TranslationBundle }): React.ReactElement {
  const { kernel, trans } = props;
  const decider = kernel.decided_by;
  return (
    <div className="jp-SecurePyPI-why">
      {kernel.prefix && <p>{trans.__('Environment: %1', kernel.prefix)}</p>}
      {!kernel.prefix && kernel.reason && <p>{kernel.reason}</p>}
      {decider && <p>{decision(decider, trans)}</p>}
      {kernel.findings.map((finding, n) => (
        <div key={n} className="jp-SecurePyPI-problem">
          <p>{finding.message}</p>
          {finding.remedy && <p>{finding.remedy}</p>}
        </div>
      ))}
      {kernel.sources.length > 0 && (
        <ul className="jp-SecurePyPI-sources" aria-label={trans.__('Everything that has a say')}>
          {kernel.sources.map((source, n) => (
            <li key={n} data-in-force={source.in_force}>
              <span>
                {source.in_force ? trans.__('in force') : trans.__('overridden')}
                {' · '}
                {source.client}
              </span>
              <code>{`${source.option} = ${source.value}`}</code>
              <span>{place(source, trans)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function decision(decider: NonNullable<IKernel['decided_by']>, trans: TranslationBundle): string {
  if (decider.kind === 'default') {
    return trans.__('Nothing is set: the default of pip decides.');
  }
  if (decider.kind === 'variable') {
    return trans.__('The variable %1 decides.', decider.source);
  }
  return decider.section
    ? trans.__('Section [%1] of %2 decides.', decider.section, decider.source)
    : trans.__('%1 decides.', decider.source);
}

function place(source: ISource, trans: TranslationBundle): string {
  if (source.kind === 'variable') {
    return trans.__('the variable %1', source.source);
  }
  return source.section ? trans.__('[%1] in %2', source.section, source.source) : source.source;
}
