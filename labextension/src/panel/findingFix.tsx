/** The button that applies the remedy of a finding. */

import React from 'react';

import type { Check, FindingFix } from '../api';
import { TroubleText } from './problem';
import { type ISectionProps, Spinner } from './section';

/** Where the focus goes when the button has gone with its finding: the nearest of these. */
const REGION = '[role="region"]';

/** Applies the remedy, after a question where it touches files that are not ours; says what came of it. */
export function FindingFixButton(
  props: ISectionProps & { check: Check; fix: FindingFix }
): React.ReactElement {
  const { panel, trans, check, fix } = props;
  const { doctor } = panel;
  const fixing = doctor.fixes.isUnderWay(fix.key);
  const trouble = doctor.fixes.outcome(fix.key)?.trouble;
  return (
    <>
      <div className="jp-SecurePyPI-buttons">
        <button
          type="button"
          className="jp-SecurePyPI-button"
          aria-disabled={fixing}
          aria-label={
            fixing
              ? trans.__('Fixing… %1: %2', check.name, fix.does)
              : trans.__('Fix %1: %2', check.name, fix.does)
          }
          title={fix.does}
          onClick={event => {
            const region = event.currentTarget.closest<HTMLElement>(REGION);
            void doctor.fix(fix).then(() => {
              if (doctor.done.length > 0) {
                panel.announced.emit(doctor.done.join(' '));
                region?.focus();
              }
            });
          }}
        >
          {fixing && <Spinner />}
          {fixing ? trans.__('Fixing…') : fix.own_files ? trans.__('Fix') : trans.__('Fix…')}
        </button>
      </div>
      {trouble && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
    </>
  );
}
