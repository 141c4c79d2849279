"""How severe a vulnerability is: what its record says in words, else the base score of CVSS version 3."""

from __future__ import annotations

import math
from typing import Any, Dict, Mapping, Optional

_WORDS = {"LOW": "low", "MODERATE": "medium", "MEDIUM": "medium", "HIGH": "high", "CRITICAL": "critical"}
# CVSS v3.1, section 7.4: the weights of the metrics.
_WEIGHTS: Dict[str, Dict[str, float]] = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
    "C": {"H": 0.56, "L": 0.22, "N": 0.0},
    "I": {"H": 0.56, "L": 0.22, "N": 0.0},
    "A": {"H": 0.56, "L": 0.22, "N": 0.0},
}
_PRIVILEGES = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}
# The qualitative scale of section 5; below the first limit it is none.
_SCALE = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.1, "low"))


def severity_of(record: Mapping[str, Any]) -> str:
    """Return ``low``, ``medium``, ``high`` or ``critical`` of an OSV `record`; empty where it says nothing of it."""
    said = record.get("database_specific")
    word = _WORDS.get(str(said.get("severity", "")).upper(), "") if isinstance(said, dict) else ""
    if word:
        return word
    scores = [
        base_score(str(one.get("score", ""))) for one in record.get("severity") or () if isinstance(one, dict)
    ]
    known = [one for one in scores if one is not None]
    return next((word for limit, word in _SCALE if max(known) >= limit), "low") if known else ""


def base_score(vector: str) -> Optional[float]:
    """Return the base score, 0 to 10, of a ``CVSS:3.x`` `vector`; None where it is none (CVSS v3.1, section 7.1)."""
    head, *parts = vector.split("/")
    if not head.startswith("CVSS:3."):
        return None
    said = dict(part.split(":", 1) for part in parts if ":" in part)
    try:
        weights = {name: values[said[name]] for name, values in _WEIGHTS.items()}
        privileges, scope_changes = _PRIVILEGES[said["S"]][said["PR"]], said["S"] == "C"
    except KeyError:
        return None
    base = 1 - (1 - weights["C"]) * (1 - weights["I"]) * (1 - weights["A"])
    impact = 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 if scope_changes else 6.42 * base
    exploitability = 8.22 * weights["AV"] * weights["AC"] * privileges * weights["UI"]
    if impact <= 0:
        return 0.0
    total = (impact + exploitability) * (1.08 if scope_changes else 1.0)
    return math.ceil(round(min(total, 10.0) * 100_000) / 10_000) / 10
