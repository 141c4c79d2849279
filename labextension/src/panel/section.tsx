/** What every section and page gets, and the sign that tells how something stands. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { Shield, Tone } from '../conditions';
import { shieldIcons } from '../icons';
import type { PanelModel } from '../models/panel';

/** What every section and every page gets. */
export interface ISectionProps {
  panel: PanelModel;
  trans: TranslationBundle;
}

/** A sign with a tone; the words beside it say the same. */
export function ToneIcon({ shield, tone }: { shield: Shield; tone: Tone }): React.ReactElement {
  const Icon = shieldIcons[shield].react;
  // A span of our own: Lab's icon drops every attribute that it does not know.
  return (
    <span className="jp-SecurePyPI-tone" data-tone={tone} aria-hidden="true">
      <Icon tag="span" />
    </span>
  );
}

/** Something runs; the words beside it say what. */
export function Spinner(): React.ReactElement {
  return <span className="jp-SecurePyPI-spinner" aria-hidden="true" />;
}

/** A note that something is being waited for. */
export function Waiting({ children }: { children: React.ReactNode }): React.ReactElement {
  return (
    <p className="jp-SecurePyPI-note jp-SecurePyPI-waiting">
      <Spinner />
      <span>{children}</span>
    </p>
  );
}
