/** What the tests of the panel's models share: a server that answers what it is told. */

import type {
  IChoices,
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
