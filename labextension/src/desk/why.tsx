/** Why a package cannot be had: a question, and the server's answer with what can be done. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { Why } from '../api';
import { heldBack } from '../whyWords';
import { Text } from '../panel/fields';
import { TroubleText } from '../panel/problem';
import { Prose } from '../panel/prose';
import { type ISectionProps, ToneIcon, Waiting } from '../panel/section';
import { useModels } from '../panel/useModels';

/** What a question looks like; the same in every language. */
const EXAMPLE = 'pandas==3.0';

/** So many versions are shown; the sentences above them name the rest where they matter. */
const SHOWN = 8;

/** The page: a field for the question, and the answer below it. */
export function WhyPage({ panel, trans }: ISectionProps): React.ReactElement {
  const { token, why } = panel;
  useModels(token, why);
  if (!token.facts.repository) {
    return (
      <p className="jp-SecurePyPI-note">
        {trans.__('There is nothing to ask while no repository is configured.')}
      </p>
    );
  }
  const { answer, trouble, loading } = why;
  return (
    <>
      <form
        className="jp-SecurePyPI-tools"
        onSubmit={event => {
          event.preventDefault();
          void why.askAbout();
        }}
      >
        <Text
          label={trans.__('Package, with versions if you like')}
          placeholder={EXAMPLE}
          value={why.text}
          write={text => {
            why.text = text;
          }}
        />
        <button
          type="submit"
          className="jp-SecurePyPI-button jp-mod-primary"
          aria-disabled={why.isAsking}
        >
          {why.isAsking ? trans.__('Asking…') : trans.__('Ask')}
        </button>
      </form>
      <div className="jp-SecurePyPI-outcome" aria-live="polite" aria-busy={loading}>
        {loading && <Waiting>{trans.__('Asking about %1…', why.question)}</Waiting>}
        {trouble && !loading && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
        {answer && <Answer answer={answer} trans={trans} />}
      </div>
    </>
  );
}

function Answer(props: { answer: Why; trans: TranslationBundle }): React.ReactElement {
  const { answer, trans } = props;
  const [first, ...others] = answer.sentences;
  const available = answer.kind === 'available';
  return (
    <div className="jp-SecurePyPI-answer" data-answer={answer.kind}>
      <div className="jp-SecurePyPI-state">
        <ToneIcon shield={available ? 'closed' : 'alert'} tone={available ? 'calm' : 'attention'} />
        <strong>
          <Prose text={first} />
        </strong>
      </div>
      {others.map((sentence, n) => (
        <p key={n}>
          <Prose text={sentence} />
        </p>
      ))}
      <Lines label={trans.__('Try')} lines={answer.ways_on} />
      <HeldBack answer={answer} trans={trans} />
      <Lines label={trans.__('Not known')} lines={answer.not_known} />
    </div>
  );
}

function HeldBack(props: { answer: Why; trans: TranslationBundle }): React.ReactElement {
  const { answer, trans } = props;
  const held = heldBack(answer, trans);
  const more = held.length - SHOWN;
  const shown = held.slice(0, SHOWN);
  if (more > 0) {
    shown.push(trans._n('and %1 more', 'and %1 more', more));
  }
  return <Lines label={trans.__('Held back')} lines={shown} />;
}

/** A list under its label; nothing where it is empty. */
function Lines({ label, lines }: { label: string; lines: string[] }): React.ReactElement {
  if (lines.length === 0) {
    return <></>;
  }
  return (
    <div>
      <strong aria-hidden="true">{label}</strong>
      <ul aria-label={label}>
        {lines.map((line, n) => (
          <li key={n}>
            <Prose text={line} />
          </li>
        ))}
      </ul>
    </div>
  );
}
