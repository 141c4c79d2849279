/** The button that asks why a package cannot be had. */

import React from 'react';

import type { ISectionProps } from './section';

/** Asks about `requirement`, and leads to the answer. */
export function WhyButton(props: ISectionProps & { requirement: string }): React.ReactElement {
  const { panel, trans, requirement } = props;
  return (
    <button
      type="button"
      className="jp-SecurePyPI-button"
      aria-label={trans.__('Why? Ask about %1', requirement)}
      onClick={() => {
        void panel.why.askAbout(requirement);
        panel.open('why');
      }}
    >
      {trans.__('Why?')}
    </button>
  );
}
