/** A sign that something is under way; the words beside it say what. */

import React from 'react';

/** Turns, unless the user wants nothing to move. */
export function Spinner(): React.ReactElement {
  return <span className="jp-SecurePyPI-spinner" aria-hidden="true" />;
}
