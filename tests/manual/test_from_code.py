"""The reference of the manual has what the code has: nothing is left out, and nothing is there that is not."""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

import jupyter_securepypi
from jupyter_securepypi.config import SecurePyPI
from jupyter_securepypi.core.errors import SecurePyPIError
from jupyter_securepypi.core.gate.environment import READERS, variable_of
from jupyter_securepypi.core.variables import said_options
from jupyter_securepypi.sagemaker.routes import IMAGES, ROUTES

ROOT = Path(__file__).parents[2]
PACKAGE = Path(jupyter_securepypi.__file__).parent
sys.path.insert(0, str(ROOT / "docs/_ext"))

from from_code import PARTS, commands, errors, messages, metrics, options  # noqa: E402

# Where errors are told anew, or are somebody else's words: what is said stands where they were made first.
TOLD_ANEW = 30


@cache
def part(name):
    return PARTS[name]()


def test_every_part_is_in_a_page_and_every_page_has_known_parts():
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs").rglob("*.md"))
    assert {name for name in PARTS if f"```{{from-code}} {name}\n" in pages} == set(PARTS)
    assert pages.count("```{from-code}") == len(PARTS)


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_well_formed(name):
    text = part(name)
    assert text.count("```") % 2 == 0
    for line in text.splitlines():
        if line.startswith("| "):
            assert line.endswith(" |")


def classes_of_errors():
    """The names of all classes of errors, read from the code as text."""
    bases: dict[str, set[str]] = {}
    for file in PACKAGE.rglob("*.py"):
        if file.relative_to(PACKAGE).parts[0] in ("emulator", "demo"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases.setdefault(node.name, set()).update(ast.unparse(base) for base in node.bases)
    found = {SecurePyPIError.__name__}
    while more := {name for name, its in bases.items() if its & found} - found:
        found |= more
    return found


def test_every_class_of_error_has_a_section():
    known = classes_of_errors()
    assert len(known) > 20
    text = part("errors")
    assert not [name for name in known if f"\n## {name}\n" not in f"\n{text}"]
    assert known == set(messages.kinds())


def test_every_error_is_on_the_page_with_its_cause_and_remedy():
    text = part("errors")
    said = [one for one in messages.messages() if one.what]
    assert len(said) > 350
    for one in said:
        assert errors.entry(one).splitlines()[0] in text, one.place
    anew = [one.place for one in messages.messages() if not one.what]
    assert len(anew) <= TOLD_ANEW, anew
    # What can be done about it is said, or the cause is, but for a few that say all in the message.
    bare = [one.place for one in said if not one.why and not one.remedy]
    assert len(bare) < len(said) / 10, bare


def test_a_message_is_read_as_it_is_shown():
    [one] = [one for one in messages.messages() if one.what == "No repository is configured."]
    assert one.kind == "NotConfigured"
    assert "SECURE_PYPI_INDEX" in one.why
    assert "SECURE_PYPI_INDEX" in one.remedy
    try:
        SecurePyPI().require_repository()
    except SecurePyPIError as error:
        assert error.message == one.what
        assert error.why == one.why


def test_every_option_is_there_with_its_variable():
    text = part("options")
    for name in SecurePyPI.class_trait_names(config=True):
        assert f"### `{name}`\n" in text
    assert set(options.options()) == set(SecurePyPI.class_trait_names(config=True))
    assert {variable_of(name) for name in READERS} <= {
        one for all_ in options.variables_of().values() for one in all_
    }


def test_the_variables_set_the_options_that_the_page_says():
    values = {
        "repository": "https://pypi.example.com/simple/",
        "role_arn": "arn:aws:iam::111122223333:role/Reader",
        "token_duration": "900",
        "use_secure_pypi": "true",
    }
    for option, variables in options.variables_of().items():
        for variable in variables if option in values else ():
            assert [(name, by) for name, _, by in said_options({variable: values[option]})] == [
                (option, variable)
            ]


def test_every_command_is_there_with_its_options():
    text = part("commands")
    names = commands.names()
    assert {"install", "status", "doctor", "terraform"} <= set(names)
    for name in names:
        section = text.split(f"## `{name}`\n")[1].split("\n## ")[0]
        for action in commands.parser_of(name)._actions:
            assert "--help" in action.option_strings or all(one in section for one in action.option_strings)


def test_a_picture_is_in_a_page_in_both_themes():
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs").rglob("*.md"))
    pictures = {path.name for path in (ROOT / "docs/pictures").iterdir()}
    assert pictures
    for name in pictures:
        stem, _, theme = name.removesuffix(".png").rpartition("-")
        assert f"(pictures/{name}){{.shot .only-{theme}}}" in pages
        assert {f"{stem}-light.png", f"{stem}-dark.png"} <= pictures


def test_verbs_events_metrics_and_routes_are_there():
    described = yaml.safe_load((PACKAGE / "server/openapi.yaml").read_text(encoding="utf-8"))
    for path, verbs in described["paths"].items():
        for verb in verbs:
            assert f"`{verb.upper()} /securepypi{path}`" in part("rest")
    for name in described["components"]["schemas"]:
        assert f"### {name}\n" in part("rest-schemas")
    for schema in (PACKAGE / "server/events").glob("*.yaml"):
        assert yaml.safe_load(schema.read_text(encoding="utf-8"))["$id"] in part("events")
    source = (PACKAGE / "server/metrics.py").read_text(encoding="utf-8")
    assert len(metrics.collectors()) == source.count('"securepypi_')
    for collector in metrics.collectors():
        assert collector._documentation in part("metrics")
    for one in (*ROUTES, *IMAGES):
        assert one.id in part("routes") + part("route-facts")
