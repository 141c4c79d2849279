"""The seam for providers: what belongs to one kind of index is named in few files, so that another is easy to add."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ("jupyter_securepypi", "labextension/src")
ENDINGS = (".py", ".yaml", ".ts", ".tsx")
# The provider itself, what is about it alone, and the built front end, which git does not have.
APART = (
    "jupyter_securepypi/core/providers/codeartifact/",
    "jupyter_securepypi/builds/aws.py",
    "jupyter_securepypi/sagemaker/",
    "jupyter_securepypi/administration/",
    "jupyter_securepypi/emulator/",
    "jupyter_securepypi/demo/",
    "jupyter_securepypi/labextension/",
)
WORDS = re.compile(r"CodeArtifact|codeartifact|AWS|\barn\b|_arn|(?<!W)ARN")  # not in WARN
MOST = 10


def files_that_name_it() -> list[str]:
    """Return the files that name CodeArtifact, AWS or an ARN, and are about no provider alone."""
    found = []
    for source in SOURCES:
        for path in sorted((ROOT / source).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix in ENDINGS and not name.startswith(APART) and WORDS.search(path.read_text("utf-8")):
                found.append(name)
    return found


def test_few_files_name_one_provider() -> None:
    named = files_that_name_it()
    assert {"jupyter_securepypi/core/providers/registry.py", "labextension/src/words.ts"} <= set(named)
    listed = "\n  ".join(named)
    assert len(named) <= MOST, f"{len(named)} files name CodeArtifact, AWS or an ARN:\n  {listed}"


def test_rest_speaks_of_any_repository() -> None:
    described = (ROOT / "jupyter_securepypi/server/openapi.yaml").read_text("utf-8")
    assert WORDS.findall(described) == []
