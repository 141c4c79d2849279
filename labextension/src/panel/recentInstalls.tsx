/** The recent installs, a line each; the history has the rest. */

import React from 'react';

import type { Install } from '../api';
import { installTitle, installVerdict } from '../installWords';
import { allSecure } from '../models/installs';
import { clock, exactMoment } from '../time';
import { unmet } from '../whyWords';
import { TroubleText } from './problem';
import { Prose } from './prose';
import { type ISectionProps, ToneIcon, Waiting } from './section';
import { useModels } from './useModels';
import { WhyButton } from './whyButton';

/** How to install; the same in every language. */
const INSTALL = '%secure_pip install …';

/** What was installed last, or how to begin. */
export function RecentInstalls({ panel, trans }: ISectionProps): React.ReactElement {
  const { installs } = panel;
  useModels(installs, panel.token);
  const { value, trouble } = installs;
  return (
    <>
      {trouble && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
      {!value && !trouble && <Waiting>{trans.__('Reading the history…')}</Waiting>}
      {value?.length === 0 && (
        <p className="jp-SecurePyPI-note">
          {trans.__('Nothing yet. Install in a notebook with')} <code>{INSTALL}</code>
        </p>
      )}
      {value && value.length > 0 && (
        <ul className="jp-SecurePyPI-list">
          {value.map(install => (
            <InstallRow key={install.time} install={install} panel={panel} trans={trans} />
          ))}
        </ul>
      )}
    </>
  );
}

function InstallRow(props: ISectionProps & { install: Install }): React.ReactElement {
  const { install, panel, trans } = props;
  const moment = install.time * 1000;
  const good = install.ok && allSecure(install);
  const requirement = unmet(install);
  return (
    <li data-ok={install.ok}>
      <button
        type="button"
        className="jp-SecurePyPI-install"
        title={trans.__('Show it in the install history')}
        onClick={() => {
          panel.history.reveal(install);
          panel.open('history');
        }}
      >
        <ToneIcon shield={good ? 'closed' : 'alert'} tone={good ? 'calm' : 'attention'} />
        <span>{installTitle(install, trans)}</span>
        <time dateTime={new Date(moment).toISOString()} title={exactMoment(moment)}>
          {clock(moment)}
        </time>
      </button>
      {!good && (
        <p className="jp-SecurePyPI-detail">
          <Prose text={installVerdict(install, panel.token.facts.repository, trans)} />
        </p>
      )}
      {requirement !== null && panel.token.facts.repository && (
        <WhyButton panel={panel} trans={trans} requirement={requirement} />
      )}
    </li>
  );
}
