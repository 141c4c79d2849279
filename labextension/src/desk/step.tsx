/** The environment of a training or processing step: the form, what the job will see, and code to copy. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { Preview } from '../api';
import { stepVerdict } from '../stepWords';
import { Message } from '../panel/message';
import { TroubleText } from '../panel/problem';
import { type ISectionProps, Spinner, ToneIcon, Waiting } from '../panel/section';
import { useModels } from '../panel/useModels';
import type { PickFile } from '../pickFile';
import { Region } from './region';
import { Snippets } from './snippets';
import { StepForm } from './stepForm';
import { StepVariables } from './stepVariables';

/** The page: the form beside its outcome. */
export function StepPage(props: ISectionProps & { pick: PickFile | null }): React.ReactElement {
  const { panel, trans, pick } = props;
  const { preview: model } = panel;
  const { forecast } = model;
  useModels(model, forecast, panel.token);
  const trouble = forecast.trouble ?? model.trouble;
  return (
    <div className="jp-SecurePyPI-columns">
      <StepForm panel={panel} trans={trans} pick={pick} />
      {/* A screen reader may want to find the outcome; it is not read out at each keystroke. */}
      <div className="jp-SecurePyPI-outcome" aria-busy={model.isForecasting}>
        {trouble && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
        {!trouble && !forecast.value && (
          <Waiting>{trans.__('Working out the environment…')}</Waiting>
        )}
        {!trouble && forecast.value && (
          <Outcome panel={panel} trans={trans} preview={forecast.value} />
        )}
      </div>
    </div>
  );
}

function Outcome(props: ISectionProps & { preview: Preview }): React.ReactElement {
  const { panel, trans, preview } = props;
  const said = stepVerdict(preview, panel.preview.form, trans);
  const grave = preview.findings.filter(found => found.severity !== 'info');
  const notes = preview.findings.filter(found => found.severity === 'info');
  return (
    <>
      <div className="jp-SecurePyPI-banner" data-tone={said.tone}>
        <ToneIcon shield={said.shield} tone={said.tone} />
        <div>
          <strong>{said.sentence}</strong>
          {said.more && <span>{said.more}</span>}
        </div>
        {panel.preview.isForecasting && <Spinner />}
      </div>
      <StepVariables variables={preview.variables} trans={trans} />
      <Findings findings={grave} trans={trans} label={trans.__('Findings')} />
      <Snippets panel={panel} trans={trans} preview={preview} />
      <Region label={trans.__('Permissions and notes')}>
        <Permissions trans={trans} preview={preview} />
        <Findings findings={notes} trans={trans} label={trans.__('Notes')} />
      </Region>
    </>
  );
}

function Findings(props: {
  findings: Preview['findings'];
  label: string;
  trans: TranslationBundle;
}): React.ReactElement {
  const { findings, label, trans } = props;
  if (findings.length === 0) {
    return <></>;
  }
  return (
    <ul className="jp-SecurePyPI-findings" aria-label={label}>
      {findings.map((finding, n) => (
        <li key={n} data-severity={finding.severity}>
          <Message
            trans={trans}
            title={severity(finding.severity, trans)}
            what={finding.message}
            remedy={finding.remedy}
          />
        </li>
      ))}
    </ul>
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
      return '';
  }
}
