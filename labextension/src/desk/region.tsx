/** A titled part of a page, and parts that fold out. */

import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import React, { useId, useState } from 'react';

/** A region with a heading. */
export function Region(props: { label: string; children: React.ReactNode }): React.ReactElement {
  const id = useId();
  return (
    <section className="jp-SecurePyPI-region" role="region" aria-labelledby={id} tabIndex={-1}>
      <h2 id={id}>{props.label}</h2>
      {props.children}
    </section>
  );
}

/** A line that folds out what stands behind it. */
export function Fold(props: {
  /** For tests and styles. */
  name: string;
  line: React.ReactNode;
  children: React.ReactNode;
}): React.ReactElement {
  const { name, line, children } = props;
  const [open, setOpen] = useState(false);
  const id = useId();
  const Caret = open ? caretDownIcon.react : caretRightIcon.react;
  return (
    <div className="jp-SecurePyPI-fold" data-fold={name}>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => {
          setOpen(!open);
        }}
      >
        <Caret tag="span" aria-hidden="true" />
        {line}
      </button>
      <div id={id} hidden={!open}>
        {open && children}
      </div>
    </div>
  );
}
