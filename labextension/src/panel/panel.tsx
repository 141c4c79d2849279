/** The sidebar: the state at a glance, sections that fold away, and the way to the pages of the main area. */

import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, SidePanel } from '@jupyterlab/ui-components';
import { type Message, MessageLoop } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import { AccordionPanel, type PanelLayout, Widget } from '@lumino/widgets';
import React from 'react';

import { packageIcon } from '../icons';
import { type PanelModel, type SectionName, SECTIONS } from '../models/panel';
import { PANEL_ID } from '../names';
import { Packages, packagesTitle } from '../packages/section';
import { AttentionSection, itemsOf } from './attention';
import { Glance, GLANCE_ID } from './glance';
import { Links } from './links';
import { RecentInstalls } from './recentInstalls';
import { nameSection, putInReadingOrder, sectionLayout } from './sectionTitles';
import { TitleBar } from './titleBar';
import { VersionNotice } from './versionNotice';

/** Pixels: as high as Lab's own titles with their padding. */
const TITLE = 29;

/** Shows a `PanelModel`, which it does not own. */
export class SecurePyPIPanel extends SidePanel {
  /**
   * @param model is shown.
   * @param trans translates the words.
   * @param openMenu opens the menu with everything else below a node.
   * @param translator is Lab's.
   */
  constructor(
    private readonly model: PanelModel,
    private readonly trans: TranslationBundle,
    openMenu: (anchor: HTMLElement) => void,
    translator?: ITranslator
  ) {
    const accordion = new AccordionPanel({
      layout: sectionLayout(TITLE)
    });
    super({ translator, content: accordion });
    this.accordion = accordion;
    this.id = PANEL_ID;
    this.addClass('jp-SecurePyPI-panel');
    this.title.icon = packageIcon;
    this.title.caption = trans.__('Secure PyPI');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Secure PyPI'));
    // The sections are regions of their own.
    this.content.node.removeAttribute('role');
    this.content.node.removeAttribute('aria-label');
    this.header.addWidget(
      ReactWidget.create(
        <>
          <TitleBar panel={model} trans={trans} openMenu={openMenu} />
          <VersionNotice panel={model} trans={trans} />
          <Glance panel={model} trans={trans} />
        </>
      )
    );
    this.attention = ReactWidget.create(<AttentionSection panel={model} trans={trans} />);
    this.packages = ReactWidget.create(<Packages panel={model} trans={trans} />);
    this.onPackages();
    this.setSection(
      'installs',
      ReactWidget.create(<RecentInstalls panel={model} trans={trans} />),
      trans.__('Recent installs')
    );
    (this.layout as PanelLayout).addWidget(
      ReactWidget.create(<Links panel={model} trans={trans} />)
    );
    for (const part of [model.kernels, model.clients, model.doctor]) {
      part.changed.connect(this.onAttention, this);
    }
    model.packages.changed.connect(this.onPackages, this);
    model.token.changed.connect(this.onToken, this);
    model.changed.connect(this.onFolded, this);
    model.sought.connect(this.onSought, this);
    this.accordion.expansionToggled.connect(this.onToggled, this);
    // Keys on a title become clicks, too. In the capturing phase: Lumino stops the event.
    this.accordion.node.addEventListener('click', this.onClick, true);
  }

  /** Emits when the panel comes into view. */
  readonly shown = new Signal<this, void>(this);

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    for (const part of [this.model.kernels, this.model.clients, this.model.doctor]) {
      part.changed.disconnect(this.onAttention, this);
    }
    this.model.packages.changed.disconnect(this.onPackages, this);
    this.model.token.changed.disconnect(this.onToken, this);
    this.model.changed.disconnect(this.onFolded, this);
    this.model.sought.disconnect(this.onSought, this);
    this.attention.dispose();
    Signal.clearData(this);
    super.dispose();
  }

  /**
   * Show a section in its place, give it another label, or take it away.
   * @param widget has the content, and becomes a region with the label; null takes the section away.
   */
  setSection(name: SectionName, widget: Widget | null, label = ''): void {
    const before = this.sections.get(name);
    if (before && before !== widget) {
      this.sections.delete(name);
      before.parent = null;
    }
    if (!widget) {
      return;
    }
    widget.title.label = label;
    if (before !== widget) {
      widget.addClass('jp-SecurePyPI-section');
      widget.node.dataset.section = name;
      widget.node.tabIndex = -1;
      this.sections.set(name, widget);
      const order = SECTIONS.filter(section => this.sections.has(section));
      this.accordion.insertWidget(order.indexOf(name), widget);
      putInReadingOrder(this.accordion, widget);
      this.fold(name);
    }
    nameSection(this.accordion, widget);
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    if (!this.node.contains(document.activeElement)) {
      document.getElementById(GLANCE_ID)?.focus();
    }
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.shown.emit();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.sizes.observe(this.content.node);
    if (this.isVisible) {
      this.shown.emit();
    }
  }

  protected override onBeforeDetach(message: Message): void {
    this.sizes.disconnect();
    super.onBeforeDetach(message);
  }

  /** Without a repository there is nothing but the setup. */
  private onToken(): void {
    this.content.setHidden(this.model.token.facts.condition === 'not_configured');
  }

  /** The section is there only while something needs attention. */
  private onAttention(): void {
    const count = itemsOf(this.model).length;
    this.setSection(
      'attention',
      count > 0 ? this.attention : null,
      this.trans.__('Needs attention (%1)', count)
    );
  }

  /** The title names the kernel. */
  private onPackages(): void {
    const title = packagesTitle(this.model.packages, this.trans);
    if (this.packages.title.label !== title) {
      this.setSection('packages', this.packages, title);
    }
  }

  private onFolded(): void {
    for (const name of this.sections.keys()) {
      this.fold(name);
    }
  }

  private readonly onClick = (): void => {
    this.isClicked = true;
    setTimeout(() => {
      this.isClicked = false;
    });
  };

  /** Only what the user folds is kept: Lab puts back what it had seen when it last saved its layout. */
  private onToggled(_: unknown, index: number): void {
    if (!this.isClicked) {
      this.onFolded();
      return;
    }
    const widget = this.accordion.widgets[index];
    for (const [name, section] of this.sections) {
      if (section === widget) {
        this.model.fold(name, widget.isHidden);
      }
    }
  }

  private onSought(_: unknown, name: SectionName): void {
    this.model.fold(name, false);
    const widget = this.sections.get(name);
    if (widget) {
      this.accordion.titles[this.accordion.widgets.indexOf(widget)].focus();
    }
  }

  /** Fold a section as the model has it. */
  private fold(name: SectionName): void {
    const widget = this.sections.get(name);
    if (widget) {
      const index = this.accordion.widgets.indexOf(widget);
      if (this.model.isFolded(name)) {
        this.accordion.collapse(index);
      } else {
        this.accordion.expand(index);
      }
    }
  }

  /** What is above the sections grows and shrinks by itself, of which Lumino learns nothing. */
  private readonly sizes = new ResizeObserver(() => {
    MessageLoop.postMessage(this.content, Widget.ResizeMessage.UnknownSize);
  });
  private isClicked = false;
  private readonly accordion: AccordionPanel;
  private readonly attention: ReactWidget;
  private readonly packages: ReactWidget;
  private readonly sections = new Map<SectionName, Widget>();
}
