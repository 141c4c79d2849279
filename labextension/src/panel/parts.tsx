/** Small pieces that several sections use: a section's frame, buttons that copy, troubles in words. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretRightIcon, checkIcon, copyIcon } from '@jupyterlab/ui-components';
import React from 'react';

import { shieldIcons } from '../icons';
import type { Trouble } from '../models/loaded';
import type { PanelModel, SectionName } from '../models/panel';
import { UPGRADE, type IProblem } from '../tokens';
import type { Shield, Tone } from '../words';
import { useModels } from './useModels';

/** What every section gets. */
export interface ISectionProps {
  panel: PanelModel;
  trans: TranslationBundle;
}

/** The id of a section's heading, which is its button, too. */
export function headingId(name: SectionName): string {
  return `jp-SecurePyPI-heading-${name}`;
}

/** A region with a heading that folds it away. */
export function Section(props: {
  panel: PanelModel;
  name: SectionName;
  label: string;
  children: React.ReactNode;
}): React.ReactElement {
  const { panel, name, label, children } = props;
  useModels(panel);
  const folded = panel.isFolded(name);
  const Caret = folded ? caretRightIcon.react : caretDownIcon.react;
  const bodyId = `jp-SecurePyPI-body-${name}`;
  return (
    <section
      className="jp-SecurePyPI-section"
      data-section={name}
      role="region"
      aria-labelledby={headingId(name)}
    >
      <h3>
        <button
          type="button"
          id={headingId(name)}
          aria-expanded={!folded}
          aria-controls={bodyId}
          onClick={() => {
            panel.fold(name, !folded);
          }}
        >
          <Caret tag="span" aria-hidden="true" />
          {label}
        </button>
      </h3>
      <div id={bodyId} className="jp-SecurePyPI-body" hidden={folded}>
        {!folded && children}
      </div>
    </section>
  );
}

/** A shield with a tone; the words beside it say the same. */
export function ToneIcon({ shield, tone }: { shield: Shield; tone: Tone }): React.ReactElement {
  const Icon = shieldIcons[shield].react;
  // A span of our own: Lab's icon drops every attribute that it does not know.
  return (
    <span className="jp-SecurePyPI-tone" data-tone={tone} aria-hidden="true">
      <Icon tag="span" />
    </span>
  );
}

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

/** A failure in three lines: what, why, what to do. */
export function ProblemText({ problem }: { problem: IProblem }): React.ReactElement {
  return (
    <div className="jp-SecurePyPI-problem">
      {[problem.message, problem.why, problem.remedy].map(
        (line, n) => line && <p key={n}>{line}</p>
      )}
    </div>
  );
}

/** Why a section has nothing newer to show, and what to do. */
export function TroubleText(props: ISectionProps & { trouble: Trouble }): React.ReactElement {
  const { panel, trans, trouble } = props;
  switch (trouble.kind) {
    case 'offline':
      return (
        <p className="jp-SecurePyPI-note" data-trouble="offline">
          {trans.__('The server does not answer. Once it is back, this fills in by itself.')}
        </p>
      );
    case 'unsupported':
      if (panel.token.facts.condition === 'absent') {
        return (
          <p className="jp-SecurePyPI-note" data-trouble="absent">
            {trans.__('This needs the server extension.')}
          </p>
        );
      }
      return (
        <div data-trouble="unsupported">
          <p className="jp-SecurePyPI-note">
            {trans.__(
              'The server extension is too old for this. Upgrade it with the command below and restart the server.'
            )}
          </p>
          <CommandLine panel={panel} trans={trans} text={UPGRADE} />
        </div>
      );
    case 'refused':
      return (
        <div data-trouble="refused">
          <ProblemText problem={trouble.problem} />
        </div>
      );
  }
}
