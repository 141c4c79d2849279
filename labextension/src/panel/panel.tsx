/** The sidebar panel: one widget that renders the sections. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, refreshIcon, SidePanel } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import { Panel } from '@lumino/widgets';
import React from 'react';

import { packageIcon } from '../icons';
import type { PanelModel, SectionName } from '../models/panel';
import { PANEL_ID } from '../names';
import { Packages, packagesTitle } from '../packages/section';
import { ClientsSection } from './clients';
import { DoctorSection } from './doctor';
import { InstallsSection } from './installs';
import { KernelsSection } from './kernels';
import { goToSection, headingId, type ISectionProps, Section } from './section';
import { StepSection } from './step';
import { TokenSection } from './token';
import { useModels } from './useModels';
import { VersionNotice } from './versionNotice';
import { WhySection } from './why';

/** Shows a `PanelModel`, which it does not own. */
export class SecurePyPIPanel extends SidePanel {
  constructor(
    private readonly model: PanelModel,
    trans: TranslationBundle
  ) {
    super({ content: new Panel() });
    this.id = PANEL_ID;
    this.addClass('jp-SecurePyPI-panel');
    this.title.icon = packageIcon;
    this.title.caption = trans.__('Secure PyPI');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Secure PyPI'));
    // The sections are regions of their own.
    this.content.node.removeAttribute('role');
    this.content.node.removeAttribute('aria-label');
    this.header.addWidget(ReactWidget.create(<Header panel={model} trans={trans} />));
    this.content.addWidget(
      ReactWidget.create(
        <>
          <VersionNotice panel={model} trans={trans} />
          <TokenSection panel={model} trans={trans} />
          <PackagesSection panel={model} trans={trans} />
          <KernelsSection panel={model} trans={trans} />
          <ClientsSection panel={model} trans={trans} />
          <DoctorSection panel={model} trans={trans} />
          <StepSection panel={model} trans={trans} />
          <WhySection panel={model} trans={trans} />
          <InstallsSection panel={model} trans={trans} />
        </>
      )
    );
  }

  /** Emits when the panel comes into view. */
  readonly shown = new Signal<this, void>(this);

  override dispose(): void {
    Signal.clearData(this);
    super.dispose();
  }

  /** Unfold a section, scroll to it and focus its heading. */
  goTo(section: SectionName): void {
    goToSection(this.model, section);
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    if (!this.node.contains(document.activeElement)) {
      document.getElementById(headingId('token'))?.focus();
    }
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.shown.emit();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (this.isVisible) {
      this.shown.emit();
    }
  }
}

function PackagesSection({ panel, trans }: ISectionProps): React.ReactElement {
  useModels(panel.packages, panel.token);
  if (!panel.token.facts.repository) {
    return <></>;
  }
  return (
    <Section panel={panel} name="packages" label={packagesTitle(panel.packages, trans)}>
      <Packages panel={panel} trans={trans} />
    </Section>
  );
}

function Header({ panel, trans }: ISectionProps): React.ReactElement {
  const label = trans.__('Check everything again');
  return (
    <div className="jp-SecurePyPI-header">
      <h2>{trans.__('Secure PyPI')}</h2>
      <button
        type="button"
        className="jp-SecurePyPI-icon-button"
        title={label}
        aria-label={label}
        onClick={() => {
          void panel.fetchAll();
        }}
      >
        <refreshIcon.react tag="span" aria-hidden="true" />
      </button>
    </div>
  );
}
