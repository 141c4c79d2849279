"""What a server may say: statuses, kernels, clients, examinations and installs, long names included."""

from __future__ import annotations

import time
from typing import Any

from jupyter_securepypi import __version__

OWNER = "111122223333"
ARN = f"arn:aws:codeartifact:us-west-2:{OWNER}:repository/acme/shared-pypi"
INDEX = f"https://acme-{OWNER}.d.codeartifact.us-west-2.amazonaws.com/pypi/shared-pypi/simple/"
REPOSITORY = {
    "id": ARN,
    "label": "acme/shared-pypi",
    "provider": "codeartifact",
    "provider_label": "AWS CodeArtifact",
    "index_url": INDEX,
    "facts": [
        {"label": "Region", "value": "us-west-2"},
        {"label": "Owner account", "value": OWNER},
        {"label": "Domain", "value": "acme"},
        {"label": "Repository", "value": "shared-pypi"},
    ],
}
IDENTITY = f"arn:aws:sts::{OWNER}:assumed-role/SecurePyPIReadRole_{OWNER}/securepypi-data-scientist"
_FILE = "/etc/jupyter/jupyter_securepypi_config.json"
POLICY = {
    "minimum_age": 604_800.0,
    "exempt": ["acme-*"],
    "unknown_age": "refuse",
    "malware": "block",
    "vulnerabilities": "high",
    "blocked": {"requests<2.32": "CVE-2024-35195", "a-package-with-a-long-name": "Use acme-core in its place"},
    "locked": [
        {"option": option, "file": _FILE} for option in ("minimum_age", "malware", "verify", "allow_public")
    ],
    "text": "",
}
_LIFE = 43_200.0
_DEFAULT: Any = object()


