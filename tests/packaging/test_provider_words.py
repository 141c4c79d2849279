"""The seam for providers: what belongs to one kind of index is named in few files, so that another is easy to add."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ("jupyter_securepypi", "labextension/src")
ENDINGS = (".py", ".yaml", ".ts", ".tsx")
# The providers themselves, what is about one alone, and the built front end, which git does not have.
APART = (
    "jupyter_securepypi/core/providers/codeartifact/",
    "jupyter_securepypi/builds/aws.py",
    "jupyter_securepypi/clusters/glue.py",
    "jupyter_securepypi/core/providers/artifact_registry/",
    "jupyter_securepypi/rollout/",
    "jupyter_securepypi/sagemaker/",
    "jupyter_securepypi/administration/",
    "jupyter_securepypi/emulator/",
    "jupyter_securepypi/demo/",
    "jupyter_securepypi/labextension/",
)
WORDS = re.compile(r"CodeArtifact|codeartifact|AWS|\barn\b|_arn|(?<!W)ARN")  # not in WARN
MOST = 10
GOOGLE = re.compile(r"google|gcloud|artifact[_ ]?registry|pkg\.dev", re.IGNORECASE)
# The list of providers; the commands that are about one: they show it, print its bindings, roll out to its machines;
# and a list of programs that start others.
NAMING_GOOGLE = {
    "jupyter_securepypi/cli/demo.py",
    "jupyter_securepypi/cli/iam_policy.py",
    "jupyter_securepypi/cli/startup_script.py",
    "jupyter_securepypi/core/providers/registry.py",
    "jupyter_securepypi/kernels/launchers.py",
}


def files_that_name_it(words: re.Pattern[str] = WORDS) -> list[str]:
    """Return the files that have one of the words of a provider, and are about no provider alone."""
    found = []
    for source in SOURCES:
        for path in sorted((ROOT / source).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix in ENDINGS and not name.startswith(APART) and words.search(path.read_text("utf-8")):
                found.append(name)
    return found


def test_few_files_name_one_provider() -> None:
    named = files_that_name_it()
    assert {"jupyter_securepypi/core/providers/registry.py", "labextension/src/repositoryAddress.ts"} <= set(
        named
    )
    listed = "\n  ".join(named)
    assert len(named) <= MOST, f"{len(named)} files name CodeArtifact, AWS or an ARN:\n  {listed}"


def test_still_fewer_name_the_other() -> None:
    assert set(files_that_name_it(GOOGLE)) == NAMING_GOOGLE


def test_rest_speaks_of_any_repository() -> None:
    described = (ROOT / "jupyter_securepypi/server/openapi.yaml").read_text("utf-8")
    assert WORDS.findall(described) == []
