"""A kind of index that this package has never heard of, whole in one file."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from jupyter_securepypi.core.errors import ConfigurationError, SecurePyPIError
from jupyter_securepypi.core.grant import Grant
from jupyter_securepypi.core.providers.advice import Advice
from jupyter_securepypi.core.providers.registry import register
from jupyter_securepypi.core.token import Token, Windows


@dataclass(frozen=True)
class Shelf:
    """A place like ``toy:NAME``."""

    name: str
    provider = "toy"
    detail = "a toy"

    @property
    def id(self):
        return f"toy:{self.name}"

    @property
    def facts(self):
        return [("Shelf", self.name)]

    def __str__(self):
        return self.name


class Toy:
    """Mints tokens that live for a minute, for the index that the variable TOY_INDEX names."""

    name = "toy"
    label = "Toy box"
    authority = "the toy box"
    login = "child"
    mints = True
    windows = Windows(advisory_share=0.5)
    advice = Advice(
        forbidden=("it is not your toy", "ask"),
        rejected=("it is too old", "ask again"),
        unreachable="look",
        silent="wait",
    )

    def claims(self, text):
        return text.startswith("toy:")

    def repository(self, text):
        name = text.partition(":")[2]
        if not name.isidentifier():
            raise ConfigurationError(f"There is no shelf {name!r}.", remedy="write toy:NAME")
        return Shelf(name)

    def mint(self, request):
        now = time.time()
        token = Token("toy-token-secret", now + 60, now, f"pid {os.getpid()}", self.windows)
        return Grant(token, os.environ["TOY_INDEX"], self.login)

    def held(self, request):
        return None

    def explain(self, error):
        return SecurePyPIError(f"The toy box is broken: {type(error).__name__}.")

    def scope(self, request, environ):
        return ["toy", request.role]

    def place(self, request):
        return request.repository.id

    def logins(self, *, sessions=True):
        return ""

    def examine(self, request, report, stored, index_url):
        return index_url

    def serves(self, host):
        return False


register(Toy())
