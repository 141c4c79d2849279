"""The variables that point clients at the emulator, by endpoint or by proxy."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path

_LOOPBACK = ("127.0.0.1", "localhost")


def endpoints(url: str) -> dict[str, str]:
    """Return what makes AWS's SDKs ask `url` instead of AWS."""
    return {f"AWS_ENDPOINT_URL_{service}": url for service in ("STS", "CODEARTIFACT", "IAM")}


def through_proxy(proxy: str) -> dict[str, str]:
    """Return what leads every client's https through `proxy`, and SDKs to AWS's own names.

    The last one (AWS SDKs and Tools Reference Guide, "Service-specific endpoints") is for endpoints that stand in the
    shell or in ``~/.aws/config`` already.
    """
    return {"HTTPS_PROXY": proxy, "https_proxy": proxy, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}


def trusting(ca_file: Path) -> dict[str, str]:
    """Return what makes SDKs, pip, requests, OpenSSL and uv trust the authority in `ca_file`."""
    names = ("AWS_CA_BUNDLE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
    return dict.fromkeys(names, str(ca_file))


def without_proxy(environ: Mapping[str, str], hosts: Iterable[str]) -> dict[str, str]:
    """Return the hosts that need no proxy: loopback and those in `environ`, but what would except one of `hosts`."""
    hosts = list(hosts)
    given = (environ.get("NO_PROXY") or environ.get("no_proxy", "")).split(",")
    kept = [one for one in given if one.strip() and not any(_covers(one.strip(), host) for host in hosts)]
    joined = ",".join([*kept, *(one for one in _LOOPBACK if one not in kept)])
    return {"NO_PROXY": joined, "no_proxy": joined}


def _covers(entry: str, host: str) -> bool:
    # Some clients know patterns like *.example.com; to those that do not, the entry means nothing.
    name = entry if entry == "*" else entry.lstrip("*")
    return bool(urllib.request.proxy_bypass_environment(host, {"no": name}))  # type: ignore[attr-defined]
