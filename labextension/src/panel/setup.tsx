/** Not configured yet: the three ways to begin. */

import React from 'react';

import { CONFIG_FILE, DEMO } from '../names';
import { addressFault, addressLabel, EXAMPLES, faultInWords } from '../repositoryAddress';
import { CommandLine } from './copying';
import { TroubleText } from './problem';
import { type ISectionProps, Spinner } from './section';
import { useModels } from './useModels';

const FIELD_ID = 'jp-SecurePyPI-repository';
const HELP_ID = 'jp-SecurePyPI-repository-help';

/** Ask the administrator, paste an address, or try the demo. */
export function Setup({ panel, trans }: ISectionProps): React.ReactElement {
  return (
    <ol className="jp-SecurePyPI-setup">
      <li>
        <strong>{trans.__('Ask your administrator')}</strong>
        <p>
          {trans.__(
            'for the address of the company’s package repository, or for its configuration file:'
          )}{' '}
          <code>{CONFIG_FILE}</code>
        </p>
      </li>
      <li>
        <AddressForm panel={panel} trans={trans} />
      </li>
      <li>
        <strong>{trans.__('Or try the demo')}</strong>
        <p>{trans.__('It brings a repository of its own. Run in a terminal:')}</p>
        <CommandLine panel={panel} trans={trans} text={DEMO} />
      </li>
    </ol>
  );
}

function AddressForm({ panel, trans }: ISectionProps): React.ReactElement {
  const { setup } = panel;
  useModels(setup);
  const address = setup.repository.trim();
  const fault = address === '' ? null : addressFault(address);
  const trouble = setup.outcome?.trouble;
  const unready = address === '' || fault !== null || setup.isSaving;
  return (
    <form
      className="jp-SecurePyPI-form"
      onSubmit={event => {
        event.preventDefault();
        if (!unready) {
          void setup.save().then(() => {
            const saved = setup.outcome?.result;
            if (saved) {
              panel.announced.emit(trans.__('Saved in %1.', saved));
            }
          });
        }
      }}
    >
      <label htmlFor={FIELD_ID}>
        <strong>{addressLabel(trans)}</strong>
      </label>
      <input
        id={FIELD_ID}
        type="text"
        spellCheck={false}
        value={setup.repository}
        aria-invalid={fault !== null}
        aria-describedby={HELP_ID}
        onChange={event => {
          setup.repository = event.target.value;
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
      <button type="submit" className="jp-SecurePyPI-button jp-mod-primary" aria-disabled={unready}>
        {setup.isSaving && <Spinner />}
        {setup.isSaving ? trans.__('Saving…') : trans.__('Save')}
      </button>
      {trouble && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
    </form>
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
