"""A service that speaks the API of OSV, and serves the export of an ecosystem.

Paths, limits and errors are those of https://google.github.io/osv.dev/api/ and of the API's source.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Any

from .errors import AwsError
from .http import Request, Response
from .osv_database import OsvDatabase, Record

# "POST /v1/query" and "POST /v1/querybatch", Pagination.
_MOST_OF_QUERY = 1000
_MOST_OF_BATCH = 3000
_MOST_QUERIES = 1000

_QUERY, _BATCH = "osv:query", "osv:querybatch"
_POSTS = {"/v1/query": _QUERY, "/v1/querybatch": _BATCH}
_RECORD = re.compile(r"/v1/vulns/(?P<id>[^/]+)")
_EXPORT = re.compile(r"/(?P<ecosystem>[^/]+)/all\.zip")
# HTTP status → gRPC's code, which OSV's errors carry.
_CODES = {400: 3, 404: 5, 429: 8, 500: 13, 502: 14, 503: 14, 504: 4}


def operation_of(request: Request) -> str:
    """Return the name of the operation for log and faults, like ``osv:querybatch``; empty if it is none of OSV's."""
    if request.method == "POST":
        return _POSTS.get(request.path, "")
    if request.method not in ("GET", "HEAD"):
        return ""
    if _RECORD.fullmatch(request.path):
        return "osv:vulns"
    return "osv:zip" if _EXPORT.fullmatch(request.path) else ""


def answer(request: Request, operation: str, database: OsvDatabase) -> Response:
    """Return the answer to `operation`.

    Raises:
        AwsError: a refusal; `osv_error` gives it OSV's form.
    """
    if operation == "osv:zip":
        content = database.export(request.path.split("/")[1])
        if content is None:
            raise AwsError("NotFound", "There is no such ecosystem.", 404)
        return Response(200, {"Content-Type": "application/zip"}, content)
    if operation == "osv:vulns":
        record = database.get(request.path.rpartition("/")[2])
        if record is None:
            raise AwsError("NotFound", "Bug not found.", 404)
        return _json(200, record)
    asked = _read(request)
    if operation == _QUERY:
        return _json(200, _page(*_found(asked, database), _MOST_OF_QUERY))
    queries = asked.get("queries", [])
    if not isinstance(queries, list):
        raise _invalid("Invalid query.")
    if len(queries) > _MOST_QUERIES:
        raise _invalid("Too many queries.")
    return _json(200, {"results": list(_results(queries, database))})


def osv_error(error: AwsError) -> Response:
    """Return `error` in the form of OSV's errors."""
    return _json(error.status, {"code": _CODES.get(error.status, 2), "message": error.message})


def _results(queries: list[Any], database: OsvDatabase) -> Iterator[dict[str, Any]]:
    left = _MOST_OF_BATCH
    for query in queries:
        records, start = _found(query, database)
        page = _page(records, start, min(left, _MOST_OF_QUERY))
        vulns = page.pop("vulns", [])
        left -= len(vulns)
        short = [{"id": record["id"], "modified": record["modified"]} for record in vulns]
        yield {**({"vulns": short} if short else {}), **page}


def _found(query: Any, database: OsvDatabase) -> tuple[list[Record], int]:
    """Return all records that a query finds, and where its page begins."""
    package = query.get("package") if isinstance(query, dict) else None
    if not isinstance(package, dict) or not package.get("name") or not package.get("ecosystem"):
        # OSV also knows commits and package URLs.
        raise _invalid("Invalid query.")
    version = query.get("version")
    records = database.find(str(package["ecosystem"]), str(package["name"]), str(version) if version else None)
    return records, _start(query.get("page_token"))


def _page(records: list[Record], start: int, most: int) -> dict[str, Any]:
    end = start + most
    page: dict[str, Any] = {"vulns": records[start:end]} if records[start:end] else {}
    if end < len(records):
        page["next_page_token"] = base64.urlsafe_b64encode(f"osv:{end}".encode()).decode()
    return page


def _start(token: Any) -> int:
    if not token:
        return 0
    try:
        kind, _, position = base64.b64decode(str(token), altchars=b"-_", validate=True).decode().partition(":")
        if kind == "osv":
            return int(position)
    except (binascii.Error, ValueError):
        pass
    raise _invalid("Invalid page token.")


def _read(request: Request) -> dict[str, Any]:
    try:
        asked = json.loads(request.body)
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise _invalid("The body is not a JSON object.")
    return asked


def _invalid(message: str) -> AwsError:
    return AwsError("Invalid", message, 400)


def _json(status: int, value: Any) -> Response:
    return Response(status, {"Content-Type": "application/json"}, json.dumps(value).encode())
