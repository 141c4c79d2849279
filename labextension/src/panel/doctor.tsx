/** The environment check: what is wrong on the server's machine, what to do about it, and doing that. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { Check, FindingFix } from '../api';
import { examinationSentence } from '../examination';
import type { DoctorModel } from '../models/doctor';
import { clock } from '../time';
import { TroubleText } from './problem';
import { headingId, type ISectionProps, Section, ToneIcon } from './section';
import { useModels } from './useModels';

/** The fourth section of the panel. */
export function DoctorSection({ panel, trans }: ISectionProps): React.ReactElement {
  const { doctor } = panel;
  useModels(doctor);
  const { condition, trouble } = doctor;
  const running = condition === 'running';
  return (
    <Section panel={panel} name="doctor" label={trans.__('Environment check')}>
      <div
        className="jp-SecurePyPI-outcome"
        data-examination={condition}
        aria-busy={running || condition === 'loading'}
      >
        <Summary doctor={doctor} trans={trans} />
        {trouble && !running && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
        {doctor.done.map((text, n) => (
          <p key={n} className="jp-SecurePyPI-note" data-outcome="fixed">
            {trans.__('Done: %1', text)}
          </p>
        ))}
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
        <Checks panel={panel} trans={trans} checks={doctor.findings} label={trans.__('Findings')} />
        {doctor.others.length > 0 && (
          <button
            type="button"
            className="jp-SecurePyPI-button"
            aria-expanded={doctor.detailed}
            onClick={() => {
              doctor.detailed = !doctor.detailed;
            }}
          >
            {doctor.detailed
              ? trans.__('Hide the other checks')
              : trans._n('Show %1 more check', 'Show %1 more checks', doctor.others.length)}
          </button>
        )}
        {doctor.detailed && (
          <Checks
            panel={panel}
            trans={trans}
            checks={doctor.others}
            label={trans.__('Other checks')}
          />
        )}
      </div>
    </Section>
  );
}

function Summary(props: { doctor: DoctorModel; trans: TranslationBundle }): React.ReactElement {
  const { doctor, trans } = props;
  const { condition } = doctor;
  const at = doctor.value?.examined_at;
  return (
    <>
      <div className="jp-SecurePyPI-state">
        {condition === 'findings' || condition === 'failed' ? (
          <ToneIcon shield="alert" tone="attention" />
        ) : (
          <ToneIcon shield={condition === 'well' ? 'closed' : 'off'} tone="calm" />
        )}
        <strong>{examinationSentence(doctor, trans)}</strong>
        {at && <span>{trans.__('at %1', clock(at * 1000))}</span>}
      </div>
      {condition === 'idle' && (
        <p className="jp-SecurePyPI-note">
          {trans.__(
            'The index and the service behind it are asked, files and variables are looked at, and nothing is changed.'
          )}
        </p>
      )}
    </>
  );
}

function Checks(props: ISectionProps & { checks: Check[]; label: string }): React.ReactElement {
  const { panel, trans, checks, label } = props;
  if (checks.length === 0) {
    return <></>;
  }
  return (
    <ul className="jp-SecurePyPI-list" aria-label={label}>
      {checks.map((check, n) => (
        <li key={n} data-check={check.name} data-ok={String(check.ok)}>
          <div className="jp-SecurePyPI-state">
            <span className="jp-SecurePyPI-mark" aria-hidden="true">
              {mark(check)}
            </span>
            <strong>{check.name}</strong>
            <span>{verdict(check, trans)}</span>
          </div>
          <p className="jp-SecurePyPI-detail">{check.message}</p>
          {check.ok === false && check.remedy && (
            <p className="jp-SecurePyPI-problem">{check.remedy}</p>
          )}
          {check.fix && <Fix panel={panel} trans={trans} check={check} fix={check.fix} />}
        </li>
      ))}
    </ul>
  );
}

function Fix(props: ISectionProps & { check: Check; fix: FindingFix }): React.ReactElement {
  const { panel, trans, check, fix } = props;
  const { doctor } = panel;
  const fixing = doctor.fixes.isUnderWay(fix.key);
  const trouble = doctor.fixes.outcome(fix.key)?.trouble;
  return (
    <>
      <button
        type="button"
        className="jp-SecurePyPI-button"
        aria-disabled={fixing}
        aria-label={trans.__('Fix %1: %2', check.name, fix.does)}
        title={fix.does}
        onClick={() => {
          void doctor.fix(fix).then(() => {
            if (doctor.done.length > 0) {
              panel.announced.emit(doctor.done.join(' '));
              // The button has gone with its finding.
              document.getElementById(headingId('doctor'))?.focus();
            }
          });
        }}
      >
        {fixing ? trans.__('Fixing…') : fix.own_files ? trans.__('Fix') : trans.__('Fix…')}
      </button>
      {trouble && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
    </>
  );
}

function mark({ ok }: Check): string {
  return ok === null ? '?' : ok ? '✓' : '✗';
}

function verdict({ ok }: Check, trans: TranslationBundle): string {
  if (ok === null) {
    return trans.__('cannot tell');
  }
  return ok ? trans.__('fine') : trans.__('finding');
}
