/** The recent installs: when, what, and whether all of it came from the secure index. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { Install, Package, Repository } from '../api';
import { allSecure, requestedFirst } from '../models/installs';
import { clock } from '../time';
import { unmet } from '../whyWords';
import { ProblemText, TroubleText } from './problem';
import { Prose } from './prose';
import { type ISectionProps, Section, ToneIcon } from './section';
import { useModels } from './useModels';
import { WhyButton } from './why';

/** The last section of the panel. */
export function InstallsSection({ panel, trans }: ISectionProps): React.ReactElement {
  const { installs } = panel;
  useModels(installs, panel.token);
  const { value, trouble } = installs;
  return (
    <Section panel={panel} name="installs" label={trans.__('Recent installs')}>
      {trouble && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
      {!value && !trouble && (
        <p className="jp-SecurePyPI-note">{trans.__('Reading the history…')}</p>
      )}
      {value?.length === 0 && (
        <p className="jp-SecurePyPI-note">
          {trans.__('Nothing yet. Install in a notebook with: %1', '%secure_pip install …')}
        </p>
      )}
      {value && value.length > 0 && (
        <ul className="jp-SecurePyPI-list">
          {value.map(install => (
            <InstallRow key={install.time} install={install} panel={panel} trans={trans} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function InstallRow(props: ISectionProps & { install: Install }): React.ReactElement {
  const { install, panel, trans } = props;
  const open = panel.installs.isOpen(install);
  const moment = new Date(install.time * 1000);
  const detailsId = `jp-SecurePyPI-install-${install.time}`;
  const secure = allSecure(install);
  const requirement = unmet(install);
  return (
    <li data-ok={install.ok}>
      <button
        type="button"
        className="jp-SecurePyPI-install"
        aria-expanded={open}
        aria-controls={detailsId}
        onClick={() => {
          panel.installs.toggle(install);
        }}
      >
        <time dateTime={moment.toISOString()} title={moment.toLocaleString()}>
          {clock(moment.getTime())}
        </time>
        <span>{title(install, trans)}</span>
      </button>
      <div className="jp-SecurePyPI-detail jp-SecurePyPI-state">
        <ToneIcon
          shield={install.ok && secure ? 'closed' : 'alert'}
          tone={install.ok && secure ? 'calm' : 'attention'}
        />
        <span>
          <Prose text={verdict(install, panel.token.facts.repository, trans)} />
        </span>
      </div>
      {requirement !== null && panel.token.facts.repository && (
        <WhyButton panel={panel} trans={trans} requirement={requirement} />
      )}
      <div id={detailsId} hidden={!open}>
        {open && <Details install={install} trans={trans} />}
      </div>
    </li>
  );
}

function Details(props: { install: Install; trans: TranslationBundle }): React.ReactElement {
  const { install, trans } = props;
  return (
    <div className="jp-SecurePyPI-why">
      {install.error && <ProblemText problem={install.error} trans={trans} />}
      <ul className="jp-SecurePyPI-sources" aria-label={trans.__('Packages')}>
        {requestedFirst(install).map(found => (
          <li key={found.name}>
            <span>{change(found, trans)}</span>
            {found.sha256 && (
              <code title={found.sha256}>{`sha256 ${found.sha256.slice(0, 12)}`}</code>
            )}
            {found.direct && <code>{found.url}</code>}
          </li>
        ))}
      </ul>
      <p>{trans.__('Into %1', install.prefix)}</p>
    </div>
  );
}

function change(found: Package, trans: TranslationBundle): string {
  return found.previous
    ? trans.__('%1 %2 (was %3)', found.name, found.version, found.previous)
    : trans.__('%1 %2', found.name, found.version);
}

function title(install: Install, trans: TranslationBundle): string {
  const first = requestedFirst(install).find(Boolean);
  if (!first) {
    return install.arguments.join(' ');
  }
  const others = install.packages.length - 1;
  return others > 0
    ? trans.__('%1 %2 (+%3)', first.name, first.version, others)
    : trans.__('%1 %2', first.name, first.version);
}

function verdict(
  install: Install,
  configured: Repository | null,
  trans: TranslationBundle
): string {
  if (!install.ok) {
    return install.error?.message ?? trans.__('It failed.');
  }
  if (install.repository === 'public') {
    return trans.__('From the PUBLIC index.');
  }
  if (!allSecure(install)) {
    return trans.__('Some packages did not come from the index.');
  }
  if (install.packages.length === 0) {
    return trans.__('Everything was there already.');
  }
  const { repository } = install;
  return trans.__('All from %1.', repository === configured?.id ? configured.label : repository);
}
