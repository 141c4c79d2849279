/** The question why a package cannot be had, and the server's answer to it. */

import type { Why } from '../api';
import type { IPanelServer } from '../server';
import { LoadedModel } from './loaded';

/** Holds what the user writes, what was asked last, and the answer to that alone. */
export class WhyModel extends LoadedModel<Why> {
  constructor(private readonly server: IPanelServer) {
    super();
  }

  /** What stands in the field. */
  get text(): string {
    return this._text;
  }

  set text(text: string) {
    this._text = text;
    this.notify();
  }

  /** What was asked last; empty before the first question. */
  get question(): string {
    return this._question;
  }

  /** The answer to the last question, or null while there is none. */
  get answer(): Why | null {
    return this.loading || this.trouble ? null : this.value;
  }

  /** Whether what stands in the field is being asked. */
  get isAsking(): boolean {
    return this.loading && this._text.trim() === this._question;
  }

  /** A question that the server has not heard is asked again once it answers; an answer stays. */
  override get stale(): boolean {
    return super.stale && this.trouble !== null && this.trouble.kind !== 'refused';
  }

  /** Ask what stands in the field, or `text` instead of it; nothing where that is empty or being asked. */
  async askAbout(text = this._text): Promise<void> {
    this._text = text;
    const question = text.trim();
    if (question === '' || this.isAsking) {
      return;
    }
    this._question = question;
    this.overtake();
    await super.fetch();
  }

  /** Ask the last question again; nothing before the first. */
  override async fetch(): Promise<void> {
    if (this._question !== '') {
      await super.fetch();
    }
  }

  protected override ask(): Promise<Why> {
    return this.server.why(this._question);
  }

  private _text = '';
  private _question = '';
}
