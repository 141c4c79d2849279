/** The repository that packages come from, in its provider's words. */

import React from 'react';

import { CopyButton } from './copying';
import type { ISectionProps } from './section';

/** Its index URL, what it is, and for whom; nothing while it is not known. */
export function RepositoryFacts({ panel, trans }: ISectionProps): React.ReactElement {
  const status = panel.token.value;
  const repository = status?.repository;
  if (!status || !repository) {
    return <></>;
  }
  const facts = [
    { label: trans.__('Kind'), value: repository.provider_label },
    ...repository.facts,
    { label: trans.__('Full name'), value: repository.id },
    { label: trans.__('Identity'), value: status.identity }
  ].filter(({ value }) => value && value !== repository.index_url);
  return (
    <dl className="jp-SecurePyPI-facts">
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
      {facts.map(({ label, value }, n) => (
        <React.Fragment key={n}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </React.Fragment>
      ))}
    </dl>
  );
}
