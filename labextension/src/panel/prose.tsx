/** A text of the server's, its code in code style. */

import React from 'react';

import { pieces } from '../prose';

/** The text with what stands between backquotes as code. */
export function Prose({ text }: { text: string }): React.ReactElement {
  return (
    <>
      {pieces(text).map((piece, n) =>
        piece.isCode ? (
          <code key={n}>{piece.text}</code>
        ) : (
          <React.Fragment key={n}>{piece.text}</React.Fragment>
        )
      )}
    </>
  );
}
