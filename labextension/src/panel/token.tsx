/** The token: how fresh, until when, from where and for whom; refresh it. */

import React from 'react';

import type { TokenModel } from '../model';
import type { PanelModel } from '../models/panel';
import { heading, inWords, timeLeftInFull } from '../words';
import {
  CommandLine,
  CopyButton,
  type ISectionProps,
  ProblemText,
  Section,
  ToneIcon
} from './parts';
import { Setup } from './setup';
import { clock, principal } from './text';
import { useCountdown, useModels } from './useModels';

/** The first section of the panel. */
export function TokenSection(props: ISectionProps & { refresh: () => void }): React.ReactElement {
  const { panel, trans, refresh } = props;
  const { token } = panel;
  useModels(token);
  const { condition, problem } = token.facts;
  const mayRefresh = condition !== 'not_configured' && condition !== 'absent';
  return (
    <Section panel={panel} name="token" label={trans.__('Token')}>
      <div data-condition={condition}>
        <Freshness token={token} trans={trans} />
        {problem && condition !== 'refreshing' && condition !== 'not_configured' && (
          <ProblemText problem={problem} />
        )}
        {condition === 'not_configured' && <Setup panel={panel} trans={trans} />}
        {condition === 'absent' && (
          <>
            <p className="jp-SecurePyPI-note">
              {trans.__('Enable it with this command and restart the server.')}
            </p>
            <CommandLine
              panel={panel}
              trans={trans}
              text="jupyter server extension enable jupyter_securepypi"
            />
          </>
        )}
        {condition === 'offline' && (
          <p className="jp-SecurePyPI-note">
            {trans.__(
              'What you see may be out of date. Once the server is back, this goes away by itself.'
            )}
          </p>
        )}
        <Origin panel={panel} trans={trans} />
        {mayRefresh && (
          <button
            type="button"
            className="jp-SecurePyPI-button"
            aria-disabled={condition === 'refreshing'}
            onClick={refresh}
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
  const { secondsLeft } = facts;
  const { shareLeft, deadline } = token;
  return (
    <>
      <div className="jp-SecurePyPI-state">
        <ToneIcon shield={shield} tone={tone} />
        <strong>{heading(facts.condition, trans)}</strong>
        {secondsLeft !== null && secondsLeft > 0 && (
          <span>{trans.__('%1 left', timeLeftInFull(secondsLeft, trans))}</span>
        )}
      </div>
      {shareLeft !== null && (
        // The words above say the same: the bar is for the eye.
        <div className="jp-SecurePyPI-bar" data-tone={tone} aria-hidden="true">
          <div style={{ width: `${(shareLeft * 100).toFixed(2)}%` }} />
        </div>
      )}
      {deadline !== null && (
        <p className="jp-SecurePyPI-note">
          {secondsLeft === 0
            ? trans.__('It expired at %1. Installs fail until there is a new one.', clock(deadline))
            : trans.__('It expires at %1.', clock(deadline))}
        </p>
      )}
    </>
  );
}

/** Where packages come from, and who asks. */
function Origin(props: { panel: PanelModel; trans: ISectionProps['trans'] }): React.ReactElement {
  const { panel, trans } = props;
  const status = panel.token.status;
  const repository = status?.repository;
  if (!status || !repository) {
    return <></>;
  }
  return (
    <dl className="jp-SecurePyPI-facts">
      <dt>{trans.__('Repository')}</dt>
      <dd title={repository.arn}>
        {trans.__('%1 / %2', repository.domain, repository.name)}
        <br />
        {trans.__('%1 · %2', repository.region, repository.owner)}
      </dd>
      {repository.index_url && (
        <>
          <dt>{trans.__('Index URL')}</dt>
          <dd className="jp-SecurePyPI-copyable">
            <code>{repository.index_url}</code>
            <CopyButton
              panel={panel}
              id="index-url"
              text={repository.index_url}
              label={trans.__('Copy the index URL (it holds no credentials)')}
              done={trans.__('The index URL is copied.')}
            />
          </dd>
        </>
      )}
      {status.identity && (
        <>
          <dt>{trans.__('Minted for')}</dt>
          <dd title={status.identity}>{principal(status.identity)}</dd>
        </>
      )}
    </dl>
  );
}
