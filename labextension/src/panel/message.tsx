/** A message in its three parts: what, why, and what to try. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { Prose } from './prose';

/** Shows the parts that are there, the last two with their labels; code in the style of code. */
export function Message(props: {
  trans: TranslationBundle;
  /** In bold; for what the message is about. */
  title?: string;
  what: string;
  why?: string;
  remedy?: string;
}): React.ReactElement {
  const { trans, title, what, why, remedy } = props;
  const parts = [
    { label: trans.__('Why'), text: why },
    { label: trans.__('Try'), text: remedy }
  ].filter(part => part.text);
  return (
    <>
      {title && <strong>{title}</strong>}
      {what && (
        <p>
          <Prose text={what} />
        </p>
      )}
      {parts.length > 0 && (
        <dl className="jp-SecurePyPI-parts">
          {parts.map(({ label, text }) => (
            <React.Fragment key={label}>
              <dt>{label}</dt>
              <dd>
                <Prose text={text ?? ''} />
              </dd>
            </React.Fragment>
          ))}
        </dl>
      )}
    </>
  );
}
