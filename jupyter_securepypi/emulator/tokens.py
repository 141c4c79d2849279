"""Authorization tokens: issue, look-up, expiry and revocation."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Any

from .domains import Domain
from .principals import Principal

# Sizes of the segments of a real token (JWE compact form) after its header; all five make about 1.6 KB.
_SEGMENTS = (33, 12, 1080, 16)


@dataclass
class Issued:
    """The record of an issued token."""

    domain: Domain
    principal: Principal
    expires_at: float
    revoked: bool = False


class TokenBook:
    """All issued tokens; safe for threads.

    Args:
        marker: text that is literally in every token, so that a scan finds a leaked part of it.
    """

    def __init__(self, marker: str = "") -> None:
        self._lock = threading.Lock()
        self._marker = marker
        self._issued: dict[str, Issued] = {}

    def issue(self, domain: Domain, principal: Principal, seconds: float) -> tuple[str, float]:
        """Return a new token for `domain` and its expiry in epoch seconds."""
        now = time.time()
        expires_at = now + seconds
        header = {
            "ver": 1,
            "isu": int(now),
            "enc": "A128GCM",
            "tag": _encoded(secrets.token_bytes(16)),
            "exp": int(expires_at),
            "alg": "A128GCMKW",
            "iv": _encoded(secrets.token_bytes(12)),
        }
        key, vector, text, tag = (_encoded(secrets.token_bytes(size)) for size in _SEGMENTS)
        first = _encoded(json.dumps(header, separators=(",", ":")).encode())
        token = ".".join((first, key, vector, self._marker + text, tag))
        with self._lock:
            self._issued[token] = Issued(domain, principal, expires_at)
        return token, expires_at

    def check(self, token: str, domain: Domain) -> Principal | None:
        """Return the principal of `token` if it opens `domain` now, else None."""
        with self._lock:
            known = self._issued.get(token)
        if known is None or known.revoked or known.domain != domain or time.time() >= known.expires_at:
            return None
        return known.principal

    def revoke(self, which: str) -> int:
        """Revoke ``"all"`` tokens, or the ``"newest"`` that is not revoked yet; return their number."""
        with self._lock:
            valid = [issued for issued in self._issued.values() if not issued.revoked]
            chosen = valid[-1:] if which == "newest" else valid
            for issued in chosen:
                issued.revoked = True
            return len(chosen)

    def to_dict(self) -> dict[str, Any]:
        """Return the number of issued tokens, and of those that still open a domain."""
        now = time.time()
        with self._lock:
            valid = sum(not issued.revoked and issued.expires_at > now for issued in self._issued.values())
            return {"issued": len(self._issued), "valid": valid}


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
