/** What the tests of the panel's models share: answers of the server. */

import type {
  Check,
  PreviewChoices,
  Client,
  Examination,
  FindingFix,
  Install,
  Kernel,
  Package,
  Preview,
  PreviewRequest,
  Why
} from '../src/api';
import { repository } from './fixtures';

/** A kernel that installs from the secure index only, with `changes`. */
export function kernel(changes: Partial<Kernel> = {}): Kernel {
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
export function packageOf(name: string, changes: Partial<Package> = {}): Package {
  return {
    name,
    version: '1.0',
    previous: null,
    url: '',
    sha256: '',
    requested: false,
    direct: false,
    ...changes
  };
}

/** An install of `packages` from the secure index, with `changes`. */
export function install(packages: Package[], changes: Partial<Install> = {}): Install {
  return {
    time: 1_800_000_000,
    ok: true,
    packages,
    repository: repository.id,
    seconds: 1,
    prefix: '/envs/acme',
    arguments: [],
    gate: [],
    ...changes
  };
}

/** A check that is well, with `changes`. */
export function check(changes: Partial<Check> = {}): Check {
  return { name: 'clock', ok: true, message: 'right', why: '', remedy: '', fix: null, ...changes };
}

/** A remedy that touches our own files only. */
export const ours: FindingFix = { key: 'k1', does: 'remove it', own_files: true };

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
  checks: Check[] = [check()],
  changes: Partial<Examination> = {}
): Examination {
  const findings = checks.filter(one => one.ok === false).length;
  return { running: false, examined_at: 1_800_000_000, findings, checks, ...changes };
}

/** Before anybody has asked for an examination. */
export const unexamined = examination([], { examined_at: null });

/** A client that uses the secure index, with `changes`. */
export function client(changes: Partial<Client> = {}): Client {
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

export const choices: PreviewChoices = {
  routes: [
    { id: 'boto3-training', label: 'boto3', steps: ['training'], sdk: '' },
    { id: 'boto3-processing', label: 'boto3', steps: ['processing'], sdk: '' },
    { id: 'v2-estimator', label: 'Estimator', steps: ['training'], sdk: '2' },
    { id: 'v3-model-trainer', label: 'ModelTrainer', steps: ['training'], sdk: '3' }
  ],
  images: [{ id: 'pytorch', label: 'PyTorch' }],
  defaults: {
    training: { route: 'v2-estimator', image: 'pytorch', sdk_version: '2.200' },
    processing: { route: 'boto3-processing', image: 'pytorch', sdk_version: '' }
  }
};

/** What the server says to every form; the variable tells which form it was. */
export function previewOf(request: PreviewRequest): Preview {
  return {
    environment: { STEP: request.step },
    variables: [],
    identity: '',
    actions: [],
    findings: [],
    snippets: { python: '', sdk_v2: '', sdk_v3: '', config_yaml: '', json: '{}' }
  };
}

/** The answer that a package is not there, with `changes`. */
export function whyOf(requirement: string, changes: Partial<Why> = {}): Why {
  return {
    kind: 'absent',
    requirement,
    name: requirement,
    version: '',
    sentences: [`${requirement} is not in acme/shared-pypi.`],
    ways_on: ['check the name'],
    facts: [],
    verdicts: [],
    not_known: [],
    ...changes
  };
}
