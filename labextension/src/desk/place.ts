/** Put a page where the application has room for it. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { TabPanel, type Widget } from '@lumino/widgets';

/**
 * Show a page: in Lab's main area; in Notebook 7, whose main area takes one widget only, beside the file list or below
 * the notebook.
 */
export function showPage(shell: JupyterFrontEnd.IShell, page: Widget): void {
  if (!page.isAttached) {
    shell.add(page, 'main', { type: 'Secure PyPI' });
  }
  if (!page.isAttached) {
    const tabs = [...shell.widgets('main')].find(widget => widget instanceof TabPanel);
    if (tabs) {
      tabs.addWidget(page);
    } else {
      shell.add(page, 'down', { type: 'Secure PyPI' });
    }
  }
  const { parent } = page.parent ?? {};
  if (parent instanceof TabPanel) {
    parent.currentWidget = page;
  }
  shell.activateById(page.id);
}
