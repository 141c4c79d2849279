/** Not configured yet: what is missing, and the two ways to say it. */

import React from 'react';

import { CONFIG_FILE, REPOSITORY_OPTION } from '../names';
import { addressFault, ARN_EXAMPLE, URL_EXAMPLE, type AddressFault } from '../repositoryAddress';
import { CommandLine } from './copying';
import type { ISectionProps } from './section';
import { useModels } from './useModels';

const HELP_ID = 'jp-SecurePyPI-repository-help';

/** Takes an address and gives the line for the configuration file; the server takes none from a browser. */
export function Setup({ panel, trans }: ISectionProps): React.ReactElement {
  useModels(panel);
  const address = panel.proposedRepository.trim();
  const fault = address === '' ? null : addressFault(address);
  return (
    <div className="jp-SecurePyPI-setup">
      <p>{trans.__('Nothing says yet which repository packages come from.')}</p>
      <p>
        {trans.__('Does your administrator provide a configuration file? Then put it in place:')}{' '}
        <code>{CONFIG_FILE}</code>
      </p>
      <label htmlFor="jp-SecurePyPI-repository">
        {trans.__('Or paste the ARN or the index URL of the repository:')}
      </label>
      <input
        id="jp-SecurePyPI-repository"
        type="text"
        spellCheck={false}
        value={panel.proposedRepository}
        aria-invalid={fault !== null}
        aria-describedby={HELP_ID}
        onChange={event => {
          panel.proposedRepository = event.target.value;
        }}
      />
      <div id={HELP_ID}>
        {address === '' && <Examples trans={trans} />}
        {fault && <Fault fault={fault} trans={trans} />}
      </div>
      {address !== '' && !fault && (
        <>
          <p>
            {trans.__(
              'Write this line into %1 in the folder .jupyter of your home. The server notices it within a minute.',
              CONFIG_FILE
            )}
          </p>
          <CommandLine
            panel={panel}
            trans={trans}
            text={`${REPOSITORY_OPTION} = ${JSON.stringify(address)}`}
          />
        </>
      )}
    </div>
  );
}

function Examples({ trans }: Pick<ISectionProps, 'trans'>): React.ReactElement {
  return (
    <>
      <p>{trans.__('For example:')}</p>
      <p>
        <code>{ARN_EXAMPLE}</code>
      </p>
      <p>
        <code>{URL_EXAMPLE}</code>
      </p>
    </>
  );
}

function Fault(props: { fault: AddressFault; trans: ISectionProps['trans'] }): React.ReactElement {
  const { fault, trans } = props;
  switch (fault) {
    case 'neither':
      return (
        <div className="jp-SecurePyPI-problem">
          <p>{trans.__('That is neither the ARN of a repository nor an index URL.')}</p>
          <Examples trans={trans} />
        </div>
      );
    case 'credentials':
      return (
        <p className="jp-SecurePyPI-problem">
          {trans.__(
            'Leave user name and password out of the URL: a configuration file is no place for a secret.'
          )}
        </p>
      );
    case 'insecure':
      return (
        <p className="jp-SecurePyPI-problem">
          {trans.__('Use https: with http, anybody in between can exchange the packages.')}
        </p>
      );
  }
}
