/** What the tests of the panel's models share: a server that answers what it is told. */

import type {
  ICheck,
  IChoices,
  IClient,
  IExamination,
  IFindingFix,
  IFindingFixed,
  IFixed,
  IInstall,
  IKernel,
  IPackage,
  IPanelServer,
  IPreview,
  IPreviewRequest
} from '../src/answers';
import type { IStatus } from '../src/tokens';
import { answer } from './fixtures';

/** A kernel that installs from the secure index only, with `changes`. */
export function kernel(changes: Partial<IKernel> = {}): IKernel {
  return {
    name: 'acme',
    display_name: 'Python 3 (acme)',
    kind: 'python',
    prefix: '/envs/acme',
    reason: '',
    state: 'secure',
    index_url: 'https://index.example/simple/',
    decided_by: null,
    sources: [],
    findings: [],
    fixable: false,
    ...changes
  };
}

/** A package from the index, with `changes`. */
export function packageOf(name: string, changes: Partial<IPackage> = {}): IPackage {
  return {
    name,
    version: '1.0',
    previous: null,
    url: '',
    sha256: null,
    requested: false,
    direct: false,
    ...changes
  };
}

/** An install of `packages` from the secure index, with `changes`. */
export function install(packages: IPackage[], changes: Partial<IInstall> = {}): IInstall {
  return {
    time: 1_800_000_000,
    ok: true,
    packages,
    repository: 'arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi',
    seconds: 1,
    prefix: '/envs/acme',
    arguments: [],
    ...changes
  };
}

/** A check that is well, with `changes`. */
export function check(changes: Partial<ICheck> = {}): ICheck {
  return { name: 'clock', ok: true, message: 'right', remedy: '', fix: null, ...changes };
}

/** A remedy that touches our own files only. */
export const ours: IFindingFix = { key: 'k1', does: 'remove it', own_files: true };

/** A finding that the server can mend in its own files. */
export const leftover = check({
  name: 'leftovers',
  ok: false,
  message: 'a file was left',
  remedy: 'remove it',
  fix: ours
});

/** An examination that found what `checks` say. */
export function examination(
  checks: ICheck[] = [check()],
  changes: Partial<IExamination> = {}
): IExamination {
  const findings = checks.filter(one => one.ok === false).length;
  return { running: false, examined_at: 1_800_000_000, findings, checks, ...changes };
}

/** Before anybody has asked for an examination. */
export const unexamined = examination([], { examined_at: null });

/** A client that uses the secure index, with `changes`. */
export function client(changes: Partial<IClient> = {}): IClient {
  return {
    name: 'uv',
    enabled: true,
    installed: true,
    state: 'secure',
    index_url: 'https://index.example/simple/',
    source: 'uv.toml [index]',
    message: '',
    remedy: '',
    ...changes
  };
}

export const choices: IChoices = {
  routes: [
    { id: 'boto3', label: 'boto3', steps: ['training', 'processing'], sdk: '' },
    { id: 'estimator', label: 'Estimator', steps: ['training'], sdk: '2' },
    { id: 'trainer', label: 'ModelTrainer', steps: ['training'], sdk: '3' }
  ],
  images: [{ id: 'pytorch', label: 'PyTorch' }],
  defaults: {
    training: { route: 'estimator', image: 'pytorch', sdk_version: '2.200' },
    processing: { route: 'boto3', image: 'pytorch', sdk_version: '' }
  }
};

/** What the server says to every form; the variable tells which form it was. */
export function previewOf(request: IPreviewRequest): IPreview {
  return {
    environment: { STEP: request.step },
    variables: [],
    identity: '',
    actions: [],
    findings: [],
    snippets: { json: '{}' }
  };
}

/** Answers, counts, and fails when told so. */
export class PanelServer implements IPanelServer {
  asked: string[] = [];
  kernelsAnswer: () => Promise<IKernel[]> = () => Promise.resolve([kernel()]);
  fixAnswer: () => Promise<IFixed> = () =>
    Promise.resolve({ kernel: kernel(), written: ['pip.conf'] });
  choicesAnswer: () => Promise<IChoices> = () => Promise.resolve(choices);
  previewAnswer: (request: IPreviewRequest) => Promise<IPreview> = request =>
    Promise.resolve(previewOf(request));
  previews: IPreviewRequest[] = [];
  clientsAnswer: () => Promise<IClient[]> = () => Promise.resolve([client()]);
  lastAnswer: () => Promise<IExamination> = () => Promise.resolve(unexamined);
  examineAnswer: () => Promise<IExamination> = () => Promise.resolve(examination());
  fixFindingAnswer: () => Promise<IFindingFixed> = () =>
    Promise.resolve({ done: ['removed it'], examination: examination() });

  status(): Promise<IStatus> {
    return Promise.resolve(answer());
  }

  refresh(): Promise<IStatus> {
    return Promise.resolve(answer());
  }

  kernels(): Promise<IKernel[]> {
    this.asked.push('kernels');
    return this.kernelsAnswer();
  }

  fix(name: string): Promise<IFixed> {
    this.asked.push(`fix ${name}`);
    return this.fixAnswer();
  }

  clients(): Promise<IClient[]> {
    this.asked.push('clients');
    return this.clientsAnswer();
  }

  examination(): Promise<IExamination> {
    this.asked.push('examination');
    return this.lastAnswer();
  }

  examine(): Promise<IExamination> {
    this.asked.push('examine');
    return this.examineAnswer();
  }

  fixFinding(key: string, consent: boolean): Promise<IFindingFixed> {
    this.asked.push(`fix finding ${key} ${consent ? 'with' : 'without'} consent`);
    return this.fixFindingAnswer();
  }

  installs(limit: number): Promise<IInstall[]> {
    this.asked.push(`installs ${limit}`);
    return Promise.resolve([]);
  }

  choices(): Promise<IChoices> {
    this.asked.push('choices');
    return this.choicesAnswer();
  }

  preview(request: IPreviewRequest): Promise<IPreview> {
    this.previews.push(request);
    return this.previewAnswer(request);
  }
}
