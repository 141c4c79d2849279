/** The foot of the panel: the way to the pages of the main area. */

import React from 'react';

import type { PageName } from '../models/panel';
import type { ISectionProps } from './section';

/** A link to each page that people open often; the menu has all of them. */
export function Links({ panel, trans }: ISectionProps): React.ReactElement {
  const links: [PageName, string, string][] = [
    ['step', trans.__('Step environment'), trans.__('Open the environment of a step')],
    ['check', trans.__('Check'), trans.__('Open the environment check')],
    ['history', trans.__('History'), trans.__('Open the install history')]
  ];
  return (
    <nav className="jp-SecurePyPI-links" aria-label={trans.__('Pages of Secure PyPI')}>
      {links.map(([page, label, title]) => (
        <button
          key={page}
          type="button"
          className="jp-SecurePyPI-link"
          title={title}
          onClick={() => {
            panel.open(page);
          }}
        >
          {label}
        </button>
      ))}
    </nav>
  );
}
