/** The package managers of the user: whether each uses the secure index, and what decides that. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { Client } from '../api';
import { TroubleText } from './problem';
import { type ISectionProps, Section, ToneIcon } from './section';
import { useModels } from './useModels';

/** The third section of the panel. */
export function ClientsSection({ panel, trans }: ISectionProps): React.ReactElement {
  const { clients } = panel;
  useModels(clients);
  const { value, trouble, others } = clients;
  return (
    <Section panel={panel} name="clients" label={trans.__('Package managers')}>
      {trouble && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
      {!value && !trouble && (
        <p className="jp-SecurePyPI-note">{trans.__('Looking at the package managers…')}</p>
      )}
      {value && (
        <ul className="jp-SecurePyPI-list">
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
    </Section>
  );
}

function ClientRow(props: { client: Client; trans: TranslationBundle }): React.ReactElement {
  const { client, trans } = props;
  return (
    <li data-client={client.name} data-state={client.state}>
      <div className="jp-SecurePyPI-state">
        {icon(client)}
        <strong>{title(client, trans)}</strong>
        <span>{state(client, trans)}</span>
      </div>
      {client.index_url && client.state === 'elsewhere' && (
        <p className="jp-SecurePyPI-detail">{client.index_url}</p>
      )}
      {client.source && (
        <p className="jp-SecurePyPI-detail">{trans.__('Set by %1', client.source)}</p>
      )}
      {client.message && (
        <div className="jp-SecurePyPI-problem">
          <p>{client.message}</p>
          {client.remedy && <p>{client.remedy}</p>}
        </div>
      )}
    </li>
  );
}

/** Names of programs are the same in every language. */
function title({ name }: Client, trans: TranslationBundle): string {
  switch (name) {
    case 'pip':
      return trans.__('pip in a terminal');
    case 'pip-user':
      return trans.__('pip in new environments');
    case 'poetry':
    case 'twine':
    case 'hatch':
      return trans.__('%1, to publish', name);
    default:
      return name;
  }
}

function icon(client: Client): React.ReactElement {
  switch (client.state) {
    case 'secure':
      return <ToneIcon shield="closed" tone="calm" />;
    case 'elsewhere':
      return <ToneIcon shield="alert" tone="attention" />;
    case 'unset':
      return <ToneIcon shield="off" tone="attention" />;
    case 'off':
    case 'not_installed':
    case 'unknown':
      return <ToneIcon shield="off" tone="calm" />;
  }
}

function state(client: Client, trans: TranslationBundle): string {
  switch (client.state) {
    case 'secure':
      return trans.__('secure');
    case 'elsewhere':
      return trans.__('goes elsewhere');
    case 'unset':
      return trans.__('not set up');
    case 'off':
      return trans.__('not asked for');
    case 'not_installed':
      return trans.__('not installed');
    case 'unknown':
      return trans.__('cannot tell');
  }
}
