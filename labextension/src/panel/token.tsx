/** The token: how fresh, until when, from where and for whom; refresh it. */

import React from 'react';

import type { TokenModel } from '../models/token';
import { ENABLE } from '../names';
import { clock } from '../time';
import { heading, inWords, lifetime } from '../words';
import { CommandLine } from './copying';
import { PolicyFacts } from './policy';
import { ProblemText } from './problem';
import { RepositoryFacts } from './repository';
import { type ISectionProps, Section, ToneIcon } from './section';
import { Setup } from './setup';
import { useCountdown, useModels } from './useModels';

/** The first section of the panel. */
export function TokenSection({ panel, trans }: ISectionProps): React.ReactElement {
  const { token } = panel;
  useModels(token);
  const { condition, problem } = token.facts;
  const mayRefresh = condition !== 'not_configured' && condition !== 'absent';
  return (
    <Section panel={panel} name="token" label={trans.__('Token')}>
      <div data-condition={condition}>
        <Freshness token={token} trans={trans} />
        {problem && condition !== 'refreshing' && condition !== 'not_configured' && (
          <ProblemText problem={problem} trans={trans} />
        )}
        {condition === 'not_configured' && <Setup panel={panel} trans={trans} />}
        {condition === 'absent' && (
          <>
            <p className="jp-SecurePyPI-note">
              {trans.__('Enable it with this command and restart the server.')}
            </p>
            <CommandLine panel={panel} trans={trans} text={ENABLE} />
          </>
        )}
        {condition === 'offline' && (
          <p className="jp-SecurePyPI-note">
            {trans.__(
              'What you see may be out of date. Once the server is back, this goes away by itself.'
            )}
          </p>
        )}
        <RepositoryFacts panel={panel} trans={trans} />
        <PolicyFacts panel={panel} trans={trans} />
        {mayRefresh && (
          <button
            type="button"
            className="jp-SecurePyPI-button"
            aria-disabled={condition === 'refreshing'}
            onClick={() => {
              // Where it fails, the model tells why, and this section shows it.
              token.refresh().catch(() => undefined);
            }}
          >
            {condition === 'offline' ? trans.__('Try again') : trans.__('Refresh now')}
          </button>
        )}
      </div>
    </Section>
  );
}

/** State in words and icon, time left, and the bar. */
function Freshness(props: {
  token: TokenModel;
  trans: ISectionProps['trans'];
}): React.ReactElement {
  const { token, trans } = props;
  useCountdown(token);
  const facts = token.facts;
  const { shield, tone } = inWords(facts, trans);
  const { shareLeft, deadline } = token;
  const serves = lifetime(facts, trans);
  return (
    <>
      <div className="jp-SecurePyPI-state">
        <ToneIcon shield={shield} tone={tone} />
        <strong>{heading(facts, trans)}</strong>
        {serves && <span>{serves}</span>}
      </div>
      {shareLeft !== null && (
        // The words above say the same: the bar is for the eye.
        <div className="jp-SecurePyPI-bar" data-tone={tone} aria-hidden="true">
          <div style={{ width: `${(shareLeft * 100).toFixed(2)}%` }} />
        </div>
      )}
      {deadline !== null && (
        <p className="jp-SecurePyPI-note">
          {facts.secondsLeft === 0
            ? trans.__('It expired at %1. Installs fail until there is a new one.', clock(deadline))
            : trans.__('It expires at %1.', clock(deadline))}
        </p>
      )}
    </>
  );
}
