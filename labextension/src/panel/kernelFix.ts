/** Pointing a kernel at the secure index at the user's request, which is read out when it is done. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { Kernel } from '../api';
import type { PanelModel } from '../models/panel';

/** Show what would change, ask, and do it; never rejects, `panel.kernels.fixes` tells. */
export async function fixKernel(
  panel: PanelModel,
  kernel: Kernel,
  trans: TranslationBundle
): Promise<void> {
  const { fixes } = panel.kernels;
  await panel.kernels.fix(
    kernel.name,
    trans.__('point %1 at the secure index only', kernel.display_name)
  );
  if (fixes.outcome(kernel.name)?.result) {
    panel.announced.emit(trans.__('%1 is fixed.', kernel.display_name));
  }
}
