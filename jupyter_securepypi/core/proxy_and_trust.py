"""The proxy to the index and the trusted certificate authorities, by pip's rules in an environment.

uv and our own requests follow pip's rules (``pip/_internal/cli/index_command.py``, ``pip/_vendor/requests/sessions.py``
and ``pip/_vendor/truststore/_openssl.py`` of pip 26.3), so that one setup serves all of them:

* REQUESTS_CA_BUNDLE, else CURL_CA_BUNDLE, else pip's ``cert`` names authorities that replace Mozilla's. The system's
  are trusted as well; SSL_CERT_FILE and SSL_CERT_DIR name their places.
  * pip's ``proxy`` replaces every variable about proxies; with it, pip ignores the first two variables above.
"""

from __future__ import annotations

import os
import re
import ssl
import sys
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .deadline import Deadline
from .errors import ConfigurationError
from .pip.configuration import carried_over
from .proxy_address import chosen_proxy, refuse_unreadable

# Files where systems keep their authorities, in case OpenSSL does not know the place (truststore's list).
_STORES = (
    "/etc/ssl/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/ca-bundle.pem",
)
_HASHED = re.compile(r"[0-9a-fA-F]{8}\.[0-9]")
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@dataclass(frozen=True)
class ProxyAndTrust:
    """How to reach a host, for example the index.

    Attributes:
        proxy: the proxy's address; empty for no proxy, None if the variables in force decide.
        authorities: the trusted authorities in PEM; empty if this system does not keep its own in files.
        client_certificate: a PEM file with a certificate and its key, or empty.
    """

    proxy: str | None = field(default=None, repr=False)  # it may hold a password
    authorities: bytes = field(default=b"", repr=False)
    client_certificate: str = ""

    @staticmethod
    def of(prefix: str, environ: Mapping[str, str], given: Mapping[str, str] | None = None) -> ProxyAndTrust:
        """Return the proxy and trust from pip's settings and the variables in `environ`.

        Args:
            prefix: the prefix of the environment that pip runs in.
            environ: the variables in force.
            given: options of the command line, like ``--proxy``, which override the settings.

        Raises:
            ConfigurationError: a setting names authorities that cannot be read.
        """
        settings = {
            "--" + name[4:].lower().replace("_", "-"): value
            for name, value in carried_over(prefix, environ).variables.items()
        }
        options = {**settings, **(given or {})}
        proxy = chosen_proxy(options)
        if proxy and "://" not in proxy:
            proxy = f"http://{proxy}"
        named, by = options.get("--cert", ""), "pip's `cert`"
        if proxy is None:
            variables = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
            by, named = next(((name, environ[name]) for name in variables if environ.get(name)), (by, named))
        return ProxyAndTrust(proxy, _authorities(named, by, environ), options.get("--client-cert", ""))

    def variables(self, environ: Mapping[str, str], url: str, folder: Path) -> dict[str, str]:
        """Return the variables with which a program (uv, or one that uses requests) reaches `url` in this way.

        Args:
            environ: the variables to start from.
            url: the address that the program asks for.
            folder: a private folder, for the file of authorities.
        """
        kept = dict(environ)
        if self.proxy is not None:
            kept = {name: value for name, value in kept.items() if name.lower() not in _PROXIES}
        if self.proxy:
            kept.update(dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), self.proxy))
        if url.startswith("http:"):
            pass  # http needs no trust, so a quarter of a megabyte need not be written
        elif self.authorities:
            file = folder / "authorities.pem"
            file.write_bytes(self.authorities)
            kept.pop("SSL_CERT_DIR", None)
            kept.update(SSL_CERT_FILE=str(file), REQUESTS_CA_BUNDLE=str(file))
        else:
            kept.setdefault("UV_SYSTEM_CERTS", "1")
        if self.client_certificate:
            kept["SSL_CLIENT_CERT"] = self.client_certificate
        return kept

    def proxy_for(self, url: str) -> str:
        """Return the address of the proxy for a request to `url`, or an empty string.

        Raises:
            ConfigurationError: it cannot be read.
        """
        refuse_unreadable(url, os.environ, self.proxy)
        if self.proxy is not None:
            return self.proxy
        split, proxies = urlsplit(url), urllib.request.getproxies()
        if urllib.request.proxy_bypass(split.netloc.rpartition("@")[2]):
            return ""
        found = proxies.get(split.scheme) or proxies.get("all") or ""
        return found if not found or "://" in found else f"http://{found}"

    def context(self) -> ssl.SSLContext:
        """Return the TLS context that checks the server's certificate and presents ours: always the same one."""
        return self._context

    @cached_property
    def _context(self) -> ssl.SSLContext:
        # It takes hundredths of a second, which hundreds of requests would pay each.
        made = ssl.create_default_context(cadata=self.authorities.decode("ascii", "ignore") or None)
        if self.client_certificate:
            made.load_cert_chain(self.client_certificate)
        return made

    def open(
        self,
        request: urllib.request.Request,
        seconds: float,
        deadline: Deadline,
        *more: urllib.request.BaseHandler,
    ) -> Any:
        """Return the answer to `request`, like `urlopen`; NO_PROXY also applies to pip's ``proxy``.

        Args:
            request: the request to send.
            seconds: the time limit for each read.
            deadline: the time limit for all of it.
            more: further handlers of urllib's.

        Raises:
            ConfigurationError: the proxy's address cannot be read.
            OSError, HTTPException: there is no answer; `HTTPError` for an answer that is not a success.
        """
        refuse_unreadable(request.full_url, os.environ, self.proxy)
        if self.client_certificate:
            self.context()  # one that cannot be used fails with http, too, as pip's does
        handlers = [*deadline.handlers(self.context), *more]
        if self.proxy is not None:
            proxies = {"http": self.proxy, "https": self.proxy} if self.proxy else {}
            handlers.append(urllib.request.ProxyHandler(proxies))
        try:
            return urllib.request.build_opener(*handlers).open(request, timeout=seconds)
        except BaseException as error:  # noqa: BLE001 it is raised again
            # Without the frames of http.client: there the headers stand as they are sent, with the credentials.
            raise error.with_traceback(None)  # noqa: B904 it is the same


