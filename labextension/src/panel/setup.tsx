/** Not configured yet: what is missing, and the two ways to say it. */

import React from 'react';

import { CommandLine, type ISectionProps } from './parts';
import { isRepositoryArn } from './text';
import { useModels } from './useModels';

const CONFIG = 'jupyter_securepypi_config.py';
const EXAMPLE = 'arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi';

/** Takes an ARN and gives the line for the configuration file; the server takes no ARN from a browser. */
export function Setup({ panel, trans }: ISectionProps): React.ReactElement {
  useModels(panel);
  const arn = panel.proposedArn.trim();
  const valid = isRepositoryArn(arn);
  return (
    <div className="jp-SecurePyPI-setup">
      <p>{trans.__('Nobody has said yet which CodeArtifact repository packages come from.')}</p>
      <p>
        {trans.__('Does your administrator provide a configuration file? Then put it in place:')}{' '}
        <code>{CONFIG}</code>
      </p>
      <label htmlFor="jp-SecurePyPI-arn">{trans.__('Or paste the ARN of the repository:')}</label>
      <input
        id="jp-SecurePyPI-arn"
        type="text"
        spellCheck={false}
        placeholder={EXAMPLE}
        value={panel.proposedArn}
        aria-invalid={arn !== '' && !valid}
        aria-describedby="jp-SecurePyPI-arn-help"
        onChange={event => {
          panel.proposedArn = event.target.value;
        }}
      />
      <div id="jp-SecurePyPI-arn-help">
        {arn !== '' && !valid && (
          <p className="jp-SecurePyPI-problem">
            {trans.__(
              'That is no ARN of a CodeArtifact repository. One looks like this: %1',
              EXAMPLE
            )}
          </p>
        )}
      </div>
      {valid && (
        <>
          <p>
            {trans.__(
              'Write this line into jupyter_securepypi_config.py in the folder .jupyter of your home. The server notices it within a minute.'
            )}
          </p>
          <CommandLine
            panel={panel}
            trans={trans}
            text={`c.SecurePyPI.repository = ${JSON.stringify(arn)}`}
          />
        </>
      )}
    </div>
  );
}
