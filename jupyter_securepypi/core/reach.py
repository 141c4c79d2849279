"""Check whether a host can be reached: name, proxy, connection, TLS and answer. Runs in the child."""

from __future__ import annotations

import http.client
import ipaddress
import os
import socket
import ssl
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, unquote, urlsplit

from .check import Check
from .deadline import Deadline
from .errors import ConfigurationError
from .index import Index
from .proxy_and_trust import ProxyAndTrust
from .secret import Secret, basic

CONNECT, ANSWER = 3.0, 4.0  # seconds


@dataclass(frozen=True)
class Remedies:
    """What to do about a host that is out of reach; sentences without a full stop.

    Attributes:
        unknown: if its name is not known.
        unreachable: if nothing answers at its address.
        untrusted: if no trusted authority signed its certificate.
        private: the meaning of a private address, as in "through a VPC endpoint"; empty if it has none.
    """

    unknown: str
    unreachable: str
    untrusted: str
    private: str = ""


@dataclass(frozen=True)
class Contact:
    """The result of a request to a host.

    Attributes:
        check: the check of the host.
        skew: seconds by which the host's clock is ahead of ours; None if the host gave no time.
    """

    check: Check
    skew: float | None = None


@dataclass(frozen=True)
class Answer:
    """Status and headers of an HTTP answer, the version of TLS in words, and the skew of the host's clock."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    tls: str
    skew: float | None


class NoAnswer(Exception):
    """A host does not answer; the text says how far the request came, and what stopped it."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.remedy = remedy


def reach(name: str, url: str, connect: Callable[[], ProxyAndTrust], remedies: Remedies) -> Contact:
    """Return the contact with the host of `url`: any answer is a good one.

    Args:
        name: the name of the check.
        url: the address to ask.
        connect: returns how to reach it, or raises `ConfigurationError`.
        remedies: what to do where it cannot be reached.
    """
    split = urlsplit(url)
    where = f"{split.scheme}://{split.netloc.rpartition('@')[2]}"
    try:
        proxy_and_trust = connect()
        via = _resolved(url, proxy_and_trust, remedies)
        answer = get(f"{where}/", proxy_and_trust, remedies)
    except ConfigurationError as error:
        return Contact(Check.of(error, name))
    except NoAnswer as missing:
        return Contact(Check.failed(name, f"{where}: {missing}.", missing.remedy))
    return Contact(Check.passed(name, f"{where} answers{via}{answer.tls}"), answer.skew)


def get(
    url: str, proxy_and_trust: ProxyAndTrust, remedies: Remedies, headers: Mapping[str, str] | None = None
) -> Answer:
    """Ask for `url`, and return the answer without its body.

    Args:
        url: http or https.
        proxy_and_trust: how to reach it.
        remedies: what to do where it cannot be reached.
        headers: further ones; secrets in them are never shown.

    Raises:
        NoAnswer: there is no answer.
    """
    with Deadline(CONNECT + ANSWER) as deadline:
        return _get(url, proxy_and_trust, remedies, headers or {}, deadline)


def _get(
    url: str,
    proxy_and_trust: ProxyAndTrust,
    remedies: Remedies,
    headers: Mapping[str, str],
    deadline: Deadline,
) -> Answer:
    split, proxy = urlsplit(url), _proxy(url, proxy_and_trust)
    secure = split.scheme == "https"
    target = urlsplit(proxy) if proxy else split
    host, port = str(target.hostname), target.port or (443 if target.scheme == "https" else 80)
    connection: http.client.HTTPConnection
    if secure:
        connection = http.client.HTTPSConnection(host, port, timeout=CONNECT, context=_context(proxy_and_trust))
        if proxy:
            connection.set_tunnel(str(split.hostname), split.port or 443, _login(target))
    else:
        connection = http.client.HTTPConnection(host, port, timeout=CONNECT)
    path = (split.path or "/") + (f"?{split.query}" if split.query else "")
    try:
        try:
            connection.connect()
        except OSError as error:
            raise _no_connection(error, host, proxy_and_trust, remedies, proxy=bool(proxy)) from None
        deadline.watch(connection)
        tls = _tls(connection)
        connection.sock.settimeout(ANSWER)
        before = time.time()
        connection.request("GET", url if proxy and not secure else path, headers=dict(headers))
        response = connection.getresponse()
        if deadline.passed:  # headers that it cut off may look whole
            raise TimeoutError
        middle = (before + time.time()) / 2
        return Answer(response.status, dict(response.headers), tls, _skew(response.headers["Date"], middle))
    except (OSError, http.client.HTTPException) as error:
        late = deadline.passed or isinstance(error, TimeoutError)
        what = f"no answer in {ANSWER:g} seconds" if late else "it hung up"
        raise NoAnswer(
            f"connected, but {what}", "try again; if it stays so, look at proxies in between"
        ) from None
    finally:
        connection.close()


