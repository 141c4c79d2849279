/** A page of the main area. */

import { MainAreaWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import React from 'react';

import { packageIcon } from '../icons';
import type { PageName, PanelModel } from '../models/panel';
import { pageTitle } from '../pageTitles';
import type { PickFile } from '../pickFile';
import { CheckPage } from './check';
import { HistoryPage } from './history';
import { StepPage } from './step';
import { WhyPage } from './why';

/** Shows a page of a `PanelModel`, which it does not own. */
export class DeskPage extends MainAreaWidget<ReactWidget> {
  /** @param pick lets the user pick a file; null where there is no file dialog. */
  constructor(
    readonly page: PageName,
    private readonly model: PanelModel,
    trans: TranslationBundle,
    pick: PickFile | null
  ) {
    const label = pageTitle(page, trans);
    const content = ReactWidget.create(
      <div className="jp-SecurePyPI-page" role="region" aria-label={label} data-page={page}>
        {page === 'step' && <StepPage panel={model} trans={trans} pick={pick} />}
        {page === 'check' && <CheckPage panel={model} trans={trans} />}
        {page === 'history' && <HistoryPage panel={model} trans={trans} />}
        {page === 'why' && <WhyPage panel={model} trans={trans} />}
      </div>
    );
    super({ content });
    this.id = `jp-SecurePyPI-page-${page}`;
    this.addClass('jp-SecurePyPI-desk');
    this.title.label = label;
    this.title.caption = trans.__('Secure PyPI: %1', label);
    this.title.icon = packageIcon;
    this.title.closable = true;
    // No tools: an empty toolbar would be a landmark without a content.
    this.toolbar.hide();
    content.node.tabIndex = -1;
  }

  /** Emits when the page comes into view. */
  readonly shown = new Signal<this, void>(this);

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.notePage(this.page, false);
      Signal.clearData(this);
      super.dispose();
    }
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.tell();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (this.isVisible) {
      this.tell();
    }
  }

  protected override onCloseRequest(message: Message): void {
    super.onCloseRequest(message);
    this.dispose();
  }

  private tell(): void {
    this.model.notePage(this.page, true);
    this.shown.emit();
  }
}
