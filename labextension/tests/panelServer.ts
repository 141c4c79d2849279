/** A server for the tests of the panel's models: answers what a test tells it to, and remembers what was asked. */

import type {
  Client,
  Configured,
  EnvironmentPackages,
  Examination,
  ExportedFile,
  ExportFormat,
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
} from '../src/api';
import type { IPanelServer, ITokenServer } from '../src/server';
import { answer } from './fixtures';
import { environmentOf, foundFor, newestOf } from './packageFixtures';
import {
  choices,
  client,
  examination,
  kernel,
  previewOf,
  unexamined,
  whyOf
} from './panelFixtures';

/** Answers, counts, and fails when told so. */
export class PanelServer implements IPanelServer, ITokenServer {
  asked: string[] = [];
  kernelsAnswer: () => Promise<Kernel[]> = () => Promise.resolve([kernel()]);
  fixAnswer: () => Promise<Fixed> = () =>
    Promise.resolve({ kernel: kernel(), written: ['pip.conf'] });
  choicesAnswer: () => Promise<PreviewChoices> = () => Promise.resolve(choices);
  previewAnswer: (request: PreviewRequest) => Promise<Preview> = request =>
    Promise.resolve(previewOf(request));
  previews: PreviewRequest[] = [];
  whyAnswer: (requirement: string) => Promise<Why> = requirement =>
    Promise.resolve(whyOf(requirement));
  packagesAnswer: (kernel: string) => Promise<EnvironmentPackages> = name =>
    Promise.resolve(environmentOf(name));
  searchAnswer: (text: string) => Promise<FoundPackages> = text => Promise.resolve(foundFor(text));
  newestAnswer: (packages: readonly string[]) => Promise<NewestPackage[]> = packages =>
    Promise.resolve(packages.map(one => newestOf(one.split('==')[0])));
  clientsAnswer: () => Promise<Client[]> = () => Promise.resolve([client()]);
  lastAnswer: () => Promise<Examination> = () => Promise.resolve(unexamined);
  examineAnswer: () => Promise<Examination> = () => Promise.resolve(examination());
  fixFindingAnswer: () => Promise<FindingFixed> = () =>
    Promise.resolve({ done: ['removed it'], examination: examination() });

  changes: FileChanges['changes'] = [];
  notes: FileChanges['notes'] = [];
  exportAnswer: () => Promise<ExportedFile> = () =>
    Promise.resolve({ name: 'installs.csv', media_type: 'text/csv', text: 'name' });
  configureAnswer: () => Promise<Configured> = () => Promise.resolve({ written: 'the file' });

  status(): Promise<Status> {
    return Promise.resolve(answer());
  }

  refresh(): Promise<Status> {
    return Promise.resolve(answer());
  }

  kernels(): Promise<Kernel[]> {
    this.asked.push('kernels');
    return this.kernelsAnswer();
  }

  fix(name: string): Promise<Fixed> {
    this.asked.push(`fix ${name}`);
    return this.fixAnswer();
  }

  changesOfFix(name: string): Promise<FileChanges> {
    this.asked.push(`changes of ${name}`);
    return Promise.resolve({ changes: this.changes, notes: this.notes });
  }

  clients(): Promise<Client[]> {
    this.asked.push('clients');
    return this.clientsAnswer();
  }

  examination(): Promise<Examination> {
    this.asked.push('examination');
    return this.lastAnswer();
  }

  examine(): Promise<Examination> {
    this.asked.push('examine');
    return this.examineAnswer();
  }

  fixFinding(key: string, consent: boolean): Promise<FindingFixed> {
    this.asked.push(`fix finding ${key} ${consent ? 'with' : 'without'} consent`);
    return this.fixFindingAnswer();
  }

  changesOfFinding(key: string): Promise<FileChanges> {
    this.asked.push(`changes of finding ${key}`);
    return Promise.resolve({ changes: this.changes, notes: this.notes });
  }

  installs(limit: number, matching: string): Promise<Install[]> {
    this.asked.push(`installs ${limit} ${matching}`.trim());
    return Promise.resolve([]);
  }

  exportInstalls(format: ExportFormat, matching: string): Promise<ExportedFile> {
    this.asked.push(`export ${format} ${matching}`.trim());
    return this.exportAnswer();
  }

  configure(repository: string): Promise<Configured> {
    this.asked.push(`configure ${repository}`);
    return this.configureAnswer();
  }

  packages(name: string): Promise<EnvironmentPackages> {
    this.asked.push(`packages ${name}`);
    return this.packagesAnswer(name);
  }

  searchPackages(text: string): Promise<FoundPackages> {
    this.asked.push(`search ${text}`);
    return this.searchAnswer(text);
  }

  newestPackages(name: string, packages: readonly string[]): Promise<NewestPackage[]> {
    this.asked.push(`newest ${name} ${packages.join(' ')}`);
    return this.newestAnswer(packages);
  }

  why(requirement: string): Promise<Why> {
    this.asked.push(`why ${requirement}`);
    return this.whyAnswer(requirement);
  }

  choices(): Promise<PreviewChoices> {
    this.asked.push('choices');
    return this.choicesAnswer();
  }

  preview(request: PreviewRequest): Promise<Preview> {
    this.previews.push(request);
    return this.previewAnswer(request);
  }
}
