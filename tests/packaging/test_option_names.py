"""What users are told to write into the configuration exists: an unknown option is an error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jupyter_securepypi.config import CONFIG_NAME, SecurePyPI

ROOT = Path(__file__).parents[2]
FRONT_END = ROOT / "labextension/src"
OPTIONS = frozenset(SecurePyPI.class_trait_names(config=True))
# Other names in sentences of the front end: our package, its configuration file, the magic, and what loads it.
OTHERS = {"jupyter_securepypi", CONFIG_NAME, "secure_pip", "load_ext"}
# Comments come first, so that an apostrophe in one begins no string.
_LITERAL = re.compile(
    r"//[^\n]*|/\*.*?\*/|'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\"|`((?:[^`\\]|\\.)*)`", re.DOTALL
)


def files(folder: Path, *endings: str) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.suffix in endings and path.name != "api.ts"]


def sentences(source: str) -> list[str]:
    """Return the string literals of TypeScript that hold more than one word."""
    found = ["".join(group or "" for group in match.groups()) for match in _LITERAL.finditer(source)]
    return [text for text in found if " " in text]


def unknown_names(source: str) -> list[str]:
    """Return what looks like the name of an option in the sentences of TypeScript, and is none."""
    words = re.findall(r"[a-z]+(?:_[a-z]+)+", " ".join(sentences(source)))
    return [word for word in words if word not in OPTIONS | OTHERS]


@pytest.mark.parametrize(
    "paths",
    [
        files(ROOT / "jupyter_securepypi", ".py"),
        [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")],
    ],
    ids=["package", "manual"],
)
def test_each_option_that_is_advised_exists(paths: list[Path]) -> None:
    named = {
        name for path in paths for name in re.findall(r"c\.SecurePyPI\.(\w+)", path.read_text(encoding="utf-8"))
    }
    assert "repository" in named, "nothing was found where something must be"
    assert named <= OPTIONS


def test_no_sentence_of_the_panel_names_what_looks_like_an_option_and_is_none() -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in files(FRONT_END, ".ts", ".tsx")}
    assert sum(len(sentences(source)) for source in sources.values()) > 100, "the sentences were not found"
    assert {path.name: found for path, source in sources.items() if (found := unknown_names(source))} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("trans.__('Set repository_arn in jupyter_securepypi_config.py.')", ["repository_arn"]),
        ('trans.__("Lab\'s token_lifetime is set.")', ["token_lifetime"]),
        ("trans.__(\n  `Set token_duration, or\n  token_life.`\n)", ["token_life"]),
        ("/* Lab's */ trans.__('Set repository in it'); // isn't old_name", []),
        ("const name = 'ca_repository_arn';", []),
    ],
)
def test_a_wrong_name_is_found_wherever_it_stands(source: str, found: list[str]) -> None:
    assert unknown_names(source) == found
