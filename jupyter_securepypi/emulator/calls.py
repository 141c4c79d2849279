"""The log of the clients' calls, without their secrets."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

# The list is bounded, so that an emulator may run for days; the counts are not bounded.
REMEMBERED = 10_000


@dataclass
class Call:
    """One request; ``status`` is None until it is answered."""

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
    """The counts of all calls, and a list of the latest; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._calls: deque[Call] = deque(maxlen=REMEMBERED)

    def begin(self, call: Call, *also: str) -> Call:
        """Count and list `call` at its start, and also count it under the names `also`."""
        with self._lock:
            self._calls.append(call)
            self._counts.update((call.operation, *also))
        return call

    def clear(self) -> None:
        """Remove all calls and counts."""
        with self._lock:
            self._counts.clear()
            self._calls.clear()

    def to_dict(self) -> dict[str, Any]:
        """Return ``counts`` (by operation) and ``calls`` (oldest first) as JSON values."""
        with self._lock:
            return {"counts": dict(self._counts), "calls": [call.to_dict() for call in self._calls]}
