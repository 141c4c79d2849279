/** The question before files are changed: what is to be done, and the difference in each file. */

import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { AskConsent, IProposal } from './models/consent';
import { Prose } from './panel/prose';

/** Return what asks the user in a dialog of Lab's. */
export function consentDialog(trans: TranslationBundle): AskConsent {
  return async proposal => {
    const { button } = await showDialog({
      title: trans.__('Change these files?'),
      body: ReactWidget.create(<Body proposal={proposal} trans={trans} />),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Fix') })
      ]
    });
    return button.accept;
  };
}

function Body(props: { proposal: IProposal; trans: TranslationBundle }): React.ReactElement {
  const { proposal, trans } = props;
  return (
    <div className="jp-SecurePyPI-consent">
      <p>
        <Prose text={trans.__('This will %1.', proposal.does)} />
      </p>
      {proposal.notes.map(note => (
        <p key={note}>
          <Prose text={note} />
        </p>
      ))}
      {proposal.changes.map(({ path, diff }) => (
        <figure key={path}>
          <figcaption>
            <code>{path}</code>
          </figcaption>
          <pre tabIndex={0} aria-label={trans.__('Difference in %1', path)}>
            {lines(diff).map((line, n) => (
              <span key={n} data-sign={line.charAt(0)}>{`${line}\n`}</span>
            ))}
          </pre>
        </figure>
      ))}
    </div>
  );
}

/** The lines of a unified difference, without its head. */
function lines(diff: string): string[] {
  return diff.split('\n').filter(line => !/^(---|\+\+\+|@@)/.test(line));
}
