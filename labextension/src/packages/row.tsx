/** One package: what is installed, what the index has, and the commands that change it. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { addBelowIcon, caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import React from 'react';

import type { EnvironmentPackage, NewestPackage } from '../api';
import { ProblemText } from '../panel/problem';
import { Prose } from '../panel/prose';
import { clock } from '../time';
import { heldBackWords } from '../whyWords';
import { commandFor, type PackagesModel } from './model';
import { isName } from './rows';
import type { Action } from './run';
import { heldWords, originSentence, originWord, stateOf } from './words';

interface IRowProps {
  model: PackagesModel;
  trans: TranslationBundle;
  name: string;
  installed: EnvironmentPackage | null;
  newest: NewestPackage | null;
  isOpen: boolean;
  isFree: boolean;
  knowsPython: boolean;
  canInsert: boolean;
}

/** Is rendered again only when something that it shows has changed: there may be hundreds. */
export const PackageRow = React.memo(function PackageRow(props: IRowProps): React.ReactElement {
  const { model, trans, name, installed, newest, isOpen } = props;
  const state = stateOf(installed, newest);
  const detailsId = `jp-SecurePyPI-package-${name}`;
  const Caret = isOpen ? caretDownIcon.react : caretRightIcon.react;
  const version = installed?.version ?? (state.kind === 'available' ? state.version : '');
  return (
    <li data-name={name} data-state={state.kind} data-origin={installed?.origin}>
      <div className="jp-SecurePyPI-package">
        <button
          type="button"
          className="jp-SecurePyPI-package-name"
          aria-expanded={isOpen}
          aria-controls={detailsId}
          onClick={() => {
            model.toggle(name);
          }}
        >
          <Caret tag="span" aria-hidden="true" />
          {installed && (
            <span
              className="jp-SecurePyPI-origin"
              data-origin={installed.origin}
              role="img"
              aria-label={originWord(installed, trans)}
              title={originWord(installed, trans)}
            />
          )}
          <span>{name}</span>
        </button>
        <span className="jp-SecurePyPI-package-end">
          <code>{version}</code>
          <StateOf {...props} />
        </span>
      </div>
      <div id={detailsId} hidden={!isOpen}>
        {isOpen && <Details {...props} />}
      </div>
    </li>
  );
});

/** The end of the row: the one thing that can be done, or why nothing can. */
function StateOf(props: IRowProps): React.ReactElement {
  const { trans, name, installed, newest } = props;
  const state = stateOf(installed, newest);
  switch (state.kind) {
    case 'upgrade':
      return (
        <Command
          {...props}
          action="upgrade"
          text={trans.__('↑ %1', state.version)}
          label={trans.__('Upgrade %1 to %2', name, state.version)}
        />
      );
    case 'available':
      return (
        <Command
          {...props}
          action="install"
          text={trans.__('Install')}
          label={trans.__('Install %1 %2', name, state.version)}
        />
      );
    case 'held':
      return <span>{heldWords(state, Date.now() / 1000, trans)}</span>;
    case 'absent':
      return (
        <span>
          {installed ? originIfNotSecure(installed, trans) : trans.__('not in the index')}
        </span>
      );
    case 'newest':
      return (
        <span>{(installed && originIfNotSecure(installed, trans)) ?? trans.__('newest')}</span>
      );
    case 'unknown':
      return <span>{installed && originIfNotSecure(installed, trans)}</span>;
  }
}

function originIfNotSecure(installed: EnvironmentPackage, trans: TranslationBundle): string | null {
  return installed.origin === 'elsewhere' ? originWord(installed, trans) : null;
}

function Details(props: IRowProps): React.ReactElement {
  const { trans, name, installed, newest, knowsPython } = props;
  const state = stateOf(installed, newest);
  return (
    <div className="jp-SecurePyPI-why">
      {installed && (
        <p>
          <Prose text={originSentence(installed, trans)} />{' '}
          {installed.time !== null && (
            <time dateTime={new Date(installed.time * 1000).toISOString()}>
              {trans.__('Installed %1.', clock(installed.time * 1000))}
            </time>
          )}
        </p>
      )}
      {newest?.absent && <p>{trans.__('The index does not have it.')}</p>}
      {state.kind === 'newest' && <p>{trans.__('There is no newer version that is allowed.')}</p>}
      {newest?.held_back.map(held => (
        <p key={held.version}>{trans.__('Held back: %1.', heldBackWords(held, trans))}</p>
      ))}
      {newest?.error && <ProblemText problem={newest.error} trans={trans} />}
      {!isName(name) && (
        <p>
          {trans.__('Its metadata gives a name that is none: nothing here installs or removes it.')}
        </p>
      )}
      {!newest && isName(name) && (
        <p>
          {knowsPython
            ? trans.__('Asking which versions there are…')
            : trans.__(
                'Which versions suit this kernel is not known: its Python has not been seen.'
              )}
        </p>
      )}
      <div className="jp-SecurePyPI-buttons">
        {installed && (
          <Command
            {...props}
            action="remove"
            text={trans.__('Remove…')}
            label={trans.__('Remove %1…', name)}
          />
        )}
        {!installed && state.kind === 'unknown' && (newest ?? !knowsPython) && (
          <Command
            {...props}
            action="install"
            text={trans.__('Install')}
            label={trans.__('Install %1', name)}
          />
        )}
      </div>
    </div>
  );
}

/** Runs a command in the kernel; beside it, a button that only writes it into a new cell. */
function Command(
  props: IRowProps & { action: Action; text: string; label: string }
): React.ReactElement {
  const { model, trans, name, isFree, canInsert, action, text, label } = props;
  const code = commandFor(action, name);
  if (code === null) {
    return <></>;
  }
  const insert = trans.__('Insert as a cell: %1', code);
  return (
    <span className="jp-SecurePyPI-command-pair">
      <button
        type="button"
        className="jp-SecurePyPI-button"
        aria-label={label}
        title={label}
        aria-disabled={!isFree}
        onClick={() => {
          void model.start(action, name);
        }}
      >
        {text}
      </button>
      {canInsert && (
        <button
          type="button"
          className="jp-SecurePyPI-icon-button"
          aria-label={insert}
          title={insert}
          onClick={() => {
            model.place.insert?.(code);
          }}
        >
          <addBelowIcon.react tag="span" aria-hidden="true" />
        </button>
      )}
    </span>
  );
}
