/** The form that describes a step, and the environment that the server foresees for it. */

import type {
  IChoices,
  IPanelServer,
  IPreview,
  IPreviewRequest,
  IRoute,
  SnippetFormat,
  Step
} from '../answers';
import { LoadedModel, troubleOf, type Trouble } from './loaded';

/** Between the last keystroke and the question, in milliseconds. */
const PATIENCE = 300;

const EMPTY: IPreviewRequest = {
  step: 'training',
  route: '',
  image: '',
  sdk_version: '',
  use_secure_pypi: true,
  ca_repository_arn: '',
  role_arn: '',
  requirements: '',
  network_isolation: false
};

/** Holds the choices, what the user has filled in, and the last preview. */
export class PreviewModel extends LoadedModel<IChoices> {
  /**
   * @param server answers the questions.
   * @param patience milliseconds to wait for the next change before asking.
   */
  constructor(
    private readonly server: IPanelServer,
    private readonly patience = PATIENCE
  ) {
    super();
  }

  override dispose(): void {
    clearTimeout(this._timer);
    super.dispose();
  }

  /** What the form shows. */
  get form(): Readonly<IPreviewRequest> {
    return this._form;
  }

  /** The routes for the step in the form. */
  get routes(): IRoute[] {
    return (this.value?.routes ?? []).filter(route => route.steps.includes(this._form.step));
  }

  /** Whether the SDK has a say in the route of the form. */
  get usesSdk(): boolean {
    return this.routes.some(route => route.id === this._form.route && route.sdk !== '');
  }

  /** The environment foreseen for the form as it is, or null. */
  get preview(): IPreview | null {
    return this._preview;
  }

  /** Why there is no preview of the form as it is, or null. */
  get previewTrouble(): Trouble | null {
    return this._previewTrouble;
  }

  /** Whether a preview is awaited. */
  get previewing(): boolean {
    return this._previewing;
  }

  /** Whether the form shows what is rarely needed, too. */
  get detailed(): boolean {
    return this._detailed;
  }

  set detailed(detailed: boolean) {
    this._detailed = detailed;
    this.changed();
  }

  /** The format that was copied last and is shown, or null. */
  get shown(): SnippetFormat | null {
    return this._shown;
  }

  /** Show the text of a format. */
  show(format: SnippetFormat): void {
    this._shown = format;
    this.changed();
  }

  /** Fill in the form; another step brings its own route, image and SDK version. */
  change(changes: Partial<IPreviewRequest>): void {
    const before = this._form;
    this._form = { ...before, ...changes };
    if (this._form.step !== before.step) {
      Object.assign(this._form, this.value?.defaults[this._form.step]);
    } else if (this._form.route !== before.route) {
      this._form.sdk_version = this.sdkVersionFor(this._form.route);
    }
    this.changed();
    if (this.value) {
      clearTimeout(this._timer);
      this._timer = setTimeout(() => void this.ponder(), this.patience);
    }
  }

  /** Show the form for a step. */
  choose(step: Step): void {
    if (step !== this._form.step) {
      this.change({ step });
    }
  }

  protected override ask(): Promise<IChoices> {
    return this.server.choices();
  }

  protected override accept(choices: IChoices): void {
    const first = this.value === null;
    super.accept(choices);
    if (first) {
      this._form = { ...this._form, ...choices.defaults[this._form.step] };
    }
    void this.ponder();
  }

  /** Ask what the step's environment will be; the answer for an older form is dropped. */
  private async ponder(): Promise<void> {
    const form = this._form;
    this._previewing = true;
    this.changed();
    let preview: IPreview | null = null;
    let trouble: Trouble | null = null;
    try {
      preview = await this.server.preview(body(form));
    } catch (error) {
      trouble = troubleOf(error);
    }
    if (form === this._form) {
      this._preview = preview;
      this._previewTrouble = trouble;
      this._previewing = false;
      this.changed();
    }
  }

  /** The version that belongs to a route's SDK; empty is the newest that the server knows. */
  private sdkVersionFor(id: string): string {
    const sdk = this.value?.routes.find(route => route.id === id)?.sdk ?? '';
    const known = this.value?.defaults[this._form.step].sdk_version ?? '';
    return [known, this._form.sdk_version].find(version => version.split('.')[0] === sdk) ?? '';
  }

  private _form: IPreviewRequest = EMPTY;
  private _preview: IPreview | null = null;
  private _previewTrouble: Trouble | null = null;
  private _previewing = false;
  private _detailed = false;
  private _shown: SnippetFormat | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}

function body(form: IPreviewRequest): IPreviewRequest {
  return {
    ...form,
    ca_repository_arn: form.ca_repository_arn?.trim() || null,
    role_arn: form.role_arn?.trim() || null,
    requirements: form.requirements || null
  };
}
