/** The packages of the current kernel: search, the command that runs, and the list. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { TroubleText } from '../panel/problem';
import type { ISectionProps } from '../panel/section';
import { useModels } from '../panel/useModels';
import { PackageList } from './list';
import type { PackagesModel } from './model';
import { RunView } from './runView';
import { SearchField, SearchNote } from './searchField';

/** The title of the section, which names the kernel. */
export function packagesTitle({ place }: PackagesModel, trans: TranslationBundle): string {
  return place.name === null ? trans.__('Packages') : trans.__('Packages · %1', place.displayName);
}

/** What stands below the title. */
export function Packages({ panel, trans }: ISectionProps): React.ReactElement {
  const { packages, token } = panel;
  useModels(packages, token);
  const { place, environment, trouble, loading } = packages;
  if (place.name === null) {
    return (
      <p className="jp-SecurePyPI-note" data-packages="no-kernel">
        {trans.__('Open a notebook or a console: the packages of its kernel are shown here.')}
      </p>
    );
  }
  const repository = token.facts.repository?.label ?? trans.__('the index');
  return (
    <div className="jp-SecurePyPI-packages" aria-busy={loading}>
      <SearchField model={packages} trans={trans} repository={repository} />
      <RunView model={packages} trans={trans} />
      {trouble && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
      {!environment && !trouble && (
        <p className="jp-SecurePyPI-note">{trans.__('Looking what is installed…')}</p>
      )}
      {environment?.prefix === null && (
        <p className="jp-SecurePyPI-note" data-packages="unseen">
          {trans.__('What is installed cannot be seen from here: %1.', environment.reason)}
        </p>
      )}
      <PackageList
        key={packages.search.wanted ? 'found' : 'installed'}
        model={packages}
        trans={trans}
      />
      <SearchNote panel={panel} trans={trans} repository={repository} />
      {packages.newestTrouble && (
        <div data-packages="no-newest">
          <p className="jp-SecurePyPI-note">{trans.__('Which versions there are is not known.')}</p>
          <TroubleText panel={panel} trans={trans} trouble={packages.newestTrouble} />
        </div>
      )}
    </div>
  );
}
