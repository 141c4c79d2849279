/** The REST interface of the server extension. */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type {
  Client,
  Clients,
  Configuration,
  Configured,
  EnvironmentPackages,
  Examination,
  ExportedFile,
  ExportFormat,
  Failure,
  FileChanges,
  FindingFixed,
  FindingFixRequest,
  Fixed,
  FixRequest,
  FoundPackages,
  Install,
  Installs,
  Kernel,
  Kernels,
  NewestPackage,
  NewestPackages,
  Preview,
  PreviewChoices,
  PreviewRequest,
  Status,
  Why
} from './api';
import { Offline, Refused, ServerExtensionMissing } from './failures';
import type { IPanelServer, ITokenServer } from './server';

/** Speaks to `securepypi/` on the Jupyter server, with its cookie or token and its XSRF protection. */
export class RestServer implements ITokenServer, IPanelServer {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  status(): Promise<Status> {
    return this.get('status');
  }

  refresh(): Promise<Status> {
    return this.post('refresh');
  }

  async kernels(): Promise<Kernel[]> {
    return (await this.get<Kernels>('kernels')).kernels;
  }

  fix(kernel: string): Promise<Fixed> {
    return this.post('kernels/fix', { kernel } satisfies FixRequest);
  }

  changesOfFix(kernel: string): Promise<FileChanges> {
    return this.get(`kernels/fix?${query({ kernel })}`);
  }

  async clients(): Promise<Client[]> {
    return (await this.get<Clients>('clients')).clients;
  }

  examination(): Promise<Examination> {
    return this.get('doctor');
  }

  examine(): Promise<Examination> {
    return this.post('doctor');
  }

  fixFinding(key: string, consent: boolean): Promise<FindingFixed> {
    return this.post('doctor/fix', { key, consent } satisfies FindingFixRequest);
  }

  changesOfFinding(key: string): Promise<FileChanges> {
    return this.get(`doctor/fix?${query({ key })}`);
  }

  async installs(limit: number, matching: string): Promise<Install[]> {
    const asked = query({ limit: String(limit), matching });
    return (await this.get<Installs>(`installs?${asked}`)).installs;
  }

  exportInstalls(format: ExportFormat, matching: string): Promise<ExportedFile> {
    return this.get(`installs/export?${query({ format, matching })}`);
  }

  configure(repository: string): Promise<Configured> {
    return this.post('configuration', { repository } satisfies Configuration);
  }

  packages(kernel: string): Promise<EnvironmentPackages> {
    return this.get(`packages?${query({ kernel })}`);
  }

  searchPackages(text: string): Promise<FoundPackages> {
    return this.get(`packages/search?${query({ text })}`);
  }

  async newestPackages(kernel: string, packages: readonly string[]): Promise<NewestPackage[]> {
    const asked = query({ kernel, packages: packages.join(',') });
    return (await this.get<NewestPackages>(`packages/newest?${asked}`)).packages;
  }

  why(requirement: string): Promise<Why> {
    return this.get(`why?${query({ requirement })}`);
  }

  choices(): Promise<PreviewChoices> {
    return this.get('preview');
  }

  preview(request: PreviewRequest): Promise<Preview> {
    return this.post('preview', request);
  }

  private get<T>(path: string): Promise<T> {
    return this.ask(path, { method: 'GET' });
  }

  private post<T>(path: string, body?: object): Promise<T> {
    return this.ask(path, { method: 'POST', body: body && JSON.stringify(body) });
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
    if (response.status === 404 && !isFailure(body)) {
      throw new ServerExtensionMissing();
    }
    if (!response.ok || body === null) {
      throw new Refused(failureFrom(body, response));
    }
    return body as T;
  }
}

/** The query of an address. */
function query(parameters: Record<string, string>): string {
  return new URLSearchParams(parameters).toString();
}

/** Whether it is our extension that speaks: the Jupyter server's own 404 knows no kinds. */
function isFailure(body: unknown): boolean {
  return typeof (body as Partial<Failure> | null)?.kind === 'string';
}

function failureFrom(body: unknown, response: Response): Failure {
  const said = (body ?? {}) as Partial<Failure>;
  return {
    kind: said.kind ?? 'UnexpectedAnswer',
    message: said.message ?? `${response.status} ${response.statusText}`,
    why: said.why ?? '',
    remedy: said.remedy ?? ''
  };
}
