/** The package managers of the user: whether each uses the secure index, and what decides that. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { Client } from '../api';
import { clientState, clientTitle } from '../clientWords';
import { Message } from '../panel/message';
import { TroubleText } from '../panel/problem';
import { type ISectionProps, ToneIcon, Waiting } from '../panel/section';
import { useModels } from '../panel/useModels';

/** Those that the options name, and those that are led somewhere all the same. */
export function Clients({ panel, trans }: ISectionProps): React.ReactElement {
  const { clients } = panel;
  useModels(clients);
  const { value, trouble, others } = clients;
  return (
    <>
      {trouble && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
      {!value && !trouble && <Waiting>{trans.__('Looking at the package managers…')}</Waiting>}
      {value && (
        <ul className="jp-SecurePyPI-checks">
          {clients.shown.map(client => (
            <ClientRow key={client.name} client={client} trans={trans} />
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <p className="jp-SecurePyPI-note">
          {trans.__('Not set up, nor asked for: %1', others.join(', '))}
        </p>
      )}
    </>
  );
}

function ClientRow(props: { client: Client; trans: TranslationBundle }): React.ReactElement {
  const { client, trans } = props;
  const said = client.message || client.remedy;
  return (
    <li data-client={client.name} data-state={client.state}>
      {icon(client)}
      <strong>{clientTitle(client, trans)}</strong>
      <span>
        {clientState(client, trans)}
        {client.source && <> · {trans.__('set by %1', client.source)}</>}
        {client.index_url && client.state === 'elsewhere' && (
          <>
            {' · '}
            <code>{client.index_url}</code>
          </>
        )}
        {said && (
          <span className="jp-SecurePyPI-problem">
            <Message trans={trans} what={client.message} remedy={client.remedy} />
          </span>
        )}
      </span>
    </li>
  );
}

function icon(client: Client): React.ReactElement {
  switch (client.state) {
    case 'secure':
      return <ToneIcon shield="closed" tone="calm" />;
    case 'elsewhere':
    case 'unset':
      return <ToneIcon shield="alert" tone="attention" />;
    case 'unknown':
      return <ToneIcon shield="unknown" tone="calm" />;
    case 'off':
    case 'not_installed':
      return <ToneIcon shield="off" tone="calm" />;
  }
}
