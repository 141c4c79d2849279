/** The panel as the other plugins see it: show a section, and refresh where the panel tells why that failed. */

import type { JupyterFrontEnd } from '@jupyterlab/application';

import type { PanelModel, SectionName } from '../models/panel';
import { PANEL_ID } from '../names';
import type { SecurePyPIPanel } from './panel';

/** Leads to the panel in Lab's shell. */
export class PanelView {
  constructor(
    readonly model: PanelModel,
    private readonly panel: SecurePyPIPanel,
    private readonly shell: JupyterFrontEnd.IShell
  ) {}

  /** Bring the panel into view and focus a section, or what was focused last. */
  show(section?: SectionName): void {
    this.shell.activateById(PANEL_ID);
    // Afterwards, because the palette gives the focus back to where it was before.
    setTimeout(() => {
      if (section) {
        this.panel.goTo(section);
      } else {
        this.panel.activate();
      }
    });
  }

  /** Have a new token minted; never rejects, the panel tells. */
  async refresh(): Promise<void> {
    try {
      await this.model.token.refresh();
    } catch {
      this.show('token');
    }
  }
}
