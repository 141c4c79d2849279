/** The panel as the other plugins see it: show it, and refresh where the panel tells why that failed. */

import type { JupyterFrontEnd } from '@jupyterlab/application';

import type { PanelModel } from '../models/panel';
import { PANEL_ID } from '../names';
import type { PanelPoller } from '../panelPoller';
import type { SecurePyPIPanel } from './panel';

/** Leads to the panel in Lab's shell. */
export class PanelView {
  constructor(
    readonly model: PanelModel,
    /** Keeps the model up to date while one of the views that it watches is seen. */
    readonly poller: PanelPoller,
    private readonly panel: SecurePyPIPanel,
    private readonly shell: JupyterFrontEnd.IShell
  ) {}

  /** Bring the panel into view and focus what was focused last. */
  show(): void {
    this.shell.activateById(PANEL_ID);
    // Afterwards, because the palette gives the focus back to where it was before.
    setTimeout(() => {
      this.panel.activate();
    });
  }

  /** Have a new token minted; never rejects, the panel tells. */
  async refresh(): Promise<void> {
    try {
      await this.model.token.refresh();
    } catch {
      this.show();
    }
  }
}
