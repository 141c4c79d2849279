/** Texts with a button that copies them. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { checkIcon, copyIcon } from '@jupyterlab/ui-components';
import React from 'react';

import type { PanelModel } from '../models/panel';
import { useModels } from './useModels';

/** Copies `text`; says so on itself and to screen readers. */
export function CopyButton(props: {
  panel: PanelModel;
  /** Tells this button apart. */
  id: string;
  text: string;
  /** What it does, in full. */
  label: string;
  /** Is read out afterwards. */
  done: string;
}): React.ReactElement {
  const { panel, id, text, label, done } = props;
  useModels(panel);
  const Icon = (panel.copied === id ? checkIcon : copyIcon).react;
  return (
    <button
      type="button"
      className="jp-SecurePyPI-icon-button"
      title={panel.copied === id ? done : label}
      aria-label={label}
      onClick={() => {
        panel.copy(id, text, done);
      }}
    >
      <Icon tag="span" aria-hidden="true" />
    </button>
  );
}

/** A line to run or to write into a file, with a button that copies it. */
export function CommandLine(props: {
  panel: PanelModel;
  trans: TranslationBundle;
  text: string;
}): React.ReactElement {
  const { panel, trans, text } = props;
  return (
    <div className="jp-SecurePyPI-command">
      {/* A line breaks between words, not at the hyphens of an option. */}
      <code>
        {text.split(' ').map((word, n) => (
          <React.Fragment key={n}>
            {n > 0 && ' '}
            <span>{word}</span>
          </React.Fragment>
        ))}
      </code>
      <CopyButton
        panel={panel}
        id={text}
        text={text}
        label={trans.__('Copy this line')}
        done={trans.__('The line is copied.')}
      />
    </div>
  );
}
