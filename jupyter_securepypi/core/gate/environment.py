"""The policy in environment variables: for jobs, and over a notebook's configuration files."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, Mapping

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


def said(environ: Mapping[str, str]) -> Dict[str, Any]:
    """Return the options of the policy that variables set, with their values.

    Raises:
        ConfigurationError: a variable has an invalid value; the error names it.
    """
    found = {}
    for option, read in READERS.items():
        text = environ.get(variable_of(option), "").strip()
        if text:
            try:
                found[option] = read(text)
            except ConfigurationError as error:
                raise _named(option, text, error) from None
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
                raise _named(option, environ[variable_of(option)].strip(), error) from None
    values["exempt"] = values.pop("minimum_age_exempt", ())
    return Policy(**values)


def _named(option: str, text: str, error: ConfigurationError) -> ConfigurationError:
    return ConfigurationError(
        f"The variable {variable_of(option)} is {text!r}, which is not valid.",
        why=error.message,
        remedy=error.remedy,
    )
