/** Failures in words: what, why, and what to do. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { Failure } from '../api';
import type { Trouble } from '../failures';
import { UPGRADE } from '../names';
import { CommandLine } from './copying';
import { Message } from './message';
import type { ISectionProps } from './section';

/** A failure: what, why and what to try. */
export function ProblemText(props: {
  problem: Failure;
  trans: TranslationBundle;
}): React.ReactElement {
  const { problem, trans } = props;
  return (
    <div className="jp-SecurePyPI-problem">
      <Message trans={trans} what={problem.message} why={problem.why} remedy={problem.remedy} />
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
          <ProblemText problem={trouble.problem} trans={trans} />
        </div>
      );
  }
}
