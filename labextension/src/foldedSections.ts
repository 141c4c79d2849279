/** Which sections are folded away, kept over reloads where Lab keeps its layout. */

import type { IStateDB } from '@jupyterlab/statedb';

import { SECTIONS, type PanelModel } from './models/panel';
import { FOLDED_KEY } from './names';

/** Restore what was folded, and keep what the user folds from now on. Lab has loaded its state already. */
export async function rememberFolded(state: IStateDB, model: PanelModel): Promise<void> {
  const user = { hasActed: false };
  model.foldedChanged.connect(() => {
    user.hasActed = true;
    void state.save(FOLDED_KEY, { folded: model.folded }).catch((error: unknown) => {
      console.warn('Secure PyPI: what is folded cannot be kept.', error);
    });
  });
  try {
    const kept = (await state.fetch(FOLDED_KEY)) as { folded?: unknown } | undefined;
    const names: unknown[] = Array.isArray(kept?.folded) ? kept.folded : [];
    // A user who was faster than the state database knows better.
    if (!user.hasActed && names.length > 0) {
      model.foldAll(SECTIONS.filter(section => names.includes(section)));
    }
  } catch (error) {
    console.warn('Secure PyPI: what was folded is not known.', error);
  }
}
