"""Advisories of a service that speaks OSV's API (``/v1/querybatch`` and ``/v1/vulns/ID``)."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from ..deadline import Deadline
from ..errors import Unreachable
from ..masking import masked
from ..proxy_and_trust import ProxyAndTrust
from .advisories import ECOSYSTEM, Advisory, Pair, advisory

_SECONDS, _MOST = 30.0, 32_000_000
_BATCH = 1_000
"""Queries in one request: OSV's limit."""
_PAGES = 20
_ONE_QUERY = "/v1/query"


@dataclass
class OsvService:
    """An OSV service.

    Attributes:
        url: its address, with or without the path of an operation.
        proxy_and_trust: how to reach it.
    """

    url: str
    proxy_and_trust: ProxyAndTrust
    _records: Dict[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    def known(self, pairs: Sequence[Pair]) -> List[Tuple[Advisory, ...]]:
        """Return the advisories for each of `pairs`, in their order.

        Raises:
            Unreachable: it does not say, or not in time, or its answer cannot be understood.
        """
        ids: Dict[Pair, List[str]] = {}
        asked = list(dict.fromkeys(one for pair in pairs for one in _alike(pair)))
        for start in range(0, len(asked), _BATCH):
            batch = asked[start : start + _BATCH]
            ids.update(zip(batch, self._ids(batch)))
        wanted = sorted({one for found in ids.values() for one in found} - set(self._records))
        with ThreadPoolExecutor(8) as pool:
            self._records.update(zip(wanted, pool.map(self._record, wanted)))
        try:
            return [
                tuple(
                    advisory(self._records[one], pair[0])
                    for one in dict.fromkeys(one for alike in _alike(pair) for one in ids[alike])
                    if not self._records[one].get("withdrawn")
                )
                for pair in pairs
            ]
        except (AttributeError, LookupError, TypeError) as error:
            raise self._failed(f"a record is not as OSV's schema says: {error}") from None

    def _ids(self, pairs: Sequence[Pair]) -> List[List[str]]:
        found: List[List[str]] = [[] for _ in pairs]
        pages: Dict[int, Optional[str]] = dict.fromkeys(range(len(pairs)))
        for _ in range(_PAGES):
            if not pages:
                return found
            places = list(pages)
            results = self._ask(
                "/v1/querybatch", {"queries": [_query(pairs[one], pages[one]) for one in places]}
            )
            answers = results.get("results")
            if not isinstance(answers, list) or len(answers) != len(places):
                raise self._failed("its answer has another number of results than queries")
            pages = {}
            for place, answer in zip(places, answers):
                try:
                    found[place] += [str(one["id"]) for one in answer.get("vulns") or ()]
                    token = answer.get("next_page_token")
                except (AttributeError, LookupError, TypeError) as error:
                    raise self._failed(f"a result is not as its API says: {error}") from None
                if token:
                    pages[place] = str(token)
        raise self._failed(f"it has more than {_PAGES} pages of an answer")

    def _record(self, name: str) -> Mapping[str, Any]:
        return self._ask(f"/v1/vulns/{name}")

    def _ask(self, path: str, body: Optional[Mapping[str, Any]] = None) -> Mapping[str, Any]:
        base = self.url.rstrip("/")
        base = base[: -len(_ONE_QUERY)] if base.endswith(_ONE_QUERY) else base
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310
            base + path, data=data, headers={"Content-Type": "application/json", "Accept": "application/json"}
        )
        late = partial(self._failed, f"it did not answer within {_SECONDS:g} seconds")
        try:
            deadline = Deadline(_SECONDS)
            with deadline, self.proxy_and_trust.open(request, _SECONDS, deadline) as answer:
                content = answer.read(_MOST + 1)
            if deadline.passed:
                raise late()
            found = json.loads(content)
        except urllib.error.HTTPError as error:
            raise self._failed(f"it answers {error.code}") from None
        except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
            raise self._failed(str(error) or type(error).__name__) from None
        if not isinstance(found, dict):
            raise self._failed("its answer is no object")
        return found

    def _failed(self, why: str) -> Unreachable:
        return Unreachable(
            f"The service for known malware and vulnerabilities does not say what is known ({masked(self.url)}).",
            why=why,
            remedy="try again; an administrator can name another place with osv_url or osv_database",
        )


def _alike(pair: Pair) -> Tuple[Pair, ...]:
    """Return `pair`, and what it was built from: a version of one's own, such as 1.0+cpu, has what 1.0 has."""
    name, version = pair
    return (pair, (name, version.partition("+")[0])) if "+" in version else (pair,)


def _query(pair: Pair, page: Optional[str]) -> Dict[str, Any]:
    name, version = pair
    query = {"package": {"name": name, "ecosystem": ECOSYSTEM}, "version": version}
    return {**query, "page_token": page} if page else query
