/** The top of the panel: where everything installs from, what is not so, and how long the token serves. */

import React from 'react';

import { glance, type NextStep } from '../glance';
import type { TokenModel } from '../models/token';
import { ENABLE, PANEL_ID } from '../names';
import { clock } from '../time';
import { looks } from '../conditions';
import { lifetime } from '../words';
import { CommandLine } from './copying';
import { Details } from './details';
import { ProblemText } from './problem';
import { fixKernel } from './kernelFix';
import { type ISectionProps, Spinner, ToneIcon } from './section';
import { Setup } from './setup';
import { useCountdown, useModels } from './useModels';

/** The id of the sentence, which takes the focus when the panel is opened. */
export const GLANCE_ID = `${PANEL_ID}-glance`;

/** One sentence, the token's bar, and details that fold out. */
export function Glance({ panel, trans }: ISectionProps): React.ReactElement {
  const { token, kernels, clients } = panel;
  useModels(token, kernels, clients);
  useCountdown(token);
  const { facts } = token;
  const { condition, problem } = facts;
  const said = glance(
    {
      facts,
      policy: token.value?.policy ?? null,
      kernels: kernels.value,
      clients: clients.value
    },
    trans
  );
  const busy = condition === 'refreshing' || condition === 'loading';
  return (
    <section
      className="jp-SecurePyPI-glance"
      role="region"
      aria-label={trans.__('Status')}
      data-condition={condition}
    >
      <div className="jp-SecurePyPI-sentence">
        <ToneIcon shield={said.shield} tone={said.tone} />
        <div id={GLANCE_ID} tabIndex={-1}>
          <strong>{said.sentence}</strong>
          {said.more && <span>{said.more}</span>}
        </div>
        {busy && <Spinner />}
      </div>
      <Lifetime token={token} trans={trans} />
      {problem && condition !== 'refreshing' && condition !== 'not_configured' && (
        <ProblemText problem={problem} trans={trans} />
      )}
      {condition === 'not_configured' && <Setup panel={panel} trans={trans} />}
      {condition === 'absent' && (
        <>
          <p className="jp-SecurePyPI-note">
            {trans.__('Enable it with this command and restart the server.')}
          </p>
          <CommandLine panel={panel} trans={trans} text={ENABLE} />
        </>
      )}
      {condition === 'offline' && (
        <p className="jp-SecurePyPI-note">
          {trans.__(
            'What you see may be out of date. Once the server is back, this goes away by itself.'
          )}
        </p>
      )}
      {said.next && <Next panel={panel} trans={trans} next={said.next} />}
      <Details panel={panel} trans={trans} />
    </section>
  );
}

/** The bar of the token's life, and what is left of it. */
function Lifetime(props: { token: TokenModel; trans: ISectionProps['trans'] }): React.ReactElement {
  const { token, trans } = props;
  const { facts, shareLeft, deadline } = token;
  const serves = lifetime(facts, trans);
  return (
    <>
      {shareLeft !== null && (
        // The words below say the same: the bar is for the eye.
        <div className="jp-SecurePyPI-bar" data-tone={looks(facts).tone} aria-hidden="true">
          <div style={{ width: `${(shareLeft * 100).toFixed(2)}%` }} />
        </div>
      )}
      {serves && <p className="jp-SecurePyPI-lifetime">{serves}</p>}
      {deadline !== null && facts.secondsLeft === 0 && (
        <p className="jp-SecurePyPI-note">
          {trans.__('It expired at %1. Installs fail until there is a new one.', clock(deadline))}
        </p>
      )}
    </>
  );
}

/** The one button that mends what the sentence says. */
function Next(props: ISectionProps & { next: NextStep }): React.ReactElement {
  const { panel, trans, next } = props;
  const { kernels, token } = panel;
  const busy =
    next.kind === 'refresh'
      ? token.facts.condition === 'refreshing'
      : next.kind === 'fix' && kernels.fixes.isUnderWay(next.kernel.name);
  const act = (): void => {
    switch (next.kind) {
      case 'refresh':
        // Where it fails, the model tells why, and the panel shows it.
        token.refresh().catch(() => undefined);
        break;
      case 'fix':
        void fixKernel(panel, next.kernel, trans);
        break;
      case 'attention':
        panel.goTo('attention');
    }
  };
  return (
    <button
      type="button"
      className="jp-SecurePyPI-button jp-mod-primary"
      aria-disabled={busy}
      onClick={act}
    >
      {busy && <Spinner />}
      {next.label}
    </button>
  );
}
