"""The credential for one pip run by way of keyring: ours against keyrings.codeartifact, which asks AWS each time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from .findings import Finding, Row
from .harness import duration, in_turn, over, process, ratio
from .place import Place


def run(place: Place) -> Iterator[Finding]:
    """Each contestant has an environment of its own with the same keyring, as pip's ``subprocess`` provider has."""
    # In a throwaway environment: nothing of ours needs it, so it is in no extra either.
    environ, rival = place.home(), place.rival()
    _configure(place, environ)
    # It takes addresses of AWS only, and reads in them which domain it is.
    host = "acme-111122223333.d.codeartifact.us-west-2.amazonaws.com"
    plain = place.throwaway("keyring", "keyring")
    contestants = {
        "ours": (plain, place.aws.index_url, environ),
        "theirs": (
            place.throwaway("keyrings", "keyrings.codeartifact"),
            f"https://{host}/pypi/shared-pypi/",
            rival,
        ),
        "none": (plain, "https://example.com/", place.rival()),
        "trivial": (plain, place.aws.index_url, _with_a_trivial_backend(place)),
    }

    def get(name: str) -> None:
        prefix, service, given = contestants[name]
        secret = process([prefix / "bin/keyring", "get", service, "aws"], given, place.folder)
        assert len(secret) > 500, f"{name}: no token"

    def inside(name: str) -> float:
        prefix, service, given = contestants[name]
        script = Path(__file__).with_name("inside.py")
        said = json.loads(process([prefix / "bin/python", script, "credential", service], given, place.folder))
        assert said["found"] == (name != "none"), name
        return float(said["seconds"])

    place.aws.clear()
    get("ours")
    asked = sum(place.aws.calls()["counts"].values())
    rounds = place.rounds(12, 3)
    inner = in_turn({name: lambda name=name: inside(name) for name in ("ours", "theirs", "none")}, rounds)  # type: ignore[misc]
    whole = in_turn({name: lambda name=name: get(name) for name in ("ours", "theirs", "trivial")}, 2 * rounds)  # type: ignore[misc]

    own = {name: inner[name].median - inner["none"].median for name in ("ours", "theirs")}
    # Less than a measurement can tell from nothing counts as a millisecond.
    faster = own["theirs"] / max(own["ours"], 0.001)
    measured = (
        f"{faster:.0f} × faster, {asked} AWS calls: {duration(max(own['ours'], 0.0))} against "
        f"{duration(own['theirs'])} "
        f"on top of keyring's own {duration(inner['none'].median)}"
    )
    figures = {"ratio": faster, "calls": asked, **{name: one.to_dict() for name, one in inner.items()}}
    against = "against keyrings.codeartifact"
    holds = faster >= 10 and asked == 0
    what = f"credential for one pip run through our keyring backend, {against}"
    yield Row(f"{what}: the backend", measured, "≥ 10 × faster, 0 calls", holds, figures)
    more = over(whole["ours"], whole["trivial"])
    measured = (
        f"{duration(more)} more, {asked} AWS calls: {whole['ours']} against {whole['trivial']}; "
        f"{ratio(whole['theirs'], whole['ours']):.1f} × faster than keyrings.codeartifact: {whole['theirs']}"
    )
    figures = {"more": more, "calls": asked, **{name: one.to_dict() for name, one in whole.items()}}
    what = "the same: the whole process `keyring get`, over the same with a backend that returns a constant"
    yield Row(what, measured, "≤ 5 ms more, 0 calls", more <= 0.005 and asked == 0, figures)


def _configure(place: Place, environ: dict[str, str]) -> None:
    """Let the command line give keyring our backend, as the refresher does where `clients` names it."""
    config = Path(environ["JUPYTER_CONFIG_DIR"])
    config.mkdir(parents=True, exist_ok=True)
    (config / "jupyter_securepypi_config.json").write_text(json.dumps({"SecurePyPI": {"clients": ["keyring"]}}))
    place.ours("configure", environ=environ)


def _with_a_trivial_backend(place: Place) -> dict[str, str]:
    """Return a home whose keyring finds a backend as it finds ours, and that backend a password without a look."""
    environ = place.rival()
    folder, config = Path(environ["HOME"], "backends"), Path(environ["XDG_CONFIG_HOME"], "python_keyring")
    about = folder / "trivial_keyring-1.dist-info"
    for one in (about, config):
        one.mkdir(parents=True)
    (folder / "trivial_keyring.py").write_text(
        "from keyring.backend import KeyringBackend\n\n"
        "class Trivial(KeyringBackend):\n"
        "    priority = 9\n"
        "    def get_password(self, service, username):\n"
        "        return 'x' * 600\n"
        "    def set_password(self, service, username, password):\n"
        "        raise NotImplementedError\n"
    )
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: trivial_keyring\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[keyring.backends]\ntrivial_keyring = trivial_keyring\n")
    (config / "keyringrc.cfg").write_text(
        f"[backend]\ndefault-keyring = keyring.backends.chainer.ChainerBackend\nkeyring-path = {folder}\n"
    )
    return environ
