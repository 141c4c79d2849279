/** The pages of the main area: opened by commands, restored on reload, offered in the launcher. */

import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { DeskPage } from '../desk/page';
import { showPage } from '../desk/place';
import { type PageName, PAGES } from '../models/panel';
import { DESK_NAMESPACE, PAGE_COMMANDS, PluginIDs, TRANSLATION_DOMAIN } from '../names';
import { pageCommands } from '../pageCommands';
import type { PanelView } from '../panel/view';
import { fileDialog } from '../pickFile';
import { IPanelView } from './shared';

export const deskPlugin: JupyterFrontEndPlugin<void> = {
  id: PluginIDs.desk,
  description: 'Pages for the environment of a step, the environment check, the install history.',
  autoStart: true,
  // The pages show what the panel's model holds: without it there are none.
  optional: [IPanelView, IDocumentManager, ILayoutRestorer, ILauncher, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    view: PanelView | null,
    documents: IDocumentManager | null,
    restorer: ILayoutRestorer | null,
    launcher: ILauncher | null,
    translator: ITranslator | null
  ): void => {
    if (!view) {
      return;
    }
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    const { model, poller } = view;
    const pick = documents && fileDialog(documents, trans, translator ?? undefined);
    const tracker = new WidgetTracker<DeskPage>({ namespace: DESK_NAMESPACE });
    const open = (name: PageName): void => {
      let page = tracker.find(one => one.page === name);
      const isNew = !page;
      page ??= new DeskPage(name, model, trans, pick);
      if (isNew) {
        poller.watch(page);
      }
      showPage(app.shell, page);
      if (isNew) {
        void tracker.add(page);
      }
    };
    model.opened.connect((_, name) => {
      open(name);
    });
    pageCommands(app.commands, model, trans);
    if (restorer) {
      void restorer.restore(tracker, {
        command: PAGE_COMMANDS.any,
        args: ({ page }) => ({ page }),
        name: ({ page }) => page
      });
    }
    PAGES.forEach((page, rank) => {
      launcher?.add({
        command: PAGE_COMMANDS[page],
        args: { isShort: true },
        category: trans.__('Secure PyPI'),
        rank
      });
    });
  }
};
