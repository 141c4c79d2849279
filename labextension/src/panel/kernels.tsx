/** The kernels: which index is in force in each, what decides it, and the way to mend it. */

import React from 'react';

import type { IKernel } from '../answers';
import { type ISectionProps, Section, ToneIcon, TroubleText } from './parts';
import { useModels } from './useModels';
import { Why } from './why';

/** The second section of the panel. */
export function KernelsSection({ panel, trans }: ISectionProps): React.ReactElement {
  const { kernels } = panel;
  useModels(kernels);
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
            <Kernel key={kernel.name} kernel={kernel} panel={panel} trans={trans} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Kernel(props: ISectionProps & { kernel: IKernel }): React.ReactElement {
  const { kernel, panel, trans } = props;
  const { kernels } = panel;
  const explained = kernels.isExplained(kernel.name);
  const outcome = kernels.outcome(kernel.name);
  const whyId = `jp-SecurePyPI-why-${kernel.name}`;
  const fixing = kernels.isFixing(kernel.name);
  return (
    <li data-kernel={kernel.name} data-state={kernel.state}>
      <div className="jp-SecurePyPI-state">
        <State kernel={kernel} trans={trans} />
      </div>
      <p className="jp-SecurePyPI-detail">{summary(kernel, trans)}</p>
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
                if (!kernels.outcome(kernel.name)?.trouble) {
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
      {outcome?.written && (
        <p className="jp-SecurePyPI-note" data-outcome="fixed">
          {outcome.written.length > 0
            ? trans.__('Fixed. Changed: %1', outcome.written.join(', '))
            : trans.__('Nothing had to be changed.')}
        </p>
      )}
      <div id={whyId} hidden={!explained}>
        {explained && <Why kernel={kernel} trans={trans} />}
      </div>
    </li>
  );
}

function State(props: { kernel: IKernel; trans: ISectionProps['trans'] }): React.ReactElement {
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

function summary(kernel: IKernel, trans: ISectionProps['trans']): string {
  if (kernel.kind === 'not_python') {
    return trans.__('This kernel does not run Python: pip is not its business.');
  }
  if (kernel.state === 'unknown') {
    return kernel.reason || trans.__('Its Python environment was not found.');
  }
  const first = kernel.findings.find(Boolean);
  if (kernel.state === 'insecure' && first) {
    return first.message;
  }
  return kernel.index_url ?? trans.__('pip takes packages from its default index.');
}
