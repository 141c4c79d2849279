/** What needs attention, joined from kernels, package managers and the environment check. Pure functions. */

import type { Check, Client, Kernel } from './api';
import { goesElsewhere } from './glance';

/** One thing that needs attention. */
export type AttentionItem =
  | { kind: 'kernel'; key: string; kernel: Kernel }
  | { kind: 'client'; key: string; client: Client }
  | { kind: 'check'; key: string; check: Check };

/** All of it, kernels first; what a kernel's or a package manager's own entry says is not said twice. */
export function attentionItems(
  kernels: readonly Kernel[],
  clients: readonly Client[],
  findings: readonly Check[]
): AttentionItem[] {
  const insecure = kernels.filter(kernel => kernel.state === 'insecure');
  const elsewhere = clients.filter(goesElsewhere);
  const said = new Set([
    ...insecure.map(({ name }) => `kernel ${name}`),
    ...elsewhere.map(({ name }) => `client ${name}`)
  ]);
  const rest = findings.filter(check => !said.has(check.name));
  return [
    ...insecure.map(kernel => ({ kind: 'kernel' as const, key: `kernel ${kernel.name}`, kernel })),
    ...elsewhere.map(client => ({ kind: 'client' as const, key: `client ${client.name}`, client })),
    ...rest.map((check, n) => ({
      kind: 'check' as const,
      key: `check ${check.name} ${n}`,
      check
    }))
  ];
}
