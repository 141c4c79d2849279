/** The REST interface of the server extension. */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { Offline, Refused, ServerExtensionMissing } from './failures';
import type { IProblem, IStatus, ITokenServer } from './tokens';

/** Speaks to `securepypi/` on the Jupyter server, with its cookie or token and its XSRF protection. */
export class TokenServer implements ITokenServer {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  /** How things stand; rejects with `Offline`, `ServerExtensionMissing` or `Refused`. */
  status(): Promise<IStatus> {
    return this.ask('status', { method: 'GET' });
  }

  /** Mint a new token now; rejects with `Offline`, `ServerExtensionMissing` or `Refused`. */
  refresh(): Promise<IStatus> {
    return this.ask('refresh', { method: 'POST' });
  }

  private async ask<T>(path: string, init: RequestInit): Promise<T> {
    const url = URLExt.join(this.settings.baseUrl, 'securepypi', path);
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, init, this.settings);
    } catch (error) {
      throw new Offline(error instanceof Error ? error.message : String(error));
    }
    if (response.status === 404) {
      throw new ServerExtensionMissing();
    }
    // A proxy in between may answer with a page of its own instead of JSON.
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok || body === null) {
      throw new Refused(problemFrom(body, response));
    }
    return body as T;
  }
}

function problemFrom(body: unknown, response: Response): IProblem {
  const said = (body ?? {}) as Partial<IProblem>;
  return {
    kind: said.kind ?? 'UnexpectedAnswer',
    message: said.message ?? `${response.status} ${response.statusText}`,
    why: said.why ?? '',
    remedy: said.remedy ?? ''
  };
}
