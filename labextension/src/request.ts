/** The REST interface of the server extension. */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type {
  IChoices,
  IClient,
  IExamination,
  IFindingFixed,
  IFixed,
  IInstall,
  IKernel,
  IPanelServer,
  IPreview,
  IPreviewRequest
} from './answers';
import { Offline, Refused, ServerExtensionMissing } from './failures';
import type { IProblem, IStatus, ITokenServer } from './tokens';

/** Speaks to `securepypi/` on the Jupyter server, with its cookie or token and its XSRF protection. */
export class Server implements ITokenServer, IPanelServer {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  // All of them reject with `Offline`, `ServerExtensionMissing` or `Refused`.

  /** How things stand. */
  status(): Promise<IStatus> {
    return this.ask('status', { method: 'GET' });
  }

  /** Mint a new token now. */
  refresh(): Promise<IStatus> {
    return this.ask('refresh', { method: 'POST' });
  }

  /** Where the package managers of each kernel look. */
  async kernels(): Promise<IKernel[]> {
    return (await this.ask<{ kernels: IKernel[] }>('kernels', { method: 'GET' })).kernels;
  }

  /** Point a kernel at the secure index. */
  fix(kernel: string): Promise<IFixed> {
    return this.ask('kernels/fix', post({ kernel }));
  }

  /** How the package managers of the user stand. */
  async clients(): Promise<IClient[]> {
    return (await this.ask<{ clients: IClient[] }>('clients', { method: 'GET' })).clients;
  }

  /** What the last examination found. */
  examination(): Promise<IExamination> {
    return this.ask('doctor', { method: 'GET' });
  }

  /** Examine the server's machine now, or join the examination that runs. */
  examine(): Promise<IExamination> {
    return this.ask('doctor', { method: 'POST' });
  }

  /** Apply the remedy of one finding. */
  fixFinding(key: string, consent: boolean): Promise<IFindingFixed> {
    return this.ask('doctor/fix', post({ key, consent }));
  }

  /** The newest entries of the install history. */
  async installs(limit: number): Promise<IInstall[]> {
    const path = `installs?limit=${limit}`;
    return (await this.ask<{ installs: IInstall[] }>(path, { method: 'GET' })).installs;
  }

  /** What the form for a step offers. */
  choices(): Promise<IChoices> {
    return this.ask('preview', { method: 'GET' });
  }

  /** The environment of a step, and who honours it. */
  preview(request: IPreviewRequest): Promise<IPreview> {
    return this.ask('preview', post(request));
  }

  private async ask<T>(path: string, init: RequestInit): Promise<T> {
    const url = URLExt.join(this.settings.baseUrl, 'securepypi', path);
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, init, this.settings);
    } catch (error) {
      throw new Offline(error instanceof Error ? error.message : String(error));
    }
    // A proxy in between may answer with a page of its own instead of JSON.
    const body: unknown = await response.json().catch(() => null);
    if (response.status === 404 && !isProblem(body)) {
      throw new ServerExtensionMissing();
    }
    if (!response.ok || body === null) {
      throw new Refused(problemFrom(body, response));
    }
    return body as T;
  }
}

function post(body: object): RequestInit {
  return { method: 'POST', body: JSON.stringify(body) };
}

/** Whether it is our extension that speaks: the Jupyter server's own 404 knows no kinds. */
function isProblem(body: unknown): boolean {
  return typeof (body as Partial<IProblem> | null)?.kind === 'string';
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
