/** The answer to "Why?": every file and variable that has a say in a kernel, the ones in force marked. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { Kernel, Source } from '../api';
import { findingRemedy, sourceStanding } from '../kernelWords';
import { Message } from './message';
import type { ISectionProps } from './section';

/** What decides for one kernel, what is wrong with it, and the remedy. */
export function KernelSources(props: ISectionProps & { kernel: Kernel }): React.ReactElement {
  const { kernel, panel, trans } = props;
  const { condition } = panel.token.facts;
  const decider = kernel.decided_by;
  return (
    <div className="jp-SecurePyPI-why">
      {kernel.prefix && <p>{trans.__('Environment: %1', kernel.prefix)}</p>}
      {!kernel.prefix && kernel.reason && <p>{kernel.reason}</p>}
      {decider && <p>{decision(decider, trans)}</p>}
      {kernel.findings.map((finding, n) => {
        const remedy = findingRemedy(finding, condition, trans);
        return (
          <div key={n} className="jp-SecurePyPI-problem">
            <Message trans={trans} what={finding.message} remedy={remedy} />
          </div>
        );
      })}
      {kernel.sources.length > 0 && (
        <ul className="jp-SecurePyPI-sources" aria-label={trans.__('Everything that has a say')}>
          {kernel.sources.map((source, n) => (
            <li key={n} data-in-force={source.in_force}>
              <code>{`${source.option} = ${source.value}`}</code>
              <span>{place(source, trans)}</span>
              <span>{sourceStanding(source, trans)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function decision(decider: NonNullable<Kernel['decided_by']>, trans: TranslationBundle): string {
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

function place(source: Source, trans: TranslationBundle): string {
  if (source.kind === 'variable') {
    return trans.__('the variable %1', source.source);
  }
  return source.section ? trans.__('[%1] in %2', source.section, source.source) : source.source;
}
