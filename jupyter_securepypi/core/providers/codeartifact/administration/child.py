"""The child process: reads a question from standard input, and writes one JSON object for each answer."""

from __future__ import annotations

import json
import sys
from typing import Any, Callable, Dict, Iterable, Mapping

from ....child import answer_pipe
from ....errors import Fault, SecurePyPIError
from ....minting import decoded
from ..repository import Repository, named_by
from . import blocking
from .api import Api
from .copying import Destination, Outcome, Wanted, copy
from .group_pattern import OwnNames
from .own_names import Look

Answers = Iterable[Dict[str, Any]]


def answer() -> None:
    """Answer the question; the last object is ``{"end": true}``, or the error that ended it."""
    pipe = answer_pipe()

    def send(value: Mapping[str, Any]) -> None:
        print(json.dumps(value), file=pipe, flush=True)

    try:
        asked = json.load(sys.stdin)
        request = decoded(asked["request"])
        for one in _TASKS[asked["task"]](Api.of(request), named_by(request), asked):
            send(one)
        send({"end": True})
    except SecurePyPIError as error:
        send({"error": error.to_dict()})
    except BrokenPipeError:
        pass  # whoever asked has gone: nothing more is changed
    except Exception as error:  # noqa: BLE001 the parent must get an answer, without a text that may hold a secret
        send({"error": Fault(error).to_dict()})


def _look(api: Api, destination: Repository, asked: Mapping[str, Any]) -> Answers:
    there = Destination(api, destination)
    there.must_exist()
    return (_described(there.look(Wanted.from_dict(one))) for one in asked["wanted"])


def _copy(api: Api, destination: Repository, asked: Mapping[str, Any]) -> Answers:
    wanted = [Wanted.from_dict(one) for one in asked["wanted"]]
    return map(_described, copy(api, Repository.parse(asked["source"]), destination, wanted))


def _exposures(api: Api, repository: Repository, asked: Mapping[str, Any]) -> Answers:
    found = Look(api, repository).exposures(_patterns(asked))
    return ({"kind": one.kind, "subject": one.subject, "why": one.why} for one in found)


def _protect(api: Api, repository: Repository, asked: Mapping[str, Any]) -> Answers:
    return blocking.protect(api, repository, _patterns(asked))


def _patterns(asked: Mapping[str, Any]) -> "list[OwnNames]":
    return [OwnNames.of(one) for one in asked["patterns"]]


def _described(one: Outcome) -> Dict[str, Any]:
    return {"name": one.name, "version": one.version, "state": one.state, "why": one.why}


_TASKS: Dict[str, Callable[[Api, Repository, Mapping[str, Any]], Answers]] = {
    "look": _look,
    "copy": _copy,
    "exposures": _exposures,
    "protect": _protect,
}
