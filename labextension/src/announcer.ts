/** What screen readers hear: the token's condition when it changes, and what the user's own clicks did. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';

import type { Condition } from './conditions';
import { examinationSentence } from './examination';
import type { Examined } from './models/doctor';
import type { PanelModel } from './models/panel';
import type { Run } from './packages/run';
import { runSentence } from './packages/words';
import { inWords } from './words';

/** One polite live region for the whole extension, so that nothing is said twice. */
export class Announcer implements IDisposable {
  constructor(
    private readonly model: PanelModel,
    private readonly trans: TranslationBundle
  ) {
    this.node.className = 'jp-SecurePyPI-announcement';
    this.node.setAttribute('aria-live', 'polite');
    this.node.setAttribute('role', 'status');
    document.body.append(this.node);
    model.token.changed.connect(this.onToken, this);
    model.doctor.changed.connect(this.onDoctor, this);
    model.announced.connect(this.onAnnounced, this);
    model.packages.ended.connect(this.onRun, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.model.token.changed.disconnect(this.onToken, this);
    this.model.doctor.changed.disconnect(this.onDoctor, this);
    this.model.announced.disconnect(this.onAnnounced, this);
    this.model.packages.ended.disconnect(this.onRun, this);
    this.node.remove();
  }

  private onToken(): void {
    const { facts } = this.model.token;
    // The first answer is no change, and nobody needs to hear it.
    if (facts.condition !== this.said && this.said !== 'loading') {
      this.node.textContent = inWords(facts, this.trans).sentence;
    }
    this.said = facts.condition;
  }

  /** An examination takes a while: its end is said, whichever window has asked for it. */
  private onDoctor(): void {
    const { doctor } = this.model;
    const ended = this.examined === 'running' && doctor.condition !== 'running';
    this.examined = doctor.condition;
    if (ended) {
      this.node.textContent = examinationSentence(doctor, this.trans);
    }
  }

  /** A command in the kernel takes a while, and its progress is not said. */
  private onRun(_: unknown, run: Run): void {
    this.node.textContent = runSentence(run, this.trans);
  }

  private onAnnounced(_: unknown, sentence: string): void {
    this.node.textContent = sentence;
  }

  private readonly node = document.createElement('div');
  private said: Condition = 'loading';
  private examined: Examined = 'loading';
  private _isDisposed = false;
}
