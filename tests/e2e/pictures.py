"""The pictures in the README: ``python -m tests.e2e.pictures OUTDIR`` writes panel-light.png and panel-dark.png.

A real JupyterLab with a real install in it; only AWS is emulated.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from jupyter_securepypi.emulator import Emulator

# The tests import their helpers by name, as pytest arranges it.
sys.path.insert(0, str(Path(__file__).parent))

from e2e_support import Panel, chromium, open_lab, running_browser, running_lab

_WIDTH, _HEIGHT = 1180, 860
_SIDEBAR = 300


def take(folder: Path) -> list[Path]:
    """Write the pictures into `folder` and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with (
        tempfile.TemporaryDirectory(prefix="pictures-of-securepypi-") as scratch,
        Emulator() as aws,
        running_lab(aws, Path(scratch)) as lab,
        running_browser() as browser,
    ):
        context = browser.new_context(locale="en-GB", device_scale_factor=2, reduced_motion="reduce")
        page = open_lab(context, lab, width=_WIDTH, height=_HEIGHT)
        panel = Panel(page)
        panel.open()
        panel.width(_SIDEBAR)
        panel.condition("fresh").wait_for()
        panel.run_in_notebook("%secure_pip install acme-features")
        panel.section("Recent installs").get_by_text("acme-features").wait_for(timeout=60_000)
        page.locator(".jp-NotebookPanel-toolbar").first.wait_for()
        page.mouse.move(_WIDTH - 10, _HEIGHT - 100)
        for theme in ("light", "dark"):
            panel.theme(theme)
            page.wait_for_timeout(300)
            path = folder / f"panel-{theme}.png"
            page.screenshot(path=path, animations="disabled")
            written.append(path)
    return written


def main() -> int:
    """Take the pictures; return 0, or 1 where there is no Chromium."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.pictures", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="OUTDIR", help="where to write")
    folder = parser.parse_args().folder
    if chromium() is None:
        print("The pictures need Chromium (Debian: apt-get install chromium).", file=sys.stderr)
        return 1
    for path in take(folder):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