def as_pip_does() -> ProxyAndTrust:
    """Return how pip reaches the index in this environment.

    Raises:
        ConfigurationError: a setting names authorities that do not exist.
    """
    return ProxyAndTrust.of(sys.prefix, os.environ)


def index_status(index: Index, remedies: Remedies, project: str = "") -> int:
    """Return the HTTP status of the index's own page, asked for with its credentials.

    Args:
        index: which index.
        remedies: for what stands in the way.
        project: ask for this one's page instead, as an index without a list of its projects needs it.

    Raises:
        NoAnswer: there is none.
    """
    headers = {}
    if index.password:
        headers["Authorization"] = basic(index.login, index.password)
    try:
        return get(f"{index.url}{project and project + '/'}", as_pip_does(), remedies, headers).status
    except ConfigurationError as error:
        raise NoAnswer(error.message.rstrip("."), error.remedy) from None


def _proxy(url: str, proxy_and_trust: ProxyAndTrust) -> str:
    try:
        return proxy_and_trust.proxy_for(url)
    except ConfigurationError as error:
        raise NoAnswer(error.message.rstrip("."), error.remedy) from None


def _context(proxy_and_trust: ProxyAndTrust) -> ssl.SSLContext:
    try:
        return proxy_and_trust.context()
    except OSError as error:
        what = f"the client certificate {proxy_and_trust.client_certificate} cannot be used ({error})"
        raise NoAnswer(what, "correct pip's `client-cert`") from None


def _login(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    return {"Proxy-Authorization": basic(unquote(proxy.username), Secret(unquote(proxy.password or "")))}


def _resolved(url: str, proxy_and_trust: ProxyAndTrust, remedies: Remedies) -> str:
    """Return in words the way to the host: the proxy, or a private address, as far as DNS knows.

    Raises:
        NoAnswer: DNS does not know the host.
    """
    proxy = _proxy(url, proxy_and_trust)
    host = str(urlsplit(proxy or url).hostname)
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _no_connection(error, host, proxy_and_trust, remedies, proxy=bool(proxy)) from None
    if proxy:
        return f" through the proxy {host}"
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if remedies.private and all(address.is_private and not address.is_loopback for address in addresses):
        return f" {remedies.private} (its address is private)"
    return ""


def _no_connection(
    error: Exception, host: str, proxy_and_trust: ProxyAndTrust, remedies: Remedies, *, proxy: bool
) -> NoAnswer:
    """Return the error that says how far the request to `host` came, and what stopped it."""
    set_by = "HTTPS_PROXY" if proxy_and_trust.proxy is None else "pip's `proxy`"
    if isinstance(error, (socket.gaierror, UnicodeError)):
        remedy = f"check {set_by}" if proxy else remedies.unknown
        return NoAnswer(f"DNS knows no {'proxy ' if proxy else ''}{host}", remedy)
    if isinstance(error, ssl.SSLCertVerificationError):
        return NoAnswer(f"TLS: its certificate is not trusted ({error.verify_message})", remedies.untrusted)
    if isinstance(error, ssl.SSLError):
        return NoAnswer(f"TLS fails ({error.reason or type(error).__name__})", "look at what stands in between")
    if proxy:
        said = f" ({error})" if "Tunnel" in str(error) else ""
        return NoAnswer(
            f"the proxy {host} does not let us through{said}",
            f"check {set_by}, or set NO_PROXY for this host",
        )
    why = "no connection" if isinstance(error, TimeoutError) else (getattr(error, "strerror", "") or "refused")
    return NoAnswer(f"TCP: {why}", remedies.unreachable)


def _tls(connection: http.client.HTTPConnection) -> str:
    version = connection.sock.version() if isinstance(connection.sock, ssl.SSLSocket) else None
    return f", {version.replace('v', ' ')}" if version else ""


def _skew(date: str | None, now: float) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() - now if date else None
    except ValueError:
        return None