def status(
    *,
    state: str = "fresh",
    left: float | None = 42_120.0,
    version: str = __version__,
    repository: Any = _DEFAULT,
    identity: str | None = IDENTITY,
    error: dict[str, Any] | None = None,
    policy: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return an answer to ``GET status`` with `left` seconds until expiry."""
    now = time.time()
    return {
        "version": version,
        "state": state,
        "expires_at": None if left is None else now + left,
        "minted_at": None if left is None else now + left - _LIFE,
        "seconds_left": left,
        "refreshing": False,
        "repository": REPOSITORY if repository is _DEFAULT else repository,
        "identity": identity,
        "error": error,
        "policy": policy,
    }


def error(kind: str, message: str, why: str, remedy: str) -> dict[str, Any]:
    """Return a failure in the server's form."""
    now = time.time()
    return {
        "kind": kind,
        "message": message,
        "why": why,
        "remedy": remedy,
        "since": now - 600,
        "next_try": now + 60,
    }


def _source(option: str, value: str, kind: str, source: str, section: str, in_force: bool) -> dict[str, Any]:
    return {
        "client": "pip",
        "option": option,
        "value": value,
        "kind": kind,
        "source": source,
        "section": section,
        "in_force": in_force,
    }


def _kernel(name: str, display_name: str, **changes: Any) -> dict[str, Any]:
    site = f"/home/me/.conda/envs/{name}/pip.conf"
    return {
        "name": name,
        "display_name": display_name,
        "kind": "python",
        "prefix": f"/home/me/.conda/envs/{name}",
        "reason": "",
        "state": "secure",
        "index_url": INDEX,
        "decided_by": {"kind": "site", "source": site, "section": "global"},
        "sources": [_source("index-url", INDEX, "site", site, "global", True)],
        "findings": [],
        "fixable": False,
        **changes,
    }


_ELSEWHERE = "https://****@packages.example.com/a/rather/long/path/simple"
KERNELS = [
    _kernel("python3", "Python 3 (ipykernel)"),
    _kernel(
        "my-env",
        "my-env",
        state="insecure",
        fixable=True,
        sources=[
            _source("extra-index-url", _ELSEWHERE, "variable", "PIP_EXTRA_INDEX_URL", "", True),
            _source("index-url", INDEX, "site", "/home/me/.conda/envs/my-env/pip.conf", "global", True),
            _source(
                "index-url", "https://old.example.com/simple", "user", "/home/me/.pip/pip.conf", "global", False
            ),
        ],
        findings=[
            {
                "kind": "extra-index",
                "source": "PIP_EXTRA_INDEX_URL",
                "message": "pip also looks at packages.example.com, because PIP_EXTRA_INDEX_URL says so.",
                "remedy": "remove the variable from the kernel's specification",
            }
        ],
    ),
    _kernel(
        "remote",
        "Python 3 on a cluster with a rather long name",
        kind="remote",
        prefix=None,
        reason="the provisioner slurm-provisioner starts it elsewhere; configure pip there",
        state="unknown",
        index_url=None,
        decided_by=None,
        sources=[],
    ),
    _kernel(
        "early",
        "Python 3 before the first token",
        state="unknown",
        index_url=None,
        decided_by={"kind": "default", "source": "", "section": ""},
        sources=[],
        findings=[
            {
                "kind": "unknown",
                "source": "",
                "message": "The secure index is not known before the first token.",
                "remedy": "refresh the token",
            }
        ],
    ),
]


def _package(name: str, version: str, **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "version": version,
        "previous": None,
        "url": INDEX + name,
        "sha256": "d3d7337780bd52b6f5e7dbb1" * 2 + "0" * 16,
        "requested": False,
        "direct": False,
        **changes,
    }


def _install(minutes_ago: float, packages: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    return {
        "time": time.time() - 60 * minutes_ago,
        "ok": True,
        "packages": packages,
        "repository": ARN,
        "seconds": 1.4,
        "prefix": "/home/me/.conda/envs/my-env",
        "arguments": [package["name"] for package in packages],
        "gate": [],
        **changes,
    }


INSTALLS = [
    _install(
        5,
        [
            _package("acme-core", "1.4.0"),
            _package("acme-features", "1.2.0", previous="1.1.0", requested=True),
        ],
    ),
    _install(
        60,
        [],
        ok=False,
        arguments=["acme-missing"],
        error={
            "kind": "NotFound",
            "message": "acme-missing is not in acme/shared-pypi.",
            "why": "the index answers 404",
            "remedy": "ask for it, or correct the name",
        },
    ),
    _install(3000, [_package("pandas", "2.2.3", requested=True)], repository="public"),
]


def _client(name: str, state: str, **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "enabled": True,
        "installed": state != "not_installed",
        "state": state,
        "index_url": None,
        "source": "",
        "message": "",
        "remedy": "",
        **changes,
    }


CLIENTS = [
    _client("pip", "secure", index_url=INDEX, source="/opt/conda/pip.conf [global]"),
    _client(
        "uv",
        "unset",
        message="nothing sets an index, so the public one is used",
        remedy="run `jupyter securepypi configure`",
    ),
    _client("netrc", "secure", index_url=INDEX, source="/home/me/.netrc"),
    _client("poetry", "not_installed"),
    _client(
        "twine",
        "elsewhere",
        enabled=False,
        index_url=_ELSEWHERE,
        source="TWINE_REPOSITORY_URL",
        message="uploads go elsewhere",
        remedy="unset TWINE_REPOSITORY_URL",
    ),
    _client("keyring", "off", enabled=False),
]


def check(
    name: str, ok: bool | None, message: str, remedy: str = "", fix: Any = None, why: str = ""
) -> dict[str, Any]:
    """Return one line of an examination."""
    return {"name": name, "ok": ok, "message": message, "why": why, "remedy": remedy, "fix": fix}


def fix(key: str, does: str, *, own_files: bool) -> dict[str, Any]:
    """Return a remedy that the server can apply."""
    return {"key": key, "does": does, "own_files": own_files}


_LONG = (
    "/home/me/.local/share/jupyter/runtime/securepypi/.0123456789abcdef0123456789abcdef.json.securepypi-x1y2z3"
)
FINE = [
    check("configuration", True, ARN),
    check("codeartifact endpoint", True, "https://codeartifact.us-west-2.amazonaws.com answers, TLS 1.3"),
    check("codeartifact:GetAuthorizationToken", True, "allowed"),
    check("reading the index", True, "allowed"),
    check("kernel remote", None, "the provisioner slurm-provisioner starts it elsewhere; configure pip there"),
]
FINDINGS = [
    check(
        "sts:GetServiceBearerToken",
        False,
        "AccessDenied on sts:GetServiceBearerToken.",
        "add it: `jupyter securepypi iam-policy reader` prints the statement",
        why="the role may call GetAuthorizationToken, which also needs this",
    ),
    check(
        "leftovers",
        False,
        f"{_LONG} was left by a process that was killed, and may hold a token",
        "remove it",
        fix("1", f"remove {_LONG}", own_files=True),
    ),
    check(
        "file modes",
        False,
        "/home/me/.pypirc has mode 0644: others on this machine may read it",
        "chmod 600 /home/me/.pypirc",
        fix("2", "set the mode of /home/me/.pypirc to 0600", own_files=False),
    ),
]


def examination(
    checks: list[dict[str, Any]], *, examined: bool = True, running: bool = False
) -> dict[str, Any]:
    """Return an answer to ``GET`` and ``POST doctor``."""
    return {
        "running": running,
        "examined_at": time.time() - 60 if examined else None,
        "findings": sum(one["ok"] is False for one in checks),
        "checks": checks,
    }
