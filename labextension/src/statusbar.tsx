/** The status-bar item: a shield and the time left; a click opens the panel. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import React from 'react';

import { Countdown } from './countdown';
import { packageIcons } from './icons';
import type { TokenModel } from './models/token';
import { inWords } from './words';

/** Shows the model in the status bar; its timer runs only while the item is attached and the tab is seen. */
export class TokenStatusItem extends ReactWidget {
  /**
   * @param model is shown; the item does not own it.
   * @param trans translates the words.
   * @param onClick runs on a click, Enter or Space.
   */
  constructor(
    private readonly model: TokenModel,
    private readonly trans: TranslationBundle,
    private readonly onClick: () => void
  ) {
    super();
    this.countdown = new Countdown(
      () => this.model.secondsLeft,
      () => {
        this.update();
      }
    );
    this.model.changed.connect(this.onChanged, this);
  }

  override dispose(): void {
    this.countdown.dispose();
    this.model.changed.disconnect(this.onChanged, this);
    super.dispose();
  }

  override render(): React.ReactElement {
    const facts = this.model.facts;
    const words = inWords(facts, this.trans);
    const Icon = packageIcons[words.shield].react;
    return (
      <button
        type="button"
        className="jp-SecurePyPI-status"
        data-condition={facts.condition}
        data-tone={words.tone}
        title={words.details}
        aria-label={words.details}
        onClick={this.onClick}
      >
        <Icon tag="span" aria-hidden="true" />
        <span>{words.label}</span>
      </button>
    );
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.countdown.restart();
  }

  private onChanged(): void {
    this.update();
    this.countdown.restart();
  }

  private readonly countdown: Countdown;
}
