/** The environment of a training or processing step: form, table, copies. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { Preview } from '../api';
import type { SnippetFormat } from '../models/preview';
import { TroubleText } from './problem';
import { type ISectionProps, Section } from './section';
import { StepForm } from './stepForm';
import { StepVariables } from './stepVariables';
import { useModels } from './useModels';

/** The fifth section of the panel. */
export function StepSection({ panel, trans }: ISectionProps): React.ReactElement {
  const { preview: model } = panel;
  const { forecast } = model;
  useModels(model, forecast);
  const trouble = forecast.trouble ?? model.trouble;
  return (
    <Section panel={panel} name="step" label={trans.__('Step environment')}>
      <StepForm panel={panel} trans={trans} />
      {/* A screen reader may want to find the outcome; it is not read out at each keystroke. */}
      <div className="jp-SecurePyPI-outcome" aria-busy={model.isForecasting}>
        {trouble && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
        {!trouble && !forecast.value && (
          <p className="jp-SecurePyPI-note">{trans.__('Working out the environment…')}</p>
        )}
        {!trouble && forecast.value && (
          <Outcome panel={panel} trans={trans} preview={forecast.value} />
        )}
      </div>
    </Section>
  );
}

function Outcome(props: ISectionProps & { preview: Preview }): React.ReactElement {
  const { panel, trans, preview } = props;
  const { detailed } = panel.preview;
  const findings = preview.findings.filter(found => detailed || found.severity !== 'info');
  return (
    <>
      <StepVariables variables={preview.variables} trans={trans} />
      {findings.length > 0 && (
        <ul className="jp-SecurePyPI-findings">
          {findings.map((finding, n) => (
            <li key={n} data-severity={finding.severity}>
              <strong>{severity(finding.severity, trans)}</strong>
              <p>{finding.message}</p>
              {finding.remedy && <p>{finding.remedy}</p>}
            </li>
          ))}
        </ul>
      )}
      {detailed && <Permissions trans={trans} preview={preview} />}
      <Copies panel={panel} trans={trans} preview={preview} />
    </>
  );
}

/** Who the step asks as, and what that principal must be allowed. */
function Permissions(props: { trans: TranslationBundle; preview: Preview }): React.ReactElement {
  const { trans, preview } = props;
  return (
    <dl className="jp-SecurePyPI-facts">
      {preview.identity && (
        <>
          <dt>{trans.__('Who asks')}</dt>
          <dd>{preview.identity}</dd>
        </>
      )}
      {preview.actions.length > 0 && (
        <>
          <dt>{trans.__('Permissions it needs')}</dt>
          {preview.actions.map(action => (
            <dd key={action}>
              <code>{action}</code>
            </dd>
          ))}
        </>
      )}
    </dl>
  );
}

function severity(
  found: Preview['findings'][number]['severity'],
  trans: TranslationBundle
): string {
  switch (found) {
    case 'error':
      return trans.__('Error');
    case 'warning':
      return trans.__('Warning');
    case 'info':
      return trans.__('Note');
  }
}

/** Names of formats and products are the same in every language. */
const FORMATS: readonly [SnippetFormat, string][] = [
  ['python', 'Python'],
  ['sdk_v2', 'SDK v2'],
  ['sdk_v3', 'SDK v3'],
  ['config_yaml', 'config.yaml'],
  ['json', 'JSON']
];

function Copies(props: ISectionProps & { preview: Preview }): React.ReactElement {
  const { panel, trans, preview } = props;
  useModels(panel);
  const model = panel.preview;
  const shown = model.shown && preview.snippets[model.shown];
  return (
    <div role="group" aria-label={trans.__('Copy as')}>
      <div className="jp-SecurePyPI-buttons">
        <span aria-hidden="true">{trans.__('Copy as')}</span>
        {FORMATS.map(([format, name]) => {
          const text = preview.snippets[format];
          return (
            <button
              key={format}
              type="button"
              className="jp-SecurePyPI-button"
              data-format={format}
              onClick={() => {
                model.show(format);
                panel.copy(format, text, trans.__('Copied as %1.', name));
              }}
            >
              {panel.copied === format ? trans.__('Copied') : name}
            </button>
          );
        })}
      </div>
      {shown && (
        <pre
          className="jp-SecurePyPI-snippet"
          tabIndex={0}
          aria-label={trans.__('What was copied')}
        >
          {shown}
        </pre>
      )}
    </div>
  );
}
