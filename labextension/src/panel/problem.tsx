/** Failures in words: what, why, and what to do. */

import React from 'react';

import type { Failure } from '../api';
import type { Trouble } from '../failures';
import { UPGRADE } from '../names';
import { CommandLine } from './copying';
import type { ISectionProps } from './section';

/** A failure in three lines. */
export function ProblemText({ problem }: { problem: Failure }): React.ReactElement {
  return (
    <div className="jp-SecurePyPI-problem">
      {[problem.message, problem.why, problem.remedy].map(
        (line, n) => line && <p key={n}>{line}</p>
      )}
    </div>
  );
}

/** Why a section has nothing newer to show, and what to do. */
export function TroubleText(props: ISectionProps & { trouble: Trouble }): React.ReactElement {
  const { panel, trans, trouble } = props;
  switch (trouble.kind) {
    case 'offline':
      return (
        <p className="jp-SecurePyPI-note" data-trouble="offline">
          {trans.__('The server does not answer. Once it is back, this fills in by itself.')}
        </p>
      );
    case 'unsupported':
      if (panel.token.facts.condition === 'absent') {
        return (
          <p className="jp-SecurePyPI-note" data-trouble="absent">
            {trans.__('This needs the server extension.')}
          </p>
        );
      }
      return (
        <div data-trouble="unsupported">
          <p className="jp-SecurePyPI-note">
            {trans.__(
              'The server extension is too old for this. Upgrade it with the command below and restart the server.'
            )}
          </p>
          <CommandLine panel={panel} trans={trans} text={UPGRADE} />
        </div>
      );
    case 'refused':
      return (
        <div data-trouble="refused">
          <ProblemText problem={trouble.problem} />
        </div>
      );
  }
}
