"""Check the types of the tests, a folder at a time: `python -m tests.check_types`; exit status 1 for an error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent


def main() -> int:
    folders = sorted({file.parent for file in TESTS.rglob("*.py")})
    failed = False
    for folder in folders:
        files = sorted(str(file) for file in folder.glob("*.py"))
        # Folders whose files import each other relatively are packages, and checked as such.
        what = ["-p", ".".join(folder.relative_to(TESTS.parent).parts)] if _is_package(folder) else files
        command = [
            sys.executable,
            "-m",
            "mypy",
            "--config-file",
            str(TESTS / "mypy.ini"),
            "--no-error-summary",
            *what,
        ]
        failed |= subprocess.run(command, cwd=TESTS.parent, check=False).returncode != 0
    return int(failed)


def _is_package(folder: Path) -> bool:
    texts = [file.read_text(encoding="utf-8") for file in folder.glob("*.py")]
    return any("\nfrom ." in text or "\nfrom tests." in text for text in texts)


if __name__ == "__main__":
    sys.exit(main())
