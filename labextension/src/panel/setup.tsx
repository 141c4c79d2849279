/** Not configured yet: what is missing, and the two ways to say it. */

import React from 'react';

import { CONFIG_FILE, REPOSITORY_OPTION } from '../names';
import { addressFault, addressLabel, EXAMPLES, faultInWords } from '../repositoryAddress';
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
      <label htmlFor="jp-SecurePyPI-repository">{addressLabel(trans)}</label>
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
        {fault && (
          <div className="jp-SecurePyPI-problem">
            <p>{faultInWords(fault, trans)}</p>
            {fault === 'neither' && <Examples trans={trans} />}
          </div>
        )}
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
      {EXAMPLES.map(example => (
        <p key={example}>
          <code>{example}</code>
        </p>
      ))}
    </>
  );
}
