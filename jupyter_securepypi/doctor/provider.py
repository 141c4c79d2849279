"""The provider's examination, in a short-lived child process with a deadline.

No server or kernel imports the provider's SDK for it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

from ..core.check import Check
from ..core.child import Child, answer_pipe
from ..core.grant import Grant, MintRequest
from ..core.minting import decoded, encoded
from ..core.providers.registry import provider_of

DEADLINE = 16.0
"""Seconds that the examination may take; a hanging host uses `reach.CONNECT` plus `reach.ANSWER` of them."""


@dataclass(frozen=True)
class ProviderReport:
    """The result of an examination.

    Attributes:
        checks: the checks in the order of their making.
        index_url: the index without credentials, or None if it is not known.
    """

    checks: tuple[Check, ...]
    index_url: str | None


class ProviderExamination:
    """An examination that starts at once; `report` waits for its end.

    Args:
        request: the request that minting would make.
        stored: the grant that package managers have, or None.
        deadline: seconds from now.
    """

    def __init__(self, request: MintRequest, stored: Grant | None, deadline: float = DEADLINE) -> None:
        self._deadline = deadline
        self._provider = provider_of(request.repository)
        self._known_url = stored.index_url if stored else None
        question = {
            "request": encoded(request),
            "stored": stored.token.secret if stored else "",
            "index_url": stored.index_url if stored else "",
        }
        self._child = Child.python("jupyter_securepypi.doctor.provider", question, deadline)

    def cancel(self) -> None:
        """End the examination now; `report` then returns the checks made so far."""
        self._child.end()

    def report(self) -> ProviderReport:
        """Return the checks made before the examination ended or the deadline passed."""
        with self._child as child:
            lines = b"".join(child.output()).splitlines()
        answers = [answer for answer in map(_object, lines) if answer]
        checks = [Check.from_dict(answer["check"]) for answer in answers if "check" in answer]
        ends = [answer["index_url"] for answer in answers if "index_url" in answer]
        if not ends:
            checks.append(self._unfinished(checks))
        return ProviderReport(tuple(checks), next(filter(None, ends), self._known_url))

    def _unfinished(self, checks: list[Check]) -> Check:
        provider = self._provider
        name = provider.authority if provider.mints else provider.label
        after = f" after {checks[-1].name}" if checks else ""
        if self._child.timed_out:
            what = f"{name} has not answered{after} within {self._deadline:g} seconds"
            return Check.failed(name, what, f"check HTTPS_PROXY and DNS; {provider.advice.silent}")
        what = f"the process that asks {name} ended with status {self._child.status}{after}"
        return Check.failed(name, what, "run it again; `jupyter securepypi refresh` may say more")


def answer() -> None:
    """Run in the child: read the question from standard input, write one JSON object per check to standard output."""
    pipe = answer_pipe()
    question = json.load(sys.stdin)

    def send(**values: Any) -> None:
        print(json.dumps(values), file=pipe)

    request = decoded(question["request"])
    index_url = provider_of(request.repository).examine(
        request, lambda check: send(check=check.to_dict()), question["stored"], question["index_url"]
    )
    send(index_url=index_url)


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:  # the child was ended in the middle of a line
        return {}
    return value if isinstance(value, dict) else {}
