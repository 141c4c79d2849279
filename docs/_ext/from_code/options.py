"""The options, from the traits that read them, and the variables that override them."""

from __future__ import annotations

from collections.abc import Iterator

from traitlets import Dict, Enum, List, TraitType, Union

from jupyter_securepypi.config import SecurePyPI, locked
from jupyter_securepypi.core import variables
from jupyter_securepypi.core.gate.environment import READERS, variable_of

from .markdown import code, escaped, table


def text() -> str:
    """Return a section for each option, in the order of the code."""
    return "\n".join(_option(name, trait) for name, trait in options().items())


def options() -> dict[str, TraitType]:
    """Return the options that a configuration file can set, in the order of the code."""
    found: dict[str, TraitType] = SecurePyPI.class_traits(config=True)
    own = [name for name in vars(SecurePyPI) if name in found]
    return {name: found[name] for name in own}


def variables_of() -> dict[str, list[str]]:
    """Return the variables that override each option; the first one counts first."""
    named = {
        "repository": [variables.INDEX, variables.REPOSITORY],
        "role_arn": [variables.ROLE],
        "token_duration": [variables.DURATION],
        "use_secure_pypi": [variables.USE],
    }
    return {**named, **{option: [variable_of(option)] for option in READERS}}


def variables_text() -> str:
    """Return the table of variables."""
    rows = [(code(name), code(option)) for option, names in variables_of().items() for name in names]
    return table(["variable", "overrides"], rows)


def _option(name: str, trait: TraitType) -> str:
    facts = "; ".join(_facts(name, trait))
    return f"### {code(name)}\n\n{escaped(trait.help)}\n\n{facts}.\n"


def _facts(name: str, trait: TraitType) -> Iterator[str]:
    yield f"Default: {code(_shown(trait))}"
    yield f"values: {_values(trait)}"
    if name in variables_of():
        yield "variable: " + ", ".join(map(code, variables_of()[name]))
    if name == "locked":
        yield "cannot be locked itself"
    elif name in locked.tightenable():
        yield "locked, it may be tightened"
    else:
        yield "locked, it holds as it is"


def _shown(trait: TraitType) -> str:
    default = trait.default()
    return repr(default).replace("'", '"')


def _values(trait: TraitType) -> str:
    if isinstance(trait, Enum):
        return ", ".join(code(repr(value).replace("'", '"')) for value in trait.values)
    if isinstance(trait, Union):
        return " or ".join(_values(one) for one in trait.trait_types)
    if isinstance(trait, List):
        return f"a list of: {_values(trait._trait)}" if isinstance(trait._trait, Enum) else "a list of texts"
    if isinstance(trait, Dict):
        return "texts by text"
    return {"Unicode": "a text", "Bool": "`True`, `False`", "Int": "a whole number", "Float": "a number"}[
        type(trait).__name__
    ]
