/** What the server answers about kernels, installs and steps; shapes only. */

import type { IProblem } from './tokens';

/** One thing that has a say in where a package manager looks. */
export interface ISource {
  client: string;
  option: string;
  /** Credentials are masked by the server. */
  value: string;
  kind: string;
  /** A path, or the name of a variable. */
  source: string;
  /** The section of a file, or an empty string. */
  section: string;
  in_force: boolean;
}

/** Something that is wrong with a kernel's configuration. */
export interface IKernelFinding {
  kind: string;
  source: string;
  message: string;
  remedy: string;
}

/** What the audit found about one kernel. */
export interface IKernel {
  name: string;
  display_name: string;
  kind: 'python' | 'not_python' | 'remote' | 'unresolved';
  prefix: string | null;
  /** Why there is no prefix, or an empty string. */
  reason: string;
  state: 'secure' | 'insecure' | 'unknown';
  index_url: string | null;
  decided_by: { kind: string; source: string; section: string } | null;
  sources: ISource[];
  findings: IKernelFinding[];
  fixable: boolean;
}

/** The answer to `POST securepypi/kernels/fix`. */
export interface IFixed {
  kernel: IKernel;
  /** Paths of the files that were changed. */
  written: string[];
}

/** How a package manager of the user's stands. */
export interface IClient {
  name: string;
  /** Whether the configuration asks for it. */
  enabled: boolean;
  installed: boolean;
  state: 'secure' | 'elsewhere' | 'unset' | 'off' | 'not_installed' | 'unknown';
  /** Credentials are masked by the server. */
  index_url: string | null;
  /** The file or the variable that decides, or an empty string. */
  source: string;
  message: string;
  remedy: string;
}

/** One line of an examination. */
export interface ICheck {
  name: string;
  /** Null where it could not be told, because of something else. */
  ok: boolean | null;
  message: string;
  remedy: string;
  fix: IFindingFix | null;
}

/** A remedy that the server can apply. */
export interface IFindingFix {
  key: string;
  /** As in "remove ...". */
  does: string;
  /** Whether it touches nothing but our own files; others need consent. */
  own_files: boolean;
}

/** The answer to `GET` and `POST securepypi/doctor`. */
export interface IExamination {
  /** Whether another one runs. */
  running: boolean;
  /** Epoch seconds, or null before the first. */
  examined_at: number | null;
  findings: number;
  checks: ICheck[];
}

/** The answer to `POST securepypi/doctor/fix`. */
export interface IFindingFixed {
  /** What was done, a sentence each. */
  done: string[];
  examination: IExamination;
}

/** A package of an install. */
export interface IPackage {
  name: string;
  version: string;
  /** The version before, or null. */
  previous: string | null;
  url: string;
  sha256: string | null;
  requested: boolean;
  /** From a URL or path instead of the index. */
  direct: boolean;
}

/** One entry of the install history; times are epoch seconds. */
export interface IInstall {
  time: number;
  ok: boolean;
  packages: IPackage[];
  /** ARN of the repository, or `public`. */
  repository: string;
  seconds: number;
  error?: IProblem;
  prefix: string;
  arguments: string[];
}

/** The kinds of step. */
export type Step = 'training' | 'processing';

/** A way to start a step with the SageMaker Python SDK or without. */
export interface IRoute {
  id: string;
  label: string;
  steps: Step[];
  /** The SDK's major version, or an empty string where none is used. */
  sdk: string;
}

/** The answer to `GET securepypi/preview`: what the form offers. */
export interface IChoices {
  routes: IRoute[];
  images: { id: string; label: string }[];
  defaults: Record<Step, { route: string; image: string; sdk_version: string }>;
}

/** The body of `POST securepypi/preview`. */
export interface IPreviewRequest {
  step: Step;
  route: string;
  image: string;
  sdk_version: string;
  use_secure_pypi: boolean;
  ca_repository_arn: string | null;
  role_arn: string | null;
  requirements: string | null;
  network_isolation: boolean;
}

/** What becomes of one variable in the step. */
export interface IVariable {
  name: string;
  value: string;
  verdict: 'honoured' | 'ignored' | 'unknown';
  by: string;
  reason: string;
  source: string;
}

/** The formats to copy. */
export type SnippetFormat = 'python' | 'sdk_v2' | 'sdk_v3' | 'config_yaml' | 'json';

/** The answer to `POST securepypi/preview`. */
export interface IPreview {
  environment: Record<string, string>;
  variables: IVariable[];
  identity: string;
  actions: string[];
  findings: { severity: 'info' | 'warning' | 'error'; message: string; remedy: string }[];
  snippets: Partial<Record<SnippetFormat, string>>;
}

/** The server's REST interface as the panel uses it; each rejects as `TokenServer` does. */
export interface IPanelServer {
  kernels(): Promise<IKernel[]>;
  fix(kernel: string): Promise<IFixed>;
  clients(): Promise<IClient[]>;
  examination(): Promise<IExamination>;
  examine(): Promise<IExamination>;
  fixFinding(key: string, consent: boolean): Promise<IFindingFixed>;
  installs(limit: number): Promise<IInstall[]>;
  choices(): Promise<IChoices>;
  preview(request: IPreviewRequest): Promise<IPreview>;
}
