/** What folds out below the sentence: repository, identity, expiry, policy, and a new token. */

import React from 'react';

import { clock } from '../time';
import { heading } from '../words';
import { PolicyFacts } from './policy';
import { RepositoryFacts } from './repository';
import type { ISectionProps } from './section';

/** Nothing while neither repository nor policy is known. */
export function Details({ panel, trans }: ISectionProps): React.ReactElement {
  const { token } = panel;
  const { facts, deadline } = token;
  if (!token.value?.repository && !token.value?.policy?.text) {
    return <></>;
  }
  const refreshing = facts.condition === 'refreshing';
  return (
    <details className="jp-SecurePyPI-details">
      <summary>{trans.__('Details')}</summary>
      <div className="jp-SecurePyPI-detail-list">
        <RepositoryFacts panel={panel} trans={trans} />
        <dl className="jp-SecurePyPI-facts">
          <dt>{trans.__('Token')}</dt>
          <dd>
            {heading(facts, trans)}
            {deadline !== null && facts.secondsLeft !== 0 && (
              <>
                {'. '}
                {trans.__('It expires at %1.', clock(deadline))}
              </>
            )}
          </dd>
        </dl>
        <PolicyFacts panel={panel} trans={trans} />
        {token.value.repository && (
          <button
            type="button"
            className="jp-SecurePyPI-button"
            aria-disabled={refreshing}
            onClick={() => {
              token.refresh().catch(() => undefined);
            }}
          >
            {refreshing ? trans.__('Getting a new token…') : trans.__('Refresh token now')}
          </button>
        )}
      </div>
    </details>
  );
}
