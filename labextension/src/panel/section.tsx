/** The frame of a section: a region with a heading that folds it away. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import React from 'react';

import type { Shield, Tone } from '../conditions';
import { shieldIcons } from '../icons';
import type { PanelModel, SectionName } from '../models/panel';
import { useModels } from './useModels';

/** What every section gets. */
export interface ISectionProps {
  panel: PanelModel;
  trans: TranslationBundle;
}

/** The id of a section's heading, which is its button, too. */
export function headingId(name: SectionName): string {
  return `jp-SecurePyPI-heading-${name}`;
}

/** Unfold a section, scroll to it and focus its heading. */
export function goToSection(panel: PanelModel, name: SectionName): void {
  panel.fold(name, false);
  const heading = document.getElementById(headingId(name));
  heading?.scrollIntoView({ block: 'start' });
  heading?.focus();
}

/** A region with a heading that folds it away. */
export function Section(props: {
  panel: PanelModel;
  name: SectionName;
  label: string;
  children: React.ReactNode;
}): React.ReactElement {
  const { panel, name, label, children } = props;
  useModels(panel);
  const folded = panel.isFolded(name);
  const Caret = folded ? caretRightIcon.react : caretDownIcon.react;
  const bodyId = `jp-SecurePyPI-body-${name}`;
  return (
    <section
      className="jp-SecurePyPI-section"
      data-section={name}
      role="region"
      aria-labelledby={headingId(name)}
    >
      <h3>
        <button
          type="button"
          id={headingId(name)}
          aria-expanded={!folded}
          aria-controls={bodyId}
          onClick={() => {
            panel.fold(name, !folded);
          }}
        >
          <Caret tag="span" aria-hidden="true" />
          {label}
        </button>
      </h3>
      <div id={bodyId} className="jp-SecurePyPI-body" hidden={folded}>
        {!folded && children}
      </div>
    </section>
  );
}

/** A shield with a tone; the words beside it say the same. */
export function ToneIcon({ shield, tone }: { shield: Shield; tone: Tone }): React.ReactElement {
  const Icon = shieldIcons[shield].react;
  // A span of our own: Lab's icon drops every attribute that it does not know.
  return (
    <span className="jp-SecurePyPI-tone" data-tone={tone} aria-hidden="true">
      <Icon tag="span" />
    </span>
  );
}
