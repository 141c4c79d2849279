/** The table of a step's variables: name, value, and what becomes of each. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { Variable } from '../api';
import { ToneIcon } from './section';

/** A group of rows for each variable, because a sidebar is too narrow for columns. */
export function StepVariables(props: {
  variables: Variable[];
  trans: TranslationBundle;
}): React.ReactElement {
  const { variables, trans } = props;
  if (variables.length === 0) {
    return <p className="jp-SecurePyPI-note">{trans.__('The step gets no variables.')}</p>;
  }
  return (
    <table className="jp-SecurePyPI-variables">
      <caption>{trans.__('Variables of the step')}</caption>
      {variables.map(variable => (
        <tbody key={variable.name} data-verdict={variable.verdict}>
          <tr>
            <th scope="rowgroup" colSpan={2}>
              <code>{variable.name}</code>
            </th>
          </tr>
          <tr>
            <th scope="row">{trans.__('Value')}</th>
            <td>
              <code>{variable.value}</code>
            </td>
          </tr>
          <tr>
            <th scope="row">{trans.__('Verdict')}</th>
            <td>
              <div className="jp-SecurePyPI-state">
                {icon(variable)}
                <span>{verdict(variable, trans)}</span>
              </div>
            </td>
          </tr>
          {variable.reason && (
            <tr>
              <th scope="row">{trans.__('Reason')}</th>
              <td>{variable.reason}</td>
            </tr>
          )}
        </tbody>
      ))}
    </table>
  );
}

function icon({ verdict }: Variable): React.ReactElement {
  switch (verdict) {
    case 'honoured':
      return <ToneIcon shield="closed" tone="calm" />;
    case 'ignored':
      return <ToneIcon shield="off" tone="attention" />;
    case 'unknown':
      return <ToneIcon shield="alert" tone="calm" />;
  }
}

function verdict({ verdict: found, by }: Variable, trans: TranslationBundle): string {
  switch (found) {
    case 'honoured':
      return by ? trans.__('honoured by %1', by) : trans.__('honoured');
    case 'ignored':
      return by ? trans.__('ignored by %1', by) : trans.__('ignored');
    case 'unknown':
      return by ? trans.__('unknown whether %1 honours it', by) : trans.__('unknown');
  }
}
