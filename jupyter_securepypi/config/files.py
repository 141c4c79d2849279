"""Read the options: files on Jupyter's configuration path, then environment variables, held to what is locked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from traitlets import TraitError
from traitlets.config import Config
from traitlets.config.loader import (
    ConfigFileNotFound,
    JSONFileConfigLoader,
    LazyConfigValue,
    PyFileConfigLoader,
)

from ..core import variables
from ..core.errors import ConfigurationError
from ..core.gate import environment as gate_variables
from .locked import Locks
from .options import SecurePyPI
from .places import CONFIG_NAME, SUFFIXES, administrators, folders

_LOADERS = dict(zip(SUFFIXES, (PyFileConfigLoader, JSONFileConfigLoader), strict=True))


def load_options(beside: str = "") -> SecurePyPI:
    """Return the options in force for this process: files on Jupyter's path, then environment variables.

    Args:
        beside: the repository that a caller names; variables that name one in parts need not be complete then.

    Raises:
        ConfigurationError: a file or variable is wrong, or loosens what is locked; the error names it.
    """
    known, trusted = folders(), administrators()
    every = [*(one for one in trusted if one not in known), *known]
    sections = {source: section for folder in every for source, section in _sections(folder)}
    locks = _locks({source: one for source, one in sections.items() if source.parent in trusted})
    options, not_held = SecurePyPI(), []
    for source, section in sections.items():
        if source.parent in known:
            _apply(options, section, str(source))
        if source.parent not in trusted:
            _hold(locks, section.items(), str(source))
            not_held += [str(source)] if section.get("locked") else []
    for name, value, variable in _variables(os.environ, beside or options.repository):
        _set(options, name, value, variable)
        _hold(locks, [(name, value)], variable)
    for name in locks.files:
        setattr(options, name, locks.joined(name, getattr(options, name)))
    options.locks = replace(locks, not_held=tuple(not_held))
    return options


def sources_of(name: str) -> list[str]:
    """Return the files, in the order in which they are read, and the variables that set the option `name`.

    Raises:
        ConfigurationError: a file or variable is wrong; the error names it.
    """
    every = dict.fromkeys([*administrators(), *folders()])
    found = [str(source) for folder in every for source, section in _sections(folder) if section.get(name)]
    return found + [variable for option, _, variable in _variables(os.environ, "") if option == name]


def hold_variables(options: SecurePyPI, environment: Mapping[str, str]) -> None:
    """Check that variables for another process, such as a job, loosen nothing of what is locked here.

    Raises:
        ConfigurationError: one does, or is not valid; the error names it, and the file with the lock.
    """
    for name, value, variable in _variables(environment, options.repository) if options.locks.files else ():
        _hold(options.locks, [(name, value)], variable)


def config_fingerprint() -> str:
    """Return a text that differs once one of our configuration files appears, changes or is removed."""
    states = []
    for folder in dict.fromkeys([*administrators(), *folders()]):
        for suffix in SUFFIXES:
            try:
                state = Path(folder, f"{CONFIG_NAME}.{suffix}").stat()
            except OSError:
                continue
            states.append(f"{folder}:{suffix}:{state.st_mtime_ns}:{state.st_size}:{state.st_ino}")
    return " ".join(states)


def _locks(sections: dict[Path, Config]) -> Locks:
    """Return what the administrator's files lock, at the values that they say."""
    held, files = SecurePyPI(), dict[str, str]()
    for source, section in sections.items():
        _apply(held, section, str(source))
        if "locked" in section:
            files.update(dict.fromkeys(_read("locked", section["locked"], str(source)), str(source)))
    return Locks({name: getattr(held, name) for name in files}, files)


def _hold(locks: Locks, said: Iterable[tuple[str, object]], source: str) -> None:
    """Check what a user's `source` says against `locks`.

    Raises:
        ConfigurationError: it loosens what is locked.
    """
    for name, value in said:
        if name in locks.files:
            locks.check(name, _read(name, value, source), source)


def _sections(folder: Path) -> Iterator[tuple[Path, Config]]:
    for suffix, loader in _LOADERS.items():
        name = f"{CONFIG_NAME}.{suffix}"
        section = _load(loader, name, str(folder)).get("SecurePyPI", Config())
        if not isinstance(section, Config):
            raise ConfigurationError(
                f"{Path(folder, name)} sets SecurePyPI to {type(section).__name__}, which is not valid.",
                remedy='write it as {"SecurePyPI": {"repository": "..."}}',
            )
        yield Path(folder, name), section


def _load(loader: type, name: str, folder: str) -> Config:
    try:
        config = loader(name, path=folder).load_config()
    except ConfigFileNotFound:
        return Config()
    except Exception as error:  # noqa: BLE001 a configuration file is code, which may raise anything
        raise ConfigurationError(
            f"The configuration file {Path(folder, name)} cannot be read: {type(error).__name__}: {error}.",
            remedy="mend the file; `jupyter securepypi status` reads it again",
        ) from None
    return config if isinstance(config, Config) else Config()


def _apply(options: SecurePyPI, section: Config, source: str) -> None:
    for name, value in section.items():
        if not options.has_trait(name) or not options.traits()[name].metadata.get("config"):
            known = ", ".join(sorted(SecurePyPI.class_traits(config=True)))
            raise ConfigurationError(
                f"{source} sets SecurePyPI.{name}, which is no option.", remedy=f"the options are: {known}"
            )
        _set(options, name, value, source)


def _variables(environment: Mapping[str, str], beside: str) -> Iterator[tuple[str, Any, str]]:
    """Yield what environment variables say: option, value, and the variable in words."""
    for name, value, variable in variables.said_options(environment, beside):
        yield name, value, f"the variable {variable}"
    for name, value in gate_variables.said(environment).items():
        yield name, value, f"the variable {gate_variables.variable_of(name)}"


def _read(name: str, value: object, source: str) -> Any:
    """Return `value` as the option `name` takes it."""
    options = SecurePyPI()
    _set(options, name, value, source)
    return getattr(options, name)


def _set(options: SecurePyPI, name: str, value: object, source: str) -> None:
    if isinstance(value, LazyConfigValue):  # `c.SecurePyPI.clients.append(...)`: its base value is known here
        value = value.get_value(getattr(options, name))
    try:
        setattr(options, name, value)
    except TraitError as error:
        raise ConfigurationError(
            f"{source[0].upper()}{source[1:]} sets SecurePyPI.{name} to {value!r}, which is not valid.",
            why=str(error),
            remedy=" ".join(str(SecurePyPI.class_traits()[name].help).split()),
        ) from None
