/** The field for the search in the index, and what is to be said about what was found. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { TroubleText } from '../panel/problem';
import { Prose } from '../panel/prose';
import type { ISectionProps } from '../panel/section';
import type { PackagesModel } from './model';
import { Spinner } from '../panel/section';

/** Searches as the user types; Enter looks for exactly the name, Escape empties the field. */
export function SearchField(props: {
  model: PackagesModel;
  trans: TranslationBundle;
  repository: string;
}): React.ReactElement {
  const { model, trans, repository } = props;
  const { search } = model;
  const label = trans.__('Search %1', repository);
  return (
    <form
      className="jp-SecurePyPI-search"
      role="search"
      onSubmit={event => {
        event.preventDefault();
        search.askExactly();
      }}
    >
      <input
        type="text"
        spellCheck={false}
        autoComplete="off"
        aria-label={label}
        placeholder={label}
        value={search.text}
        onChange={event => {
          search.text = event.target.value;
        }}
        onKeyDown={event => {
          if (event.key === 'Escape' && search.text) {
            search.text = '';
            event.stopPropagation();
          }
        }}
      />
      {search.isAsking && <Spinner />}
    </form>
  );
}

/** How much was found, what is missing, and what can be done. */
export function SearchNote(props: ISectionProps & { repository: string }): React.ReactElement {
  const { panel, trans, repository } = props;
  const { search, rows } = panel.packages;
  const { wanted, found, trouble, isAsking } = search;
  return (
    <div className="jp-SecurePyPI-outcome" aria-live="polite">
      {wanted && trouble && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
      {wanted && found && !isAsking && (
        <p className="jp-SecurePyPI-note" data-search={found.near ? 'near' : 'found'}>
          {sentence(rows.length, trans, repository, found)}
        </p>
      )}
      {wanted && found && !isAsking && (!found.listed || found.not_known.length > 0) && (
        <p className="jp-SecurePyPI-note" data-search="incomplete">
          {trans.__('Enter looks for exactly this name.')}{' '}
          {found.not_known.map((line, n) => (
            <React.Fragment key={n}>
              <Prose text={line} />{' '}
            </React.Fragment>
          ))}
        </p>
      )}
    </div>
  );
}

function sentence(
  shown: number,
  trans: TranslationBundle,
  repository: string,
  {
    total,
    names,
    near,
    text,
    listed
  }: { total: number; names: string[]; near: boolean; text: string; listed: boolean }
): string {
  if (!listed) {
    return trans.__('There is no list of the packages in %1 to search.', repository);
  }
  if (near) {
    return names.length > 0
      ? trans.__('No name in %1 has “%2”; these are like it.', repository, text)
      : trans.__('No name in %1 has “%2”, or is like it.', repository, text);
  }
  return total > names.length
    ? trans.__('%1 of %2 found in %3; write more of the name.', shown, total, repository)
    : trans._n('%1 found.', '%1 found.', shown);
}
