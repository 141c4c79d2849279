"""The check that a proxy's address is readable; an unreadable one is never shown, because it may hold a password."""

from __future__ import annotations

import re
import urllib.request
from typing import Mapping, Optional, Tuple
from urllib.parse import urlsplit

from .address import split_url
from .errors import ConfigurationError
from .pip.names import is_true

# A password may hold an @ of its own: the last @ ends it. Any other delimiter of URLs in it moves the borders, and
# each reader (requests, urllib3, botocore, uv) takes another part of the password for host, port or path.
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?(?:[^\s/?#\\\[\]]*@)?(?:\[[0-9a-f:.]+\]|[^\s/?#\\@:\[\]]+)(?::[0-9]*)?(?:/[^\s?#\\@]*)?",
    re.IGNORECASE,
)


def is_readable(address: str) -> bool:
    """Return whether every client reads the same user, host and port from `address`."""
    if not _ADDRESS.fullmatch(address):
        return False
    try:
        split = split_url(address if "://" in address else f"http://{address}")
        return bool(split.hostname) and (split.port is None or split.port > 0)
    except ValueError:
        return False


def chosen_proxy(options: Mapping[str, str]) -> Optional[str]:
    """Return the proxy in pip's `options`, like ``--proxy``; empty for no proxy, None if variables decide."""
    without = "" if is_true(options.get("--no-proxy-env", "")) else None
    return options.get("--proxy", without)


def refuse_unreadable(url: str, environ: Mapping[str, str], chosen: Optional[str] = None) -> None:
    """Refuse a proxy whose address cannot be read, before a client puts it into its messages.

    Args:
        url: the address of the request; a bad proxy that it does not use is no error.
        environ: the variables in force.
        chosen: the result of `chosen_proxy`.

    Raises:
        ConfigurationError: it names the variable or option, and shows nothing of its value.
    """
    by, address = _in_force(url, environ) if chosen is None else ("pip's `proxy`", chosen)
    if not address or is_readable(address):
        return
    raise ConfigurationError(
        f"The proxy's address in {by} is not valid; it is not shown, because it may hold a password.",
        why="a blank, or one of / ? # \\ [ ], stands where user name and password, or host and port, should be",
        remedy=f"percent-encode user name and password in {by} (# as %23, / as %2F, ? as %3F, @ as %40, \\ as %5C)",
    )


def _in_force(url: str, environ: Mapping[str, str]) -> Tuple[str, str]:
    """Return the variable that names the proxy for `url`, and its value; the rules are urllib's and requests'."""
    split = urlsplit(url)
    scheme, host = split.scheme or "https", split.netloc.rpartition("@")[2]
    excepted = environ.get("no_proxy", environ.get("NO_PROXY", ""))
    if urllib.request.proxy_bypass_environment(host, {"no": excepted}):  # type: ignore[attr-defined]
        return "", ""
    for kind in (scheme, "all"):
        for name in (f"{kind}_proxy", f"{kind.upper()}_PROXY"):
            if name in environ:
                if environ[name]:
                    return name, environ[name]
                break  # an empty variable in lower case disables the one in upper case
    return "", ""
