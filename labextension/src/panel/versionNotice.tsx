/** Front end and server of different versions: what to do about it. */

import React from 'react';

import { UPGRADE } from '../names';
import { CommandLine } from './copying';
import { type ISectionProps, ToneIcon } from './section';
import { useModels } from './useModels';

/** Nothing while the versions agree. */
export function VersionNotice({ panel, trans }: ISectionProps): React.ReactElement {
  useModels(panel.token);
  const order = panel.order;
  const theirs = panel.token.value?.version;
  if (order === null || order === 'same' || !theirs) {
    return <></>;
  }
  return (
    <section
      className="jp-SecurePyPI-notice"
      role="region"
      aria-label={trans.__('Versions')}
      data-order={order}
    >
      <div className="jp-SecurePyPI-state">
        <ToneIcon shield="alert" tone="attention" />
        <strong>{trans.__('This panel is %1, the server is %2.', panel.version, theirs)}</strong>
      </div>
      {order === 'older' ? (
        <p>{trans.__('Reload the page. If this stays, run the command and restart the server.')}</p>
      ) : (
        <p>{trans.__('Run the command and restart the server.')}</p>
      )}
      <CommandLine panel={panel} trans={trans} text={UPGRADE} />
    </section>
  );
}
