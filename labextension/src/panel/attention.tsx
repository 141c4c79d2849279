/** What needs attention: each with its reason, and what mends it. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { Check, Client, Kernel } from '../api';
import { type AttentionItem, attentionItems } from '../attention';
import { checkTitle } from '../checkGroups';
import { clientTitle } from '../clientWords';
import { kernelSummary } from '../kernelWords';
import type { PanelModel } from '../models/panel';
import { FindingFixButton } from './findingFix';
import { fixKernel } from './kernelFix';
import { KernelSources } from './kernelSources';
import { Message } from './message';
import { TroubleText } from './problem';
import { type ISectionProps, Spinner } from './section';
import { useModels } from './useModels';

/** All that needs attention now. */
export function itemsOf(panel: PanelModel): AttentionItem[] {
  const { kernels, clients, doctor } = panel;
  return attentionItems(kernels.value ?? [], clients.value ?? [], doctor.findings);
}

/** The list; what has just been mended says so until the next look. */
export function AttentionSection({ panel, trans }: ISectionProps): React.ReactElement {
  useModels(panel.kernels, panel.clients, panel.doctor, panel.token);
  return (
    <ul className="jp-SecurePyPI-attention" aria-label={trans.__('Needs attention')}>
      {itemsOf(panel).map(item => (
        <li key={item.key}>
          {item.kind === 'kernel' && (
            <KernelItem panel={panel} trans={trans} kernel={item.kernel} />
          )}
          {item.kind === 'client' && <ClientItem trans={trans} client={item.client} />}
          {item.kind === 'check' && <CheckItem panel={panel} trans={trans} check={item.check} />}
        </li>
      ))}
    </ul>
  );
}

/** A kernel that does not install from the secure index only. */
export function KernelItem(props: ISectionProps & { kernel: Kernel }): React.ReactElement {
  const { kernel, panel, trans } = props;
  const { kernels } = panel;
  const explained = kernels.isExplained(kernel.name);
  const trouble = kernels.fixes.outcome(kernel.name)?.trouble;
  const whyId = `jp-SecurePyPI-why-${kernel.name}`;
  const fixing = kernels.fixes.isUnderWay(kernel.name);
  return (
    <div className="jp-SecurePyPI-card" data-kernel={kernel.name} data-state={kernel.state}>
      <Message
        trans={trans}
        title={trans.__('%1 installs from elsewhere', kernel.display_name)}
        what={kernelSummary(kernel, trans)}
      />
      <div className="jp-SecurePyPI-buttons">
        {kernel.fixable && (
          <button
            type="button"
            className="jp-SecurePyPI-button"
            aria-disabled={fixing}
            aria-label={
              fixing
                ? trans.__('Fixing… %1', kernel.display_name)
                : trans.__('Fix %1: point it at the secure index only', kernel.display_name)
            }
            onClick={() => {
              void fixKernel(panel, kernel, trans);
            }}
          >
            {fixing && <Spinner />}
            {fixing ? trans.__('Fixing…') : trans.__('Fix…')}
          </button>
        )}
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
      </div>
      {trouble && <TroubleText panel={panel} trans={trans} trouble={trouble} />}
      <div id={whyId} hidden={!explained}>
        {explained && <KernelSources kernel={kernel} panel={panel} trans={trans} />}
      </div>
    </div>
  );
}

function ClientItem(props: { client: Client; trans: TranslationBundle }): React.ReactElement {
  const { client, trans } = props;
  return (
    <div className="jp-SecurePyPI-card" data-client={client.name} data-state={client.state}>
      <Message
        trans={trans}
        title={
          client.state === 'unset'
            ? trans.__('%1 is not set up', clientTitle(client, trans))
            : trans.__('%1 goes elsewhere', clientTitle(client, trans))
        }
        what={client.message}
        why={client.source ? trans.__('%1 says so.', client.source) : ''}
        remedy={client.remedy}
      />
    </div>
  );
}

/** A finding of the environment check. */
export function CheckItem(props: ISectionProps & { check: Check }): React.ReactElement {
  const { check, panel, trans } = props;
  return (
    <div className="jp-SecurePyPI-card" data-check={check.name} data-ok="false">
      <Message
        trans={trans}
        title={checkTitle(check)}
        what={check.message}
        why={check.why}
        remedy={check.remedy}
      />
      {check.fix && <FindingFixButton panel={panel} trans={trans} check={check} fix={check.fix} />}
    </div>
  );
}
