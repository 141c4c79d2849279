/** The package managers of the user: whether each uses the secure index, and what decides. */

import type { Client } from '../api';
import type { IPanelServer } from '../server';
import { LoadedModel } from './loaded';

/** Holds the standing of every client. */
export class ClientsModel extends LoadedModel<Client[]> {
  constructor(private readonly server: IPanelServer) {
    super();
  }

  /** Those that the configuration asks for, and those that are led somewhere all the same. */
  get shown(): Client[] {
    return (this.value ?? []).filter(
      client => client.enabled || client.state === 'secure' || client.state === 'elsewhere'
    );
  }

  /** The names of the others. */
  get others(): string[] {
    const shown = this.shown;
    return (this.value ?? []).filter(client => !shown.includes(client)).map(client => client.name);
  }

  protected override ask(): Promise<Client[]> {
    return this.server.clients();
  }
}
