/** The form that describes a step; what the step cannot have is not offered. */

import React from 'react';

import type { PreviewRequest, StepKind } from '../api';
import type { FileField } from '../models/preview';
import { Check, Choice, Text } from '../panel/fields';
import type { ISectionProps } from '../panel/section';
import type { PickFile } from '../pickFile';
import {
  ROLE_EXAMPLE,
  servesSteps,
  stepRepositoryLabel,
  stepRoleLabel
} from '../repositoryAddress';

/** Shows the model's form; every change goes to the model at once. */
export function StepForm(props: ISectionProps & { pick: PickFile | null }): React.ReactElement {
  const { panel, trans, pick } = props;
  const model = panel.preview;
  const { form, value: choices } = model;
  const configured = panel.token.value?.repository?.id;
  const change = (changes: Partial<PreviewRequest>): void => {
    model.fill(changes);
  };
  return (
    <form
      className="jp-SecurePyPI-form"
      aria-label={trans.__('Step')}
      onSubmit={event => {
        event.preventDefault();
      }}
    >
      <fieldset>
        <legend>{trans.__('Kind of step')}</legend>
        <StepChoice step="training" label={trans.__('Training')} form={form} change={change} />
        <StepChoice step="processing" label={trans.__('Processing')} form={form} change={change} />
      </fieldset>
      {model.routes.length > 0 && (
        <Choice
          label={trans.__('Started with')}
          options={model.routes}
          value={form.route}
          choose={route => {
            change({ route });
          }}
        />
      )}
      {choices && choices.images.length > 0 && (
        <Choice
          label={trans.__('Image')}
          options={choices.images}
          value={form.image}
          choose={image => {
            change({ image });
          }}
        />
      )}
      {model.usesSdk && (
        <Text
          label={trans.__('Version of the SDK (empty: the newest)')}
          value={form.sdk_version}
          write={sdk_version => {
            change({ sdk_version });
          }}
        />
      )}
      <FileChoice
        panel={panel}
        trans={trans}
        pick={pick}
        field="script"
        label={trans.__('Script')}
        ending=".py"
      />
      <FileChoice
        panel={panel}
        trans={trans}
        pick={pick}
        field="requirements"
        label={trans.__('Requirements')}
        ending=".txt"
      />
      <Check
        label={trans.__('Install from the secure index')}
        checked={form.use_secure_pypi}
        set={use_secure_pypi => {
          change({ use_secure_pypi });
        }}
      />
      <Check
        label={trans.__('Network isolation')}
        checked={form.network_isolation}
        set={network_isolation => {
          change({ network_isolation });
        }}
      />
      {form.use_secure_pypi && form.step === 'training' && (
        <Text
          label={stepRepositoryLabel(trans)}
          placeholder={configured && servesSteps(configured) ? configured : undefined}
          value={form.repository ?? ''}
          write={repository => {
            change({ repository });
          }}
        />
      )}
      {form.use_secure_pypi && (
        <Text
          label={stepRoleLabel(trans)}
          placeholder={ROLE_EXAMPLE}
          value={form.role ?? ''}
          write={role => {
            change({ role });
          }}
        />
      )}
    </form>
  );
}

/** A file, picked in Lab's dialog; where there is none, its content is pasted. */
function FileChoice(
  props: ISectionProps & {
    pick: PickFile | null;
    field: FileField;
    label: string;
    ending: string;
  }
): React.ReactElement {
  const { panel, trans, pick, field, label, ending } = props;
  const model = panel.preview;
  if (!pick) {
    return (
      <label>
        <span>{trans.__('%1 (its content)', label)}</span>
        <textarea
          rows={3}
          spellCheck={false}
          value={model.form[field] ?? ''}
          onChange={event => {
            model.fill({ [field]: event.target.value });
          }}
        />
      </label>
    );
  }
  const path = model.pathOf(field);
  const unread = model.unread(field);
  return (
    <div className="jp-SecurePyPI-file" role="group" aria-label={label}>
      <span aria-hidden="true">{label}</span>
      <div className="jp-SecurePyPI-file-row">
        <code>{path || trans.__('none')}</code>
        <button
          type="button"
          className="jp-SecurePyPI-button"
          aria-label={trans.__('Choose: %1', label)}
          onClick={() => {
            void model.pick(field, () => pick(trans.__('Choose: %1', label), ending));
          }}
        >
          {trans.__('Choose…')}
        </button>
        {path && (
          <button
            type="button"
            className="jp-SecurePyPI-button"
            aria-label={trans.__('Clear: %1', label)}
            onClick={() => {
              model.clear(field);
            }}
          >
            {trans.__('Clear')}
          </button>
        )}
      </div>
      {unread && <p className="jp-SecurePyPI-problem">{unread}</p>}
    </div>
  );
}

function StepChoice(props: {
  step: StepKind;
  label: string;
  form: Readonly<PreviewRequest>;
  change: (changes: Partial<PreviewRequest>) => void;
}): React.ReactElement {
  const { step, label, form, change } = props;
  return (
    <label>
      <input
        type="radio"
        name="jp-SecurePyPI-step"
        value={step}
        checked={form.step === step}
        onChange={() => {
          change({ step });
        }}
      />
      <span>{label}</span>
    </label>
  );
}
