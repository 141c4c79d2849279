/** What the extension asks of the server; `rest.ts` asks it over HTTP, the tests ask a fake. */

import type {
  Client,
  Configured,
  EnvironmentPackages,
  Examination,
  ExportFormat,
  ExportedFile,
  FileChanges,
  FindingFixed,
  Fixed,
  FoundPackages,
  Install,
  Kernel,
  NewestPackage,
  Preview,
  PreviewChoices,
  PreviewRequest,
  Status,
  Why
} from './api';

// Each of these rejects with `Offline`, `ServerExtensionMissing` or `Refused`.

/** What concerns the token. */
export interface ITokenServer {
  /** How things stand. */
  status(): Promise<Status>;
  /** Mint a new token now, and tell how things stand afterwards. */
  refresh(): Promise<Status>;
}

/** What concerns packages. */
export interface IPackagesServer {
  /** What is installed in the environment of a kernel. */
  packages(kernel: string): Promise<EnvironmentPackages>;
  /** The names in the index that a part of one may stand for. */
  searchPackages(text: string): Promise<FoundPackages>;
  /** The newest version of each package that an install would take; NAME==VERSION where that is installed. */
  newestPackages(kernel: string, packages: readonly string[]): Promise<NewestPackage[]>;
}

/** What the other sections of the panel show. */
export interface IPanelServer extends IPackagesServer {
  /** Where the package managers of each kernel look. */
  kernels(): Promise<Kernel[]>;
  /** Point a kernel at the secure index. */
  fix(kernel: string): Promise<Fixed>;
  /** What pointing a kernel at the secure index would change. */
  changesOfFix(kernel: string): Promise<FileChanges>;
  /** How the package managers of the user stand. */
  clients(): Promise<Client[]>;
  /** What the last examination found. */
  examination(): Promise<Examination>;
  /** Examine the server's machine now, or join the examination that runs. */
  examine(): Promise<Examination>;
  /** Apply the remedy of one finding. */
  fixFinding(key: string, consent: boolean): Promise<FindingFixed>;
  /** What the remedy of one finding would change in files that are not ours. */
  changesOfFinding(key: string): Promise<FileChanges>;
  /** The newest entries of the install history that contain a text; all contain the empty one. */
  installs(limit: number, matching: string): Promise<Install[]>;
  /** All those entries as a file. */
  exportInstalls(format: ExportFormat, matching: string): Promise<ExportedFile>;
  /** Write a repository into the user's own configuration, where none is configured. */
  configure(repository: string): Promise<Configured>;
  /** What an install of a requirement would take, or what stands in its way. */
  why(requirement: string): Promise<Why>;
  /** What the form for a step offers. */
  choices(): Promise<PreviewChoices>;
  /** The environment of a step, and who honours it. */
  preview(request: PreviewRequest): Promise<Preview>;
}
