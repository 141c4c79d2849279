/** The table of a step's variables: name, value as the job will see it, and what becomes of each. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { Variable } from '../api';
import { Prose } from '../panel/prose';
import { ToneIcon } from '../panel/section';
import { filledIn } from '../stepWords';

/** A row for each variable. */
export function StepVariables(props: {
  variables: Variable[];
  trans: TranslationBundle;
}): React.ReactElement {
  const { variables, trans } = props;
  if (variables.length === 0) {
    return <p className="jp-SecurePyPI-note">{trans.__('The step gets no variables.')}</p>;
  }
  return (
    <table className="jp-SecurePyPI-table jp-SecurePyPI-variables">
      <caption className="jp-SecurePyPI-unseen">{trans.__('Variables of the step')}</caption>
      <thead>
        <tr>
          <th scope="col">{trans.__('Variable')}</th>
          <th scope="col">{trans.__('Value as the job sees it')}</th>
          <th scope="col">{trans.__('Honoured')}</th>
          <th scope="col">{trans.__('By whom, and why')}</th>
        </tr>
      </thead>
      <tbody>
        {variables.map(variable => (
          <Row key={variable.name} variable={variable} trans={trans} />
        ))}
      </tbody>
    </table>
  );
}

function Row(props: { variable: Variable; trans: TranslationBundle }): React.ReactElement {
  const { variable, trans } = props;
  const filled = filledIn(variable.value);
  return (
    <tr data-verdict={variable.verdict}>
      <th scope="row">
        <code>{variable.name}</code>
      </th>
      <td>
        <code>{variable.value}</code>
        {filled.length > 0 && (
          <span className="jp-SecurePyPI-aside">
            {trans.__('The job fills in %1.', filled.join(', '))}
          </span>
        )}
      </td>
      <td>
        <div className="jp-SecurePyPI-state">
          {icon(variable)}
          <span>{verdict(variable, trans)}</span>
        </div>
      </td>
      <td>
        {variable.by && <strong>{variable.by}</strong>} <Prose text={variable.reason} />
      </td>
    </tr>
  );
}

function icon({ verdict }: Variable): React.ReactElement {
  switch (verdict) {
    case 'honoured':
      return <ToneIcon shield="closed" tone="calm" />;
    case 'ignored':
      return <ToneIcon shield="off" tone="attention" />;
    case 'unknown':
      return <ToneIcon shield="unknown" tone="calm" />;
  }
}

function verdict({ verdict: found }: Variable, trans: TranslationBundle): string {
  switch (found) {
    case 'honoured':
      return trans.__('yes');
    case 'ignored':
      return trans.__('no');
    case 'unknown':
      return trans.__('cannot tell');
  }
}
