"""The table of verdicts: who honours CA_REPOSITORY_ARN on each route and image of SageMaker's."""

from __future__ import annotations

from jupyter_securepypi.sagemaker.facts import FACTS, Fact, fact_for
from jupyter_securepypi.sagemaker.routes import IMAGES, READ, ROUTES, Image, Route, parse_version

from .markdown import code, escaped, table


def text() -> str:
    """Return a table for each kind of step, for the newest SDK that was read."""
    read = f"Judged for version {READ['2']} of SDK v2 and {READ['3']} of SDK v3, the newest that were read.\n"
    parts = [read]
    for step in ("training", "processing"):
        head = [f"{step} route", *(image.label for image in IMAGES)]
        rows = [
            [f"{escaped(route.label)}<br>{code(route.id)}", *(_verdict(route, image) for image in IMAGES)]
            for route in ROUTES
            if route.step == step
        ]
        parts.append(table(head, rows))
    return "\n".join(parts)


def sources_text() -> str:
    """Return every fact behind the tables, with the version that it holds for, and its source."""
    return "\n".join(_fact(fact) for fact in FACTS)


def _verdict(route: Route, image: Image) -> str:
    fact = fact_for(route, image, parse_version(READ[route.sdk]) if route.sdk else ())
    if fact is None:
        return "not examined"
    return f"**{fact.verdict}**" if fact.verdict == "honoured" else fact.verdict


def _fact(fact: Fact) -> str:
    routes = ", ".join(map(code, fact.routes))
    images = f" with {', '.join(map(code, fact.images))}" if fact.images else ""
    since = f", since {fact.since}" if fact.since else ""
    before = f", before {fact.before}" if fact.before else ""
    leaks = f" Beware: {escaped(fact.leaks)}." if fact.leaks else ""
    fails = {
        "open": " Where authentication fails, packages come from pip's default index.",
        "closed": " Where authentication fails, so does the job.",
        "": "",
    }[fact.fails]
    said = f"{escaped(fact.reason)}.{fails}{leaks}"
    return (
        f"{routes}{images}{since}{before}: {fact.verdict}\n"
        f": By {escaped(fact.by)}. {said} Source: {escaped(fact.source)}.\n"
    )