def _authorities(named: str, by: str, environ: Mapping[str, str]) -> bytes:
    """Return the certificates in the file or folder `named` (Mozilla's if it is empty), and the system's."""
    if named and not Path(named).exists():
        raise ConfigurationError(
            f"{by} names the certificate authorities {named}, which are not there.",
            remedy=f"correct {by}, or leave it out: the system's authorities are trusted, too",
        )
    places = [Path(named)] if named else _mozilla()
    if sys.platform == "linux" or environ.get("SSL_CERT_FILE") or environ.get("SSL_CERT_DIR"):
        places += _system(environ)
    elif not named:
        return b""
    found = dict.fromkeys(certificate for place in places for certificate in _certificates(place))
    return b"".join(certificate + b"\n" for certificate in found)


def _mozilla() -> list[Path]:
    for module in ("pip._vendor.certifi", "certifi"):
        try:
            return [Path(__import__(module, fromlist=["where"]).where())]
        except ImportError:
            continue
    return []


def _system(environ: Mapping[str, str]) -> list[Path]:
    defaults = ssl.get_default_verify_paths()
    file = Path(environ.get("SSL_CERT_FILE") or defaults.openssl_cafile)
    folders = (environ.get("SSL_CERT_DIR") or defaults.openssl_capath).split(os.pathsep)
    found = [file, *(Path(folder) for folder in folders if folder)]
    if file.is_file() or any(True for place in found for _ in _certificates(place)):
        return found
    return [Path(store) for store in _STORES if Path(store).is_file()][:1]


def _certificates(place: Path) -> Iterator[bytes]:
    """Yield the PEM certificates in a file, or in the files of a folder that OpenSSL would read."""
    try:
        files: Iterable[Path] = [place]
        if place.is_dir():
            files = [file for file in sorted(place.iterdir()) if _HASHED.fullmatch(file.name)]
        for file in files:
            state = file.stat()
            yield from _read(file, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
    except OSError:
        return


@lru_cache(maxsize=1024)  # a system has some hundred files of one certificate
def _read(file: Path, *state: int) -> tuple[bytes, ...]:
    """Return the PEM certificates in `file`, which is read again when its `state` has changed."""
    return tuple(_CERTIFICATE.findall(file.read_bytes()))
