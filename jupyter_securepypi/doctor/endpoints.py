"""Can AWS's hosts be reached from here: name, connection, proxy, TLS, and an answer. Runs in the child."""

from __future__ import annotations

import base64
import http.client
import ipaddress
import os
import socket
import ssl
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from ..core.errors import ConfigurationError
from ..core.pip.configuration import effective
from ..core.proxy_address import refuse_unreadable
from .check import Check

CONNECT, ANSWER = 3.0, 4.0  # seconds

# Which VPC endpoint serves a host (AWS PrivateLink, "AWS services that integrate"); package files come from S3.
VPC_ENDPOINTS = {
    "sts": "sts",
    "codeartifact": "codeartifact.api",
    "index": "codeartifact.repositories, with the S3 gateway",
}


@dataclass(frozen=True)
class Contact:
    """What came of asking a host.

    Attributes:
        check: the line about it.
        skew: seconds by which the host's clock is ahead of ours; None where it told no time.
    """

    check: Check
    skew: float | None = None


@dataclass(frozen=True)
class Answer:
    """Status and headers of an HTTP answer, and the way it took."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    tls: str
    skew: float | None


class Stage(Exception):
    """The way to a host ended here; the text says where and why."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.remedy = remedy


def reach(service: str, url: str) -> Contact:
    """Return whether the host of `url` answers, whatever it answers.

    Args:
        service: a key of `VPC_ENDPOINTS`.
        url: where its requests go.
    """
    split = urlsplit(url)
    name, where = f"{service} endpoint", f"{split.scheme}://{split.netloc.rpartition('@')[2]}"
    try:
        via = _way(url, service)
        answer = get(f"{where}/", index=service == "index", service=service)
    except Stage as stage:
        return Contact(Check.failed(name, f"{where}: {stage}.", stage.remedy))
    return Contact(Check.passed(name, f"{where} answers{via}{answer.tls}"), answer.skew)


def get(
    url: str, headers: Mapping[str, str] | None = None, *, index: bool = False, service: str = "index"
) -> Answer:
    """Ask for `url`, through the proxy that is set, and return the answer without its body.

    Args:
        url: http or https.
        headers: further ones; secrets in them are never shown.
        index: trust whom pip trusts, not whom the AWS SDK trusts.
        service: for the remedy.

    Raises:
        Stage: where there is no answer.
    """
    split, proxy = urlsplit(url), proxy_of(url)
    secure = split.scheme == "https"
    target = urlsplit(proxy) if proxy else split
    host, port = str(target.hostname), target.port or (443 if target.scheme == "https" else 80)
    context = _trust(index) if secure else None
    connection: http.client.HTTPConnection
    if context:
        connection = http.client.HTTPSConnection(host, port, timeout=CONNECT, context=context)
        if proxy:
            connection.set_tunnel(str(split.hostname), split.port or 443, _login(target))
    else:
        connection = http.client.HTTPConnection(host, port, timeout=CONNECT)
    path = (split.path or "/") + (f"?{split.query}" if split.query else "")
    try:
        try:
            connection.connect()
        except OSError as error:
            raise _stage(error, host, service, proxy=bool(proxy)) from None
        tls = _tls(connection)
        if connection.sock is not None:
            connection.sock.settimeout(ANSWER)
        before = time.time()
        connection.request("GET", url if proxy and not secure else path, headers=dict(headers or {}))
        response = connection.getresponse()
        middle = (before + time.time()) / 2
        return Answer(response.status, dict(response.headers), tls, _skew(response.headers["Date"], middle))
    except (OSError, http.client.HTTPException) as error:
        what = f"no answer in {ANSWER:g} seconds" if isinstance(error, TimeoutError) else "it hung up"
        raise Stage(f"connected, but {what}", "try again; if it stays so, look at proxies in between") from None
    finally:
        connection.close()


def proxy_of(url: str) -> str:
    """Return the proxy that the variables set for `url`, or an empty string.

    Raises:
        Stage: where its address cannot be read.
    """
    try:
        refuse_unreadable(url, os.environ)
    except ConfigurationError as error:
        raise Stage(error.message.rstrip("."), error.remedy) from None
    split = urlsplit(url)
    host = split.netloc.rpartition("@")[2]
    proxies = getproxies()
    found = "" if proxy_bypass(host) else proxies.get(split.scheme, proxies.get("all", ""))
    return found if not found or "://" in found else f"http://{found}"


def _login(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    words = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": "Basic " + base64.b64encode(words.encode()).decode()}


def _way(url: str, service: str) -> str:
    """Return through what a request to `url` goes, having looked up the name it needs first."""
    proxy = proxy_of(url)
    host = str(urlsplit(proxy or url).hostname)
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _stage(error, host, service, proxy=bool(proxy)) from None
    if proxy:
        return f" through the proxy {host}"
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if all(address.is_private and not address.is_loopback for address in addresses):
        return " through a VPC endpoint (its address is private)"
    return ""


def _stage(error: Exception, host: str, service: str, *, proxy: bool) -> Stage:
    """Return where and why the way to a host ended."""
    vpc = f"without internet the VPC needs the endpoint {VPC_ENDPOINTS[service]}"
    if isinstance(error, (socket.gaierror, UnicodeError)):
        remedy = (
            "check HTTPS_PROXY" if proxy else f"check the region and this machine's DNS; {vpc}, private DNS on"
        )
        return Stage(f"DNS knows no {'proxy ' if proxy else ''}{host}", remedy)
    if isinstance(error, ssl.SSLCertVerificationError):
        return Stage(
            f"TLS: its certificate is not trusted ({error.verify_message})",
            "behind an inspecting proxy set AWS_CA_BUNDLE and REQUESTS_CA_BUNDLE to its certificate authority",
        )
    if isinstance(error, ssl.SSLError):
        return Stage(f"TLS fails ({error.reason or type(error).__name__})", "look at what stands in between")
    if proxy:
        said = f" ({error})" if "Tunnel" in str(error) else ""
        return Stage(
            f"the proxy {host} does not let us through{said}",
            "check HTTPS_PROXY, or set NO_PROXY for this host",
        )
    why = "no connection" if isinstance(error, TimeoutError) else (getattr(error, "strerror", "") or "refused")
    return Stage(f"TCP: {why}", f"{vpc}, a security group that lets port 443 through; or set HTTPS_PROXY")


def _trust(index: bool) -> ssl.SSLContext:
    """Return what decides over certificates: as botocore or as pip has it."""
    file = os.environ.get("REQUESTS_CA_BUNDLE", "")
    if index:
        file = file or effective(sys.prefix, os.environ).value("cert") or ""
    else:
        file = os.environ.get("AWS_CA_BUNDLE") or file
    try:
        if file:
            folder = os.path.isdir(file)  # noqa: PTH112
            return ssl.create_default_context(cafile=None if folder else file, capath=file if folder else None)
        import certifi

        return ssl.create_default_context(cafile=certifi.where())
    except ImportError:
        return ssl.create_default_context()
    except OSError as error:
        raise Stage(
            f"the certificate authorities in {file} cannot be read ({error.strerror or 'not PEM'})",
            "correct AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE or pip's `cert`",
        ) from None


def _tls(connection: http.client.HTTPConnection) -> str:
    version = connection.sock.version() if isinstance(connection.sock, ssl.SSLSocket) else None
    return f", {version.replace('v', ' ')}" if version else ""


def _skew(date: str | None, now: float) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() - now if date else None
    except ValueError:
        return None
