"""The pictures of README and manual: ``python -m tests.manual.pictures`` takes them all anew, in light and dark.

Those of the panel come from `tests.e2e.pictures` and go to ``labextension/pictures``, those of notebooks and pages
in the main area go to ``docs/pictures``.
A real JupyterLab with real installs is in them; only AWS is emulated.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_securepypi.emulator import Emulator

ROOT = Path(__file__).parents[2]
# The tests import their helpers by name, as pytest arranges it.
sys.path[:0] = [str(ROOT / "tests/e2e"), str(ROOT / "tests")]

from e2e_support import Panel, chromium, open_lab, running_browser, running_lab  # noqa: E402
from playwright.sync_api import expect  # noqa: E402

from tests.e2e import pictures as of_the_panel  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Page

LINES = {
    "install": "%secure_pip install acme-features",
    "refused": "%secure_pip install --extra-index-url https://index.example.com/simple acme-core",
    "preview": "%secure_pip preview training --route v3-model-trainer --image pytorch --sdk-version 3.10.0",
}
"""Name of a picture → what is typed into its notebook."""
PAGES = {"step": "Value as the job sees it", "check": "Checked at"}
"""Pages of the main area, as the command that opens them knows them → what is there once they are complete."""
THEMES = ("light", "dark")
_WIDTH, _HEIGHT, _PAGE_HEIGHT = 980, 1600, 760
_DONE = "window.jupyterapp.shell.currentWidget.content.widgets[0].model.executionCount > 0"


def take(folder: Path) -> list[Path]:
    """Write the pictures of notebooks and pages into `folder`, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with (
        tempfile.TemporaryDirectory(prefix="pictures-of-securepypi-") as scratch,
        Emulator() as aws,
        running_lab(aws, Path(scratch)) as lab,
        running_browser() as browser,
    ):
        context = browser.new_context(locale="en-GB", device_scale_factor=2, reduced_motion="reduce")
        for name, line in LINES.items():
            page = open_lab(context, lab, width=_WIDTH, height=_HEIGHT)
            page.evaluate("window.jupyterapp.shell.collapseLeft()")
            panel = Panel(page)
            panel.run_in_notebook(line)
            page.wait_for_function(_DONE, timeout=120_000)
            page.wait_for_timeout(500)  # the output is drawn
            for theme in THEMES:
                panel.theme(theme)
                page.wait_for_timeout(300)
                written.append(folder / f"{name}-{theme}.png")
                _cell(page, written[-1])
            page.close()
        for name in PAGES:
            page = open_lab(context, lab, width=_WIDTH, height=_PAGE_HEIGHT)
            page.evaluate("window.jupyterapp.shell.collapseLeft()")
            panel = Panel(page)
            shown = panel.page_of(name)
            if name == "check":
                shown.get_by_role("button", name="Check now").click()
            expect(shown.get_by_text(PAGES[name]).first).to_be_visible(timeout=120_000)
            for theme in THEMES:
                panel.theme(theme)
                page.wait_for_timeout(300)
                written.append(folder / f"{name}-{theme}.png")
                shown.screenshot(path=written[-1], animations="disabled")
            page.close()
    return written


def _cell(page: Page, path: Path) -> None:
    """Write a picture of the first cell of the notebook in front, with its output."""
    cell = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell").first
    page.mouse.move(_WIDTH - 5, _HEIGHT - 5)
    cell.screenshot(path=path, animations="disabled")


def main() -> int:
    """Take all pictures; return 0, or 1 where there is no Chromium."""
    if chromium() is None:
        print("The pictures need Chromium (Debian: apt-get install chromium).", file=sys.stderr)
        return 1
    for path in (*of_the_panel.take(ROOT / "labextension/pictures"), *take(ROOT / "docs/pictures")):
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
