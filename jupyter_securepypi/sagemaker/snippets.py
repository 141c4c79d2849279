"""Code for a step on a route, in five forms."""

from __future__ import annotations

import json
from dataclasses import replace

from .facts import HONOURED, fact_for
from .routes import READ, find_route, parse_version
from .sdk_snippets import WRITERS
from .snippet_parts import StepPurpose, dictionary, quoted

# The chosen route → its nearest relatives in SDK v2 and v3.
_RELATIVES = {
    "v2-estimator": ("v2-estimator", "v3-model-trainer"),
    "v2-model-trainer": ("v2-model-trainer", "v3-model-trainer"),
    "v2-remote": ("v2-remote", "v3-remote"),
    "v2-transformer": ("v2-transformer", "v3-transformer"),
    "v2-model": ("v2-model", "v3-model"),
    "v3-model-trainer": ("v2-model-trainer", "v3-model-trainer"),
    "v3-remote": ("v2-remote", "v3-remote"),
    "boto3-training": ("v2-estimator", "v3-model-trainer"),
    "v2-framework-processor": ("v2-framework-processor", "v3-framework-processor"),
    "v2-script-processor": ("v2-script-processor", "v3-script-processor"),
    "v3-framework-processor": ("v2-framework-processor", "v3-framework-processor"),
    "v3-script-processor": ("v2-script-processor", "v3-script-processor"),
    "boto3-processing": ("v2-script-processor", "v3-script-processor"),
}
_ROUTES = frozenset(_RELATIVES)


def snippets(purpose: StepPurpose) -> dict[str, str]:
    """Return the snippets: ``python``, ``sdk_v2``, ``sdk_v3``, ``config_yaml`` and ``json``.

    An SDK's snippet uses the chosen route if it belongs to that SDK, else the nearest relative in that SDK.
    """
    v2, v3 = _RELATIVES[purpose.route.id]
    return {
        "python": dictionary(purpose.environment),
        "sdk_v2": WRITERS[v2](_on(purpose, v2)),
        "sdk_v3": WRITERS[v3](_on(purpose, v3)),
        "config_yaml": _yaml(purpose),
        "json": json.dumps({"Environment": dict(purpose.environment)}, indent=2) + "\n",
    }


def _on(purpose: StepPurpose, route: str) -> StepPurpose:
    """Return `purpose` for another route, in the newest version of its SDK."""
    if route == purpose.route.id or route not in _ROUTES:
        return purpose
    other = find_route(route)
    version = parse_version(READ[other.sdk])
    fact = fact_for(other, purpose.image, version)
    return replace(
        purpose, route=other, version=version, honoured=fact is not None and fact.verdict == HONOURED
    )


def _yaml(purpose: StepPurpose) -> str:
    keys = ("SageMaker", *purpose.route.defaults)
    lines = [f"{'  ' * depth}{key}:" for depth, key in enumerate(keys)]
    indent = "  " * len(keys)
    variables = [f"{indent}{name}: {quoted(value)}" for name, value in purpose.environment.items()]
    return "\n".join(["SchemaVersion: '1.0'", *lines, *variables, ""])
