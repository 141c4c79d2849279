/** The policy of the gate: what packages are held to, and what of it an administrator has locked. */

import React from 'react';

import { lockIcon } from '../icons';
import { type IPolicyFact, policyFacts } from '../policyWords';
import type { ISectionProps } from './section';

/** A line for each fact; nothing where there is no policy and nothing is locked. */
export function PolicyFacts({ panel, trans }: ISectionProps): React.ReactElement {
  const policy = panel.token.value?.policy;
  const facts = policy ? policyFacts(policy, trans) : [];
  if (!policy || facts.length === 0) {
    return <></>;
  }
  return (
    <dl className="jp-SecurePyPI-facts">
      <dt>{trans.__('Policy')}</dt>
      <dd>
        <ul className="jp-SecurePyPI-policy" aria-label={trans.__('Policy')}>
          {facts.map(fact => (
            <li key={fact.option} data-option={fact.option}>
              {fact.option === 'blocked' ? (
                <Blocked text={fact.text} reasons={policy.blocked} />
              ) : (
                <span>{fact.text}</span>
              )}
              <Lock fact={fact} trans={trans} />
            </li>
          ))}
        </ul>
      </dd>
    </dl>
  );
}

/** What is blocked by name; the reasons fold out. */
function Blocked(props: { text: string; reasons: Record<string, string> }): React.ReactElement {
  return (
    <details className="jp-SecurePyPI-details">
      <summary>{props.text}</summary>
      <dl className="jp-SecurePyPI-facts">
        {Object.entries(props.reasons).map(([requirement, reason]) => (
          <React.Fragment key={requirement}>
            <dt>
              <code>{requirement}</code>
            </dt>
            <dd>{reason}</dd>
          </React.Fragment>
        ))}
      </dl>
    </details>
  );
}

/** A lock whose title names the file; nothing where the fact is not locked. */
function Lock(props: { fact: IPolicyFact; trans: ISectionProps['trans'] }): React.ReactElement {
  const { fact, trans } = props;
  if (fact.lockedBy === null) {
    return <></>;
  }
  const label = trans.__('Locked by %1', fact.lockedBy);
  // A span of our own: Lab's icon drops every attribute that it does not know.
  return (
    <span className="jp-SecurePyPI-lock" role="img" title={label} aria-label={label}>
      <lockIcon.react tag="span" />
    </span>
  );
}
