"""What every notebook pays: ``%load_ext jupyter_securepypi``."""

from __future__ import annotations

import json
from collections.abc import Iterator

from .findings import Finding, Row, at_most
from .harness import Times, process
from .place import Place

_HEAVY = ("boto3", "botocore", "pydantic", "jupyter_server")


def run(place: Place) -> Iterator[Finding]:
    environ = place.home()
    answers = [
        json.loads(process(place.inside("load"), environ, place.folder)) for _ in range(place.rounds(15, 5) + 1)
    ]
    yield at_most("`%load_ext jupyter_securepypi`", Times([one["seconds"] for one in answers[1:]]), 0.015)
    heavy = sorted({name.split(".")[0] for name in answers[0]["modules"]} & set(_HEAVY))
    said = ", ".join(heavy) or f"none of {', '.join(_HEAVY)}; {len(answers[0]['modules'])} of our own"
    yield Row(
        "modules that it imports",
        said,
        "no " + ", ".join(_HEAVY),
        not heavy,
        {"modules": answers[0]["modules"]},
    )
