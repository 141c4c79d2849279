/** Panel and desk as a whole: sections and pages, what is folded away, what was just copied or should be read out. */

import { Signal } from '@lumino/signaling';

import { compareVersions, type Order } from '../compareVersions';
import { type IPackagesParts, PackagesModel } from '../packages/model';
import type { IPanelServer } from '../server';
import { ClientsModel } from './clients';
import { DoctorModel } from './doctor';
import { HistoryModel } from './history';
import { InstallsModel } from './installs';
import type { AskConsent } from './consent';
import { KernelsModel } from './kernels';
import { Model, type LoadedModel } from './loaded';
import { PreviewModel } from './preview';
import { SetupModel } from './setup';
import type { TokenModel } from './token';
import { WhyModel } from './why';

/** Milliseconds that a button says "Copied". */
const COPIED = 2000;

/** The sections that fold away, from top to bottom. */
export const SECTIONS = ['attention', 'packages', 'installs'] as const;

/** One of them. */
export type SectionName = (typeof SECTIONS)[number];

/** The pages of the main area. */
export const PAGES = ['step', 'check', 'history', 'why'] as const;

/** One of them. */
export type PageName = (typeof PAGES)[number];

/** A text to be saved as a file. */
export interface SavedFile {
  name: string;
  media_type: string;
  text: string;
}

/** What the panel is made of. */
export interface IPanelParts {
  server: IPanelServer;
  token: TokenModel;
  /** Version of the front end. */
  version: string;
  /** Puts a text on the clipboard. */
  copy: (text: string) => void;
  /** Asks the user whether files may be changed, after it has shown how. */
  consent: AskConsent;
  /** Has the browser save a text as a file. */
  save: (file: SavedFile) => void;
  /** Where packages are installed, and the question before one is removed. */
  packages: Omit<IPackagesParts, 'server'>;
}

/** Holds the models of the sections and what belongs to none of them. */
export class PanelModel extends Model {
  constructor(parts: IPanelParts) {
    super();
    this.token = parts.token;
    this.version = parts.version;
    this.putOnClipboard = parts.copy;
    this.kernels = new KernelsModel(parts.server, parts.consent);
    this.clients = new ClientsModel(parts.server);
    this.doctor = new DoctorModel(parts.server, parts.consent);
    this.installs = new InstallsModel(parts.server);
    this.history = new HistoryModel(parts.server, parts.save);
    this.setup = new SetupModel(parts.server, this.token);
    this.preview = new PreviewModel(parts.server);
    this.why = new WhyModel(parts.server);
    this.packages = new PackagesModel({ ...parts.packages, server: parts.server });
  }

  override dispose(): void {
    clearTimeout(this._timer);
    for (const model of [this.setup, ...this.own]) {
      model.dispose();
    }
    super.dispose();
  }

  /** Shared with the status bar and others, who outlive the panel. */
  readonly token: TokenModel;
  readonly kernels: KernelsModel;
  readonly clients: ClientsModel;
  readonly doctor: DoctorModel;
  readonly installs: InstallsModel;
  readonly history: HistoryModel;
  readonly setup: SetupModel;
  readonly preview: PreviewModel;
  readonly why: WhyModel;
  readonly packages: PackagesModel;
  /** Version of the front end. */
  readonly version: string;

  /** Emits a sentence that screen readers should say. */
  readonly announced = new Signal<this, string>(this);

  /** Emits when the user has folded or unfolded a section. */
  readonly foldedChanged = new Signal<this, void>(this);

  /** Emits when a section is to be unfolded and focused. */
  readonly sought = new Signal<this, SectionName>(this);

  /** Have a section unfolded and focused. */
  goTo(section: SectionName): void {
    this.sought.emit(section);
  }

  /** Emits when a page of the main area is to be shown. */
  readonly opened = new Signal<this, PageName>(this);

  /** Have a page of the main area shown. */
  open(page: PageName): void {
    this.opened.emit(page);
  }

  /** The models that are fetched for panel and desk alone. */
  get own(): readonly LoadedModel<unknown>[] {
    return [
      this.kernels,
      this.clients,
      this.doctor,
      this.preview,
      this.why,
      this.installs,
      this.history,
      this.packages
    ];
  }

  /** Those of them that are in use: a page that is not shown asks nothing. */
  get inUse(): readonly LoadedModel<unknown>[] {
    const pages = this._shownPages;
    return this.own.filter(
      model =>
        (model !== this.preview || pages.has('step')) &&
        (model !== this.history || pages.has('history'))
    );
  }

  /** Note that a page has come into view, or has been closed. */
  notePage(page: PageName, shown: boolean): void {
    if (shown) {
      this._shownPages.add(page);
    } else {
      this._shownPages.delete(page);
    }
  }

  /** How the front end's version relates to the server's; null where that is not known. */
  get order(): Order | null {
    const theirs = this.token.value?.version;
    return theirs ? compareVersions(this.version, theirs) : null;
  }

  /** Fetch what may be out of date. */
  catchUp(): void {
    for (const model of this.inUse) {
      if (model.stale) {
        void model.fetch();
      }
    }
  }

  /** Ask about everything again; never rejects, the models tell. */
  async fetchAll(): Promise<void> {
    await Promise.all([this.token, ...this.inUse].map(model => model.fetch()));
  }

  /** The sections that are folded away. */
  get folded(): SectionName[] {
    return SECTIONS.filter(section => this._folded.has(section));
  }

  isFolded(section: SectionName): boolean {
    return this._folded.has(section);
  }

  /** Fold a section away or unfold it. */
  fold(section: SectionName, folded: boolean): void {
    if (folded !== this._folded.has(section)) {
      this.foldAll(SECTIONS.filter(name => (name === section ? folded : this._folded.has(name))));
      this.foldedChanged.emit();
    }
  }

  /** Fold these sections away and unfold all others, as they were left some time ago. */
  foldAll(sections: readonly SectionName[]): void {
    this._folded = new Set(sections);
    this.notify();
  }

  /** The key of what was copied a moment ago, or null. */
  get copied(): string | null {
    return this._copied;
  }

  /**
   * Put a text on the clipboard.
   * @param key tells what was copied apart from the rest.
   * @param done is read out.
   */
  copy(key: string, text: string, done: string): void {
    this.putOnClipboard(text);
    this._copied = key;
    this.notify();
    this.announced.emit(done);
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      this._copied = null;
      this.notify();
    }, COPIED);
  }

  private readonly putOnClipboard: (text: string) => void;
  private _folded: ReadonlySet<SectionName> = new Set();
  private _copied: string | null = null;
  private readonly _shownPages = new Set<PageName>();
  private _timer: ReturnType<typeof setTimeout> | undefined;
}
