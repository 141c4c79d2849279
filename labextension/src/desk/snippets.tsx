/** The environment as code, in tabs, with a button that copies it. */

import React from 'react';

import type { Preview } from '../api';
import type { SnippetFormat } from '../models/preview';
import { type ISectionProps } from '../panel/section';
import { useModels } from '../panel/useModels';

/** Names of formats and products are the same in every language. */
const FORMATS: readonly (readonly [SnippetFormat, string])[] = [
  ['python', 'Python'],
  ['sdk_v2', 'SDK v2'],
  ['sdk_v3', 'SDK v3'],
  ['config_yaml', 'config.yaml'],
  ['json', 'JSON']
];
const ID = 'jp-SecurePyPI-snippet';

/** One tab stop for the tabs; the arrow keys go from one to the next (ARIA Authoring Practices, tabs). */
export function Snippets(props: ISectionProps & { preview: Preview }): React.ReactElement {
  const { panel, trans, preview } = props;
  useModels(panel);
  const { shown } = panel.preview;
  const text = preview.snippets[shown];
  const name = FORMATS.find(([format]) => format === shown)?.[1] ?? '';
  const go = (event: React.KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) {
      return;
    }
    event.preventDefault();
    const at = FORMATS.findIndex(([format]) => format === shown);
    const [next] = FORMATS[(at + step + FORMATS.length) % FORMATS.length];
    panel.preview.show(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-format="${next}"]`)?.focus();
  };
  return (
    <div className="jp-SecurePyPI-code">
      <div className="jp-SecurePyPI-code-bar">
        <div role="tablist" aria-label={trans.__('Code')} onKeyDown={go}>
          {FORMATS.map(([format, label]) => (
            <button
              key={format}
              type="button"
              role="tab"
              id={`${ID}-${format}`}
              aria-selected={format === shown}
              aria-controls={ID}
              tabIndex={format === shown ? 0 : -1}
              data-format={format}
              onClick={() => {
                panel.preview.show(format);
              }}
            >
              {label}
            </button>
          ))}
        </div>
        <button
          type="button"
          className="jp-SecurePyPI-button"
          onClick={() => {
            panel.copy(shown, text, trans.__('Copied as %1.', name));
          }}
        >
          {panel.copied === shown ? trans.__('Copied') : trans.__('Copy')}
        </button>
      </div>
      <pre
        id={ID}
        className="jp-SecurePyPI-snippet"
        role="tabpanel"
        aria-labelledby={`${ID}-${shown}`}
        tabIndex={0}
      >
        {text || trans.__('Not for this step.')}
      </pre>
    </div>
  );
}
