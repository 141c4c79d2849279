/** The command that runs, or has run: how far it is, how it ended, and what to do where it failed. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import React, { useEffect, useReducer } from 'react';

import { ProblemText } from '../panel/problem';
import { Prose } from '../panel/prose';
import type { PackagesModel } from './model';
import { isInterrupt } from './output';
import type { Run } from './run';
import { Spinner } from '../panel/section';
import { runFailure, runSentence } from './words';

const SECOND = 1000;

/** Nothing while there is no command. */
export function RunView(props: {
  model: PackagesModel;
  trans: TranslationBundle;
}): React.ReactElement {
  const { model, trans } = props;
  const { run } = model;
  if (!run) {
    return <></>;
  }
  const away = trans.__('Dismiss');
  return (
    <div
      className="jp-SecurePyPI-run"
      role="group"
      aria-label={trans.__('Command: %1', run.code)}
      data-run={run.state}
    >
      <div className="jp-SecurePyPI-run-title">
        {run.isOn && <Spinner />}
        <strong>{run.name}</strong>
        {run.state === 'running' && <Seconds run={run} trans={trans} />}
        {run.isOn ? (
          <button
            type="button"
            className="jp-SecurePyPI-button"
            aria-disabled={!run.canEnd}
            title={
              run.canEnd ? undefined : trans.__('It would interrupt the cell that runs before it.')
            }
            onClick={() => {
              run.end();
            }}
          >
            {trans.__('Cancel')}
          </button>
        ) : (
          <button
            type="button"
            className="jp-SecurePyPI-icon-button"
            title={away}
            aria-label={away}
            onClick={() => {
              model.forget();
            }}
          >
            <closeIcon.react tag="span" aria-hidden="true" />
          </button>
        )}
      </div>
      {run.state === 'running' && <Bar run={run} trans={trans} />}
      <Said run={run} trans={trans} />
    </div>
  );
}

function Said(props: { run: Run; trans: TranslationBundle }): React.ReactElement {
  const { run, trans } = props;
  const failure = runFailure(run, trans);
  if (failure && !isInterrupt(failure)) {
    return <ProblemText problem={failure} trans={trans} />;
  }
  const lines = failure
    ? [failure.message]
    : run.state === 'done' && run.said.lines.length > 0
      ? run.said.lines
      : [runSentence(run, trans)];
  return (
    <>
      {lines.map((line, n) => (
        <p key={n} className="jp-SecurePyPI-note">
          <Prose text={line} />
        </p>
      ))}
    </>
  );
}

function Bar(props: { run: Run; trans: TranslationBundle }): React.ReactElement {
  const { run, trans } = props;
  const done = run.said.part;
  return (
    <div
      className="jp-SecurePyPI-bar"
      role="progressbar"
      aria-label={trans.__('Progress of %1', run.name)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={done === null ? undefined : Math.round(done * 100)}
      data-unknown={done === null}
    >
      <div style={{ width: done === null ? undefined : `${done * 100}%` }} />
    </div>
  );
}

/** How long the kernel has been at it. */
function Seconds(props: { run: Run; trans: TranslationBundle }): React.ReactElement {
  const { run, trans } = props;
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const timer = setInterval(render, SECOND);
    return () => {
      clearInterval(timer);
    };
  }, [run]);
  return (
    <span className="jp-SecurePyPI-seconds">
      {trans.__('%1 s', Math.floor((Date.now() - run.begun) / SECOND))}
    </span>
  );
}
