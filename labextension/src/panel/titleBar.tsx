/** The title of the panel with its two tools. Lab's own buttons have attributes that their role does not allow. */

import { ellipsesIcon, refreshIcon } from '@jupyterlab/ui-components';
import React from 'react';

import type { ISectionProps } from './section';

/** Check everything again, and a menu with everything else. */
export function TitleBar(
  props: ISectionProps & { openMenu: (anchor: HTMLElement) => void }
): React.ReactElement {
  const { panel, trans, openMenu } = props;
  const again = trans.__('Check everything again');
  const more = trans.__('More');
  return (
    <div className="jp-SecurePyPI-title">
      <h2>{trans.__('Secure PyPI')}</h2>
      <button
        type="button"
        className="jp-SecurePyPI-icon-button"
        title={again}
        aria-label={again}
        onClick={() => {
          void panel.fetchAll();
        }}
      >
        <refreshIcon.react tag="span" aria-hidden="true" />
      </button>
      <button
        type="button"
        className="jp-SecurePyPI-icon-button"
        title={more}
        aria-label={more}
        aria-haspopup="menu"
        onClick={event => {
          openMenu(event.currentTarget);
        }}
      >
        <ellipsesIcon.react tag="span" aria-hidden="true" />
      </button>
    </div>
  );
}
