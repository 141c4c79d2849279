"""The commonest install of all: the package is there already, and the token is fresh."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

from .cells import kernel
from .findings import Finding, Row, ratio_row
from .harness import in_turn
from .place import Place


def index_with_token(place: Place, environ: dict[str, str]) -> str:
    """Return the index's URL with the token in it, as people write it without us."""
    place.ours("refresh", "--if-needed", environ=environ)
    (store,) = (
        path for path in Path(environ["JUPYTER_RUNTIME_DIR"]).rglob("*.json") if '"secret"' in path.read_text()
    )
    url = urlsplit(place.aws.index_url)
    secret = quote(json.loads(store.read_bytes())["token"]["secret"], safe="")
    return url._replace(netloc=f"aws:{secret}@{url.netloc}").geturl()


def run(place: Place) -> Iterator[Finding]:
    environ = place.home()
    bare = f"!python -m pip install -q -i {index_with_token(place, environ)} acme-core"
    with kernel(place.environment, environ) as ours, kernel(place.environment, place.rival()) as theirs:
        ours.run("%load_ext jupyter_securepypi")
        ours.run("%secure_pip install -q acme-core")
        place.aws.clear()
        times = in_turn(
            {
                "pip": lambda: ours.seconds("%secure_pip install -q --engine pip acme-core"),
                "uv": lambda: ours.seconds("%secure_pip install -q --engine uv acme-core"),
                "bare": lambda: theirs.seconds(bare),
            },
            place.rounds(15, 4),
        )
        asked = {name: n for name, n in place.aws.calls()["counts"].items() if not name.startswith("index:")}
        installs = 2 * (len(times["pip"].all) + 1)
    what = "`%secure_pip install X`, X present, warm token, against `pip install -i URL-with-token X`"
    yield ratio_row(f"{what}: pip engine", times["pip"], times["bare"], most=1.10)
    yield ratio_row(f"{what}: uv engine", times["uv"], times["bare"], most=1.10)
    calls = sum(asked.values())
    yield Row(
        "AWS calls per install with a fresh token", f"{calls} in {installs} installs", "0", calls == 0, asked
    )
