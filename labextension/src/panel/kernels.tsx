/** The kernels: which index is in force in each, what decides it, and the way to mend it. */

import React from 'react';

import type { Kernel } from '../api';
import { kernelSummary } from '../kernelWords';
import { KernelSources } from './kernelSources';
import { TroubleText } from './problem';
import { type ISectionProps, Section, ToneIcon } from './section';
import { useModels } from './useModels';

/** The second section of the panel. */
export function KernelsSection({ panel, trans }: ISectionProps): React.ReactElement {
  const { kernels } = panel;
  useModels(kernels, panel.token);
  const { value, trouble } = kernels;
  return (
    <Section panel={panel} name="kernels" label={trans.__('Kernels')}>
      {trouble && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
      {!value && !trouble && (
        <p className="jp-SecurePyPI-note">{trans.__('Looking at the kernels…')}</p>
      )}
      {value?.length === 0 && (
        <p className="jp-SecurePyPI-note">{trans.__('This server has no kernels.')}</p>
      )}
      {value && value.length > 0 && (
        <ul className="jp-SecurePyPI-list">
          {value.map(kernel => (
            <KernelRow key={kernel.name} kernel={kernel} panel={panel} trans={trans} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function KernelRow(props: ISectionProps & { kernel: Kernel }): React.ReactElement {
  const { kernel, panel, trans } = props;
  const { kernels } = panel;
  const explained = kernels.isExplained(kernel.name);
  const outcome = kernels.fixes.outcome(kernel.name);
  const whyId = `jp-SecurePyPI-why-${kernel.name}`;
  const fixing = kernels.fixes.isUnderWay(kernel.name);
  return (
    <li data-kernel={kernel.name} data-state={kernel.state}>
      <div className="jp-SecurePyPI-state">
        <State kernel={kernel} trans={trans} />
      </div>
      <p className="jp-SecurePyPI-detail">{kernelSummary(kernel, trans)}</p>
      <div className="jp-SecurePyPI-buttons">
        <button
          type="button"
          className="jp-SecurePyPI-button"
          aria-expanded={explained}
          aria-controls={whyId}
          aria-label={trans.__('Why? What decides for %1', kernel.display_name)}
          onClick={() => {
            kernels.toggleWhy(kernel.name);
          }}
        >
          {trans.__('Why?')}
        </button>
        {kernel.state === 'insecure' && kernel.fixable && (
          <button
            type="button"
            className="jp-SecurePyPI-button"
            aria-disabled={fixing}
            aria-label={trans.__('Fix %1: point it at the secure index only', kernel.display_name)}
            onClick={() => {
              void kernels.fix(kernel.name).then(() => {
                if (!kernels.fixes.outcome(kernel.name)?.trouble) {
                  panel.announced.emit(trans.__('%1 is fixed.', kernel.display_name));
                }
              });
            }}
          >
            {fixing ? trans.__('Fixing…') : trans.__('Fix')}
          </button>
        )}
      </div>
      {outcome?.trouble && <TroubleText panel={panel} trans={trans} trouble={outcome.trouble} />}
      {outcome?.result && (
        <p className="jp-SecurePyPI-note" data-outcome="fixed">
          {outcome.result.length > 0
            ? trans.__('Fixed. Changed: %1', outcome.result.join(', '))
            : trans.__('Nothing had to be changed.')}
        </p>
      )}
      <div id={whyId} hidden={!explained}>
        {explained && <KernelSources kernel={kernel} panel={panel} trans={trans} />}
      </div>
    </li>
  );
}

function State(props: { kernel: Kernel; trans: ISectionProps['trans'] }): React.ReactElement {
  const { kernel, trans } = props;
  const name = <strong>{kernel.display_name}</strong>;
  switch (kernel.state) {
    case 'secure':
      return (
        <>
          <ToneIcon shield="closed" tone="calm" />
          {name}
          <span>{trans.__('secure')}</span>
        </>
      );
    case 'insecure':
      return (
        <>
          <ToneIcon shield="alert" tone="attention" />
          {name}
          <span>{trans.__('not secure')}</span>
        </>
      );
    case 'unknown':
      return (
        <>
          <ToneIcon shield="off" tone="calm" />
          {name}
          <span>{trans.__('cannot tell')}</span>
        </>
      );
  }
}
