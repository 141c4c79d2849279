/** All kernels: which index is in force in each, and what decides it. */

import React from 'react';

import type { Kernel } from '../api';
import { kernelState, kernelSummary } from '../kernelWords';
import { KernelItem } from '../panel/attention';
import { KernelSources } from '../panel/kernelSources';
import { TroubleText } from '../panel/problem';
import { Prose } from '../panel/prose';
import { type ISectionProps, ToneIcon, Waiting } from '../panel/section';
import { useModels } from '../panel/useModels';
import { Fold } from './region';

/** Those that need attention in full, the others in a line each. */
export function Kernels({ panel, trans }: ISectionProps): React.ReactElement {
  const { kernels } = panel;
  useModels(kernels, panel.token);
  const { value, trouble } = kernels;
  return (
    <>
      {trouble && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
      {!value && !trouble && <Waiting>{trans.__('Looking at the kernels…')}</Waiting>}
      {value?.length === 0 && (
        <p className="jp-SecurePyPI-note">{trans.__('This server has no kernels.')}</p>
      )}
      {value?.map(kernel =>
        kernel.state === 'insecure' ? (
          <KernelItem key={kernel.name} kernel={kernel} panel={panel} trans={trans} />
        ) : (
          <div key={kernel.name} data-kernel={kernel.name} data-state={kernel.state}>
            <Fold name={kernel.name} line={<Line kernel={kernel} panel={panel} trans={trans} />}>
              <KernelSources kernel={kernel} panel={panel} trans={trans} />
            </Fold>
          </div>
        )
      )}
      {kernels.changedFiles.length > 0 && (
        <p className="jp-SecurePyPI-note" data-outcome="fixed">
          {trans.__('Fixed. Changed: %1', kernels.changedFiles.join(', '))}
        </p>
      )}
    </>
  );
}

function Line(props: ISectionProps & { kernel: Kernel }): React.ReactElement {
  const { kernel, trans } = props;
  return (
    <span className="jp-SecurePyPI-line">
      <ToneIcon shield={kernel.state === 'secure' ? 'closed' : 'unknown'} tone="calm" />
      <strong>{kernel.display_name}</strong>
      <span>{kernelState(kernel, trans)}</span>
      {kernel.state !== 'secure' && (
        <span>
          <Prose text={kernelSummary(kernel, trans)} />
        </span>
      )}
    </span>
  );
}
