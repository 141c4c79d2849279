"""The panel in a browser, with all that a browser hears, shows and keeps."""

from __future__ import annotations

import json

from canary_support import Canary
from e2e_support import Panel, Record, open_lab, running_browser

# Everything that a page can keep: both storages and each database, key by key.
KEPT = """async () => {
  const kept = [JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage}), document.cookie];
  for (const { name } of await indexedDB.databases()) {
    const base = await new Promise(done => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result) });
    for (const store of base.objectStoreNames) {
      const all = base.transaction(store).objectStore(store).getAll();
      kept.push(name + store + JSON.stringify(await new Promise(done => { all.onsuccess = () => done(all.result) })));
    }
    base.close();
  }
  return kept.join("\\n");
}"""


def browser(canary: Canary) -> None:
    """Open JupyterLab, refresh in the panel, install in a notebook, fail, and keep everything."""
    canary.ask("POST", "/refresh")  # what failed before is another part's
    with running_browser() as found:
        context = found.new_context(locale="en-US")
        record = Record(context)
        page = open_lab(context, canary.box)
        panel = Panel(page)
        panel.open()
        panel.condition("fresh").wait_for(timeout=30_000)
        panel.details(unfolded=True).get_by_role("button", name="Refresh token now").click()
        panel.run_in_notebook("%secure_pip install acme-plots --force-reinstall\n")
        page.get_by_text("1 installed, all from acme/shared-pypi.").first.wait_for(timeout=60_000)
        canary.aws.faults(deny=["sts:GetServiceBearerToken"])
        panel.details(unfolded=True).get_by_role("button", name="Refresh token now").click()
        page.get_by_text("sts:GetServiceBearerToken").first.wait_for(timeout=30_000)
        canary.aws.clear()
        panel.run("docmanager:save")
        canary.keep("page", page.content())
        canary.keep("storage of the browser", page.evaluate(KEPT) + json.dumps(context.storage_state()))
        for place, text in record.texts:
            canary.keep(place, text)
        context.close()
