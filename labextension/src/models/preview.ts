/** The form that describes a step, and the environment that the server foresees for it. */

import type { Preview, PreviewChoices, PreviewRequest, Route, RouteId, StepKind } from '../api';
import type { IPanelServer } from '../server';
import { LoadedModel } from './loaded';

/** The formats to copy. */
export type SnippetFormat = keyof Preview['snippets'];

/** The fields that take the content of a file. */
export type FileField = 'script' | 'requirements';

/** A file that the user has picked. */
export interface IPickedFile {
  path: string;
  text: string;
}

/** Between the last keystroke and the question, in milliseconds. */
const DEBOUNCE = 300;

/** Route and image are the server's defaults once it has told them. */
const EMPTY: PreviewRequest = {
  step: 'training',
  route: 'boto3-training',
  image: 'own',
  sdk_version: '',
  use_secure_pypi: true,
  repository: '',
  role: '',
  requirements: '',
  script: '',
  network_isolation: false
};

/** What the server foresees for the form as it is. */
class ForecastModel extends LoadedModel<Preview> {
  constructor(
    private readonly server: IPanelServer,
    private readonly form: () => PreviewRequest
  ) {
    super();
  }

  /** The form has changed: what is on its way belongs to an older one. */
  override invalidate(): void {
    super.invalidate();
    this.overtake();
  }

  protected override ask(): Promise<Preview> {
    const form = this.form();
    return this.server.preview({
      ...form,
      // Nothing in a processing container reads it, so the form does not offer it there.
      repository: (form.step === 'training' && form.repository?.trim()) || null,
      role: form.role?.trim() || null,
      requirements: form.requirements || null,
      script: form.script || null
    });
  }
}

/** Holds the choices, what the user has filled in, and the last forecast. */
export class PreviewModel extends LoadedModel<PreviewChoices> {
  /**
   * @param server answers the questions.
   * @param debounce milliseconds to wait for the next change before asking.
   */
  constructor(
    private readonly server: IPanelServer,
    private readonly debounce = DEBOUNCE
  ) {
    super();
    this.forecast = new ForecastModel(server, () => this._form);
  }

  override dispose(): void {
    clearTimeout(this._timer);
    this.forecast.dispose();
    super.dispose();
  }

  /** The environment foreseen for the form, or why there is none. */
  readonly forecast: LoadedModel<Preview>;

  /** What the form shows. */
  get form(): Readonly<PreviewRequest> {
    return this._form;
  }

  /** The routes for the step in the form. */
  get routes(): Route[] {
    return (this.value?.routes ?? []).filter(route => route.steps.includes(this._form.step));
  }

  /** Whether the SDK has a say in the route of the form. */
  get usesSdk(): boolean {
    return this.routes.some(route => route.id === this._form.route && route.sdk !== '');
  }

  /** Whether a forecast is awaited, or will be asked for in a moment. */
  get isForecasting(): boolean {
    return this._timer !== undefined || this.forecast.loading;
  }

  /** The path of the file whose content is in a field; empty for none. */
  pathOf(field: FileField): string {
    return this._paths[field];
  }

  /** Why a file could not be read, or null. */
  unread(field: FileField): string | null {
    return this._unread[field] ?? null;
  }

  /**
   * Read a file that the user picks into a field; nothing changes where the user picks none.
   * @param pick lets the user pick a file and reads it; rejects where that cannot be read.
   */
  async pick(field: FileField, pick: () => Promise<IPickedFile | null>): Promise<void> {
    try {
      const file = await pick();
      if (file) {
        this._paths[field] = file.path;
        this._unread[field] = undefined;
        this.fill({ [field]: file.text });
      }
    } catch (error) {
      this._unread[field] = error instanceof Error ? error.message : String(error);
      this.notify();
    }
  }

  /** Take the file out of a field. */
  clear(field: FileField): void {
    this._paths[field] = '';
    this._unread[field] = undefined;
    this.fill({ [field]: '' });
  }

  /** The format that is shown. */
  get shown(): SnippetFormat {
    return this._shown;
  }

  /** Show the text of a format. */
  show(format: SnippetFormat): void {
    this._shown = format;
    this.notify();
  }

  /** Fill in the form; another step brings its own route, image and SDK version. */
  fill(changes: Partial<PreviewRequest>): void {
    const before = this._form;
    this._form = { ...before, ...changes };
    if (this._form.step !== before.step) {
      Object.assign(this._form, this.value?.defaults[this._form.step]);
    } else if (this._form.route !== before.route) {
      this._form.sdk_version = this.sdkVersionFor(this._form.route);
    }
    if (this.value) {
      clearTimeout(this._timer);
      this._timer = setTimeout(() => {
        this.foresee();
      }, this.debounce);
      this.forecast.invalidate();
    }
    this.notify();
  }

  /** Show the form for a step. */
  choose(step: StepKind): void {
    if (step !== this._form.step) {
      this.fill({ step });
    }
  }

  protected override ask(): Promise<PreviewChoices> {
    return this.server.choices();
  }

  protected override accept(choices: PreviewChoices): void {
    const first = this.value === null;
    super.accept(choices);
    if (first) {
      this._form = { ...this._form, ...choices.defaults[this._form.step] };
    }
    this.foresee();
  }

  private foresee(): void {
    this._timer = undefined;
    void this.forecast.fetch();
  }

  /** The version that belongs to a route's SDK; empty is the newest that the server knows. */
  private sdkVersionFor(id: RouteId): string {
    const sdk = this.value?.routes.find(route => route.id === id)?.sdk ?? '';
    const known = this.value?.defaults[this._form.step].sdk_version ?? '';
    return [known, this._form.sdk_version].find(version => version.split('.')[0] === sdk) ?? '';
  }

  private _form: PreviewRequest = EMPTY;
  private _shown: SnippetFormat = 'python';
  private readonly _paths: Record<FileField, string> = { script: '', requirements: '' };
  private readonly _unread: Partial<Record<FileField, string>> = {};
  private _timer: ReturnType<typeof setTimeout> | undefined;
}
