/** The form that describes a step. */

import React from 'react';

import type { PreviewRequest, StepKind } from '../api';
import {
  ROLE_EXAMPLE,
  servesSteps,
  stepRepositoryLabel,
  stepRoleLabel
} from '../repositoryAddress';
import { Check, Choice, Text } from './fields';
import type { ISectionProps } from './section';

// Names of arguments are the same in every language.
const USE_SECURE_PYPI = 'use_secure_pypi';

/** Shows the model's form; every change goes to the model at once. */
export function StepForm({ panel, trans }: ISectionProps): React.ReactElement {
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
      <Check
        label={USE_SECURE_PYPI}
        checked={form.use_secure_pypi}
        set={use_secure_pypi => {
          change({ use_secure_pypi });
        }}
      />
      <Text
        label={stepRepositoryLabel(trans)}
        placeholder={configured && servesSteps(configured) ? configured : undefined}
        value={form.repository ?? ''}
        write={repository => {
          change({ repository });
        }}
      />
      <button
        type="button"
        className="jp-SecurePyPI-button"
        aria-expanded={model.detailed}
        onClick={() => {
          model.detailed = !model.detailed;
        }}
      >
        {model.detailed ? trans.__('Less about the step') : trans.__('More about the step')}
      </button>
      {model.detailed && <Details form={form} change={change} trans={trans} />}
    </form>
  );
}

function Details(props: {
  form: Readonly<PreviewRequest>;
  change: (changes: Partial<PreviewRequest>) => void;
  trans: ISectionProps['trans'];
}): React.ReactElement {
  const { form, change, trans } = props;
  return (
    <>
      <Text
        label={stepRoleLabel(trans)}
        placeholder={ROLE_EXAMPLE}
        value={form.role ?? ''}
        write={role => {
          change({ role });
        }}
      />
      <Check
        label={trans.__('Network isolation')}
        checked={form.network_isolation}
        set={network_isolation => {
          change({ network_isolation });
        }}
      />
      <label>
        <span>{trans.__('Contents of requirements.txt')}</span>
        <textarea
          rows={2}
          spellCheck={false}
          value={form.requirements ?? ''}
          onChange={event => {
            change({ requirements: event.target.value });
          }}
        />
      </label>
    </>
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
