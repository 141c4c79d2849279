/** The environment check: what is wrong on the server's machine and what mends it; what is fine, in a line a group. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { checkGroups, groupSummary, groupTitle, type ICheckGroup } from '../checkGroups';
import { examinationSentence } from '../examination';
import { CheckItem } from '../panel/attention';
import { TroubleText } from '../panel/problem';
import { Prose } from '../panel/prose';
import { type ISectionProps, Spinner, ToneIcon } from '../panel/section';
import { useModels } from '../panel/useModels';
import { clock } from '../time';
import { Clients } from './clients';
import { Kernels } from './kernels';
import { Fold, Region } from './region';

/** The page: the examination, then kernels and package managers in full. */
export function CheckPage({ panel, trans }: ISectionProps): React.ReactElement {
  const { doctor } = panel;
  useModels(doctor, panel.token);
  const { condition, trouble } = doctor;
  const running = condition === 'running';
  const groups = checkGroups(doctor.value?.checks ?? []);
  return (
    <>
      <div
        className="jp-SecurePyPI-outcome"
        data-examination={condition}
        aria-busy={running || condition === 'loading'}
      >
        <Summary panel={panel} trans={trans} />
        {trouble && !running && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
        {doctor.done.map((text, n) => (
          <p key={n} className="jp-SecurePyPI-note" data-outcome="fixed">
            {trans.__('Done: %1', text)}
          </p>
        ))}
      </div>
      {doctor.findings.length > 0 && (
        <Region label={trans.__('Findings')}>
          <ul className="jp-SecurePyPI-attention" aria-label={trans.__('Findings')}>
            {doctor.findings.map((check, n) => (
              <li key={`${check.name} ${n}`}>
                <CheckItem panel={panel} trans={trans} check={check} />
              </li>
            ))}
          </ul>
        </Region>
      )}
      {groups.length > 0 && (
        <Region label={trans.__('In order')}>
          {groups.map(group => (
            <Group key={group.name} group={group} trans={trans} />
          ))}
        </Region>
      )}
      <Region label={trans.__('Every kernel')}>
        <Kernels panel={panel} trans={trans} />
      </Region>
      <Region label={trans.__('Every package manager')}>
        <Clients panel={panel} trans={trans} />
      </Region>
    </>
  );
}

function Summary({ panel, trans }: ISectionProps): React.ReactElement {
  const { doctor } = panel;
  const { condition, trouble } = doctor;
  const running = condition === 'running';
  const at = doctor.value?.examined_at;
  const bad = condition === 'findings' || condition === 'failed';
  return (
    <div className="jp-SecurePyPI-banner" data-tone={bad ? 'attention' : 'calm'}>
      {running ? (
        <Spinner />
      ) : (
        <ToneIcon
          shield={bad ? 'alert' : condition === 'well' ? 'closed' : 'unknown'}
          tone={bad ? 'attention' : 'calm'}
        />
      )}
      <div>
        <strong>{examinationSentence(doctor, trans)}</strong>
        {at && !running && <span>{trans.__('Checked at %1', clock(at * 1000))}</span>}
        {condition === 'idle' && (
          <span>
            {trans.__(
              'The index and the service behind it are asked, files and variables are looked at, and nothing is changed.'
            )}
          </span>
        )}
      </div>
      {trouble?.kind !== 'unsupported' && (
        <button
          type="button"
          className="jp-SecurePyPI-button"
          aria-disabled={running}
          onClick={() => {
            void doctor.examine();
          }}
        >
          {doctor.value?.examined_at ? trans.__('Check again') : trans.__('Check now')}
        </button>
      )}
    </div>
  );
}

function Group(props: { group: ICheckGroup; trans: TranslationBundle }): React.ReactElement {
  const { group, trans } = props;
  return (
    <Fold
      name={group.name}
      line={
        <span>
          <strong>{groupTitle(group, trans)}</strong> {groupSummary(group, trans)}
        </span>
      }
    >
      <ul className="jp-SecurePyPI-checks" aria-label={groupTitle(group, trans)}>
        {group.checks.map((check, n) => (
          <li key={n} data-check={check.name} data-ok={String(check.ok)}>
            <span className="jp-SecurePyPI-mark" aria-hidden="true">
              {check.ok ? '✓' : '?'}
            </span>
            <strong>{check.name}</strong>
            <span>
              <Prose
                text={
                  check.ok ? check.message : trans.__('could not be determined: %1', check.message)
                }
              />
            </span>
          </li>
        ))}
      </ul>
    </Fold>
  );
}
