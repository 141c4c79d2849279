/** The install history: every install with the origin of each file, to be filtered and saved. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import React from 'react';

import type { ExportFormat, Install } from '../api';
import { installTitle, installVerdict, packageChange } from '../installWords';
import { MOST } from '../models/history';
import { allSecure, requestedFirst } from '../models/installs';
import { Text } from '../panel/fields';
import { ProblemText, TroubleText } from '../panel/problem';
import { Prose } from '../panel/prose';
import { type ISectionProps, Spinner, ToneIcon, Waiting } from '../panel/section';
import { useModels } from '../panel/useModels';
import { WhyButton } from '../panel/whyButton';
import { clock, exactMoment } from '../time';
import { unmet } from '../whyWords';

/** Names of formats are the same in every language. */
const FORMATS: readonly [ExportFormat, string][] = [
  ['csv', 'CSV'],
  ['json', 'JSON'],
  ['cyclonedx', 'CycloneDX']
];

/** The page: filter and exports, then an install a row. */
export function HistoryPage({ panel, trans }: ISectionProps): React.ReactElement {
  const { history } = panel;
  useModels(history, panel.token);
  const { value, trouble } = history;
  return (
    <>
      <div className="jp-SecurePyPI-tools" role="search">
        <Text
          label={trans.__('Filter')}
          placeholder={trans.__('package, version, origin, environment …')}
          value={history.matching}
          write={text => {
            history.matching = text;
          }}
        />
        <Exports panel={panel} trans={trans} />
      </div>
      {trouble && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
      {!value && !trouble && <Waiting>{trans.__('Reading the history…')}</Waiting>}
      {value?.length === 0 && (
        <p className="jp-SecurePyPI-note">
          {history.matching === ''
            ? trans.__('Nothing has been installed yet.')
            : trans.__('No install matches.')}
        </p>
      )}
      {value && value.length > 0 && (
        <table className="jp-SecurePyPI-table">
          <caption className="jp-SecurePyPI-unseen">{trans.__('Installs, newest first')}</caption>
          <thead>
            <tr>
              <th scope="col">{trans.__('When')}</th>
              <th scope="col">{trans.__('What')}</th>
              <th scope="col">{trans.__('Origin')}</th>
              <th scope="col">{trans.__('Environment')}</th>
            </tr>
          </thead>
          {value.map(install => (
            <Entry key={install.time} install={install} panel={panel} trans={trans} />
          ))}
        </table>
      )}
      {value?.length === MOST && (
        <p className="jp-SecurePyPI-note">
          {trans.__('The newest %1 are shown; a file has all of them.', MOST)}
        </p>
      )}
    </>
  );
}

function Exports({ panel, trans }: ISectionProps): React.ReactElement {
  const { exports } = panel.history;
  const troubles = FORMATS.map(([format]) => exports.outcome(format)?.trouble ?? null);
  const trouble = troubles.find(Boolean);
  return (
    <div role="group" aria-label={trans.__('Export')}>
      <div className="jp-SecurePyPI-buttons">
        <span aria-hidden="true">{trans.__('Export as')}</span>
        {FORMATS.map(([format, name]) => (
          <button
            key={format}
            type="button"
            className="jp-SecurePyPI-button"
            aria-disabled={exports.isUnderWay(format)}
            aria-label={trans.__('Export as %1', name)}
            onClick={() => {
              exports.clear();
              void panel.history.exportAs(format).then(() => {
                const saved = exports.outcome(format)?.result;
                if (saved) {
                  panel.announced.emit(trans.__('Saved as %1.', saved));
                }
              });
            }}
          >
            {exports.isUnderWay(format) && <Spinner />}
            {name}
          </button>
        ))}
      </div>
      {trouble && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
    </div>
  );
}

function Entry(props: ISectionProps & { install: Install }): React.ReactElement {
  const { install, panel, trans } = props;
  const { history, token } = panel;
  const open = history.isOpen(install);
  const moment = install.time * 1000;
  const good = install.ok && allSecure(install);
  const requirement = unmet(install);
  const Caret = open ? caretDownIcon.react : caretRightIcon.react;
  const detailsId = `jp-SecurePyPI-install-${install.time}`;
  return (
    <tbody data-ok={install.ok}>
      <tr>
        <td>
          <time dateTime={new Date(moment).toISOString()} title={exactMoment(moment)}>
            {clock(moment)}
          </time>
        </td>
        <th scope="row">
          <button
            type="button"
            className="jp-SecurePyPI-row"
            aria-expanded={open}
            aria-controls={detailsId}
            onClick={() => {
              history.toggle(install);
            }}
          >
            <Caret tag="span" aria-hidden="true" />
            {installTitle(install, trans)}
          </button>
        </th>
        <td>
          <div className="jp-SecurePyPI-state">
            <ToneIcon shield={good ? 'closed' : 'alert'} tone={good ? 'calm' : 'attention'} />
            <span>
              <Prose text={installVerdict(install, token.facts.repository, trans)} />
            </span>
          </div>
          {requirement !== null && token.facts.repository && (
            <WhyButton panel={panel} trans={trans} requirement={requirement} />
          )}
        </td>
        <td>{install.prefix}</td>
      </tr>
      <tr id={detailsId} hidden={!open}>
        {open && (
          <td colSpan={4}>
            <Files install={install} trans={trans} />
          </td>
        )}
      </tr>
    </tbody>
  );
}

/** What was installed, and the origin of each file; of a failure, its reason. */
function Files(props: { install: Install; trans: TranslationBundle }): React.ReactElement {
  const { install, trans } = props;
  return (
    <>
      {install.error && <ProblemText problem={install.error} trans={trans} />}
      <ul className="jp-SecurePyPI-files" aria-label={trans.__('Packages')}>
        {requestedFirst(install).map(found => (
          <li key={found.name}>
            <strong>{packageChange(found, trans)}</strong>
            {found.url && <code>{found.url}</code>}
            {found.sha256 && <code>{`sha256 ${found.sha256}`}</code>}
          </li>
        ))}
      </ul>
    </>
  );
}
