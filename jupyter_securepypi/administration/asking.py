"""Put an administrator's question to AWS, in a child process that answers piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..core.child import Child
from ..core.errors import SecurePyPIError, Unreachable
from ..core.grant import MintRequest
from ..core.minting import encoded

_CHILD = "jupyter_securepypi.core.providers.codeartifact.administration.child"


def answers(task: str, request: MintRequest, deadline: float, **asked: Any) -> Iterator[dict[str, Any]]:
    """Yield the answers of AWS as they come. Whoever stops to listen ends the child process, and what it does.

    Args:
        task: one of those of the child.
        request: says who asks, and about which repository.
        deadline: seconds that all of them may take.
        asked: what else the task needs, JSON values.

    Raises:
        SecurePyPIError: AWS refuses; Unreachable where it does not answer in time.
    """
    question = {"task": task, "request": encoded(request), **asked}
    with Child.python(_CHILD, question, deadline) as child:
        rest = b""
        for piece in child.output():
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                value: dict[str, Any] = json.loads(line)
                if "end" in value:
                    return
                if "error" in value:
                    raise SecurePyPIError.from_dict(value["error"])
                yield value
    if child.timed_out:
        raise Unreachable(
            f"AWS has not answered everything within {deadline:g} seconds.",
            why="the connection hangs, or the calls were throttled for too long",
            remedy="run it again: what is done already is not done again",
        )
    raise SecurePyPIError(
        "The process that asks AWS did not finish.",
        why=f"it ended with status {child.status}",
        remedy="try again",
    )
