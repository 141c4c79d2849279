"""What clients asked for, remembered without their secrets."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

# The list is bounded so that an emulator may run for days; the counts are not.
REMEMBERED = 10_000


@dataclass
class Call:
    """One request: ``status`` stays None while it is being answered."""

    service: str
    operation: str
    time: float = field(default_factory=time.time)
    principal: str = ""
    status: int | None = None
    detail: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the call as JSON values."""
        return {
            "time": self.time,
            "service": self.service,
            "operation": self.operation,
            "principal": self.principal,
            "status": self.status,
            **self.detail,
        }


class CallLog:
    """All calls, counted and the latest listed; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._calls: deque[Call] = deque(maxlen=REMEMBERED)

    def begin(self, call: Call, *also: str) -> Call:
        """Count and list `call` from its first moment on, and count it under the names `also` too."""
        with self._lock:
            self._calls.append(call)
            self._counts.update((call.operation, *also))
        return call

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._counts.clear()
            self._calls.clear()

    def to_dict(self) -> dict[str, Any]:
        """Return ``counts`` (by operation) and ``calls`` (oldest first) as JSON values."""
        with self._lock:
            return {"counts": dict(self._counts), "calls": [call.to_dict() for call in self._calls]}
