"""The policy in environment variables: for jobs, and over a notebook's configuration files."""

from __future__ import annotations

import json
import re
from typing import Any, Callable, Dict, List, Mapping, Tuple

from ..errors import ConfigurationError
from .policy import MALWARE, UNKNOWN_AGE, VULNERABILITIES, Policy, read_age, read_blocked, read_exempt

PREFIX = "SECURE_PYPI_"


def _one_of(values: "tuple[str, ...]") -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in values:
            raise ConfigurationError(f"{text!r} cannot be.", remedy=f"it is one of {', '.join(values)}")
        return text.lower()

    return read


def _names(text: str) -> "list[str]":
    return [one.strip() for one in text.split(",") if one.strip()]


def _object(text: str) -> Dict[str, str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise ConfigurationError(
            "It is no JSON object of texts.", remedy='write {"requests<2.32": "why"}, the reason for each'
        )
    return found


READERS: Dict[str, Callable[[str], Any]] = {
    "minimum_age": str,
    "minimum_age_exempt": _names,
    "unknown_age": _one_of(UNKNOWN_AGE),
    "malware": _one_of(MALWARE),
    "vulnerabilities": _one_of(VULNERABILITIES),
    "blocked": _object,
    "osv_url": str,
    "osv_database": str,
}
"""What reads each option of the policy from its variable, into the value that a configuration file gives."""


def variable_of(option: str) -> str:
    """Return the name of the variable of an option of the policy."""
    return PREFIX + option.upper()


def is_of_the_policy(variable: str) -> bool:
    """Return whether an option of the policy is read from `variable`."""
    return any(variable == variable_of(option) or _goes_on(variable, option) for option in READERS)


def said(environ: Mapping[str, str]) -> Dict[str, Any]:
    """Return the options of the policy that variables set, with their values.

    Raises:
        ConfigurationError: a variable has an invalid value; the error names it.
    """
    found: Dict[str, Any] = {}
    for option, read in READERS.items():
        for variable, text in _texts(environ, option):
            try:
                value = read(text)
            except ConfigurationError as error:
                raise _named(variable, text, error) from None
            if isinstance(value, list):
                found[option] = [*found.get(option, ()), *value]
            else:
                found[option] = {**found.get(option, {}), **value} if isinstance(value, dict) else value
    return found


def policy_of(environ: Mapping[str, str]) -> Policy:
    """Return the policy that variables describe, for a job.

    Raises:
        ConfigurationError: a variable has an invalid value; the error names it.
    """
    values = said(environ)
    for option, read in (
        ("minimum_age", read_age),
        ("minimum_age_exempt", read_exempt),
        ("blocked", read_blocked),
    ):
        if option in values:
            try:
                values[option] = read(values[option])
            except ConfigurationError as error:
                variables, texts = zip(*_texts(environ, option))
                raise _named(", ".join(variables), " ".join(texts), error) from None
    values["exempt"] = values.pop("minimum_age_exempt", ())
    return Policy(**values)


def _texts(environ: Mapping[str, str], option: str) -> List[Tuple[str, str]]:
    """Return the variables of an option that say something, with their texts; a list may go on in ``…_2``, ``…_3``."""
    further = [name for name in environ if _goes_on(name, option)]
    names = [variable_of(option), *sorted(further, key=lambda name: int(name.rpartition("_")[2]))]
    return [(name, environ[name].strip()) for name in names if environ.get(name, "").strip()]


def _goes_on(variable: str, option: str) -> bool:
    """Return whether `variable` holds more of a list, as ``SECURE_PYPI_BLOCKED_2`` does."""
    lists = option in ("minimum_age_exempt", "blocked")
    return lists and bool(re.fullmatch(re.escape(variable_of(option)) + r"_[0-9]{1,3}", variable))


def _named(variable: str, text: str, error: ConfigurationError) -> ConfigurationError:
    return ConfigurationError(
        f"The variable {variable} is {text!r}, which is not valid.",
        why=error.message,
        remedy=error.remedy,
    )
