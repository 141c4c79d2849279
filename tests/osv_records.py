"""Records of malware and vulnerabilities, in OSV's form, and a service that lists them."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def record(number, name, *, versions=(), introduced=None, fixed=None, severity="", vector="", **more):
    """A record in OSV's form."""
    events = [{"introduced": introduced}] if introduced is not None else []
    events += [{"fixed": fixed}] if fixed else []
    affected = {"package": {"ecosystem": "PyPI", "name": name}, "versions": list(versions)}
    affected["ranges"] = [{"type": "ECOSYSTEM", "events": events}] if events else []
    found = {"id": number, "summary": f"About {name}", "affected": [affected], **more}
    if severity:
        found["database_specific"] = {"severity": severity}
    if vector:
        found["severity"] = [{"type": "CVSS_V3", "score": vector}]
    return found


class ListingService:
    """An OSV service whose queries list records that are withdrawn, too; a context manager.

    OSV's own does not, a copy of it may, and a record may be withdrawn between the two questions.

    Args:
        records: about one project each, which every query for that project finds.
    """

    def __init__(self, *records):
        known = {one["id"]: one for one in records}

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
                self._answer({"results": [{"vulns": self._about(one["package"]["name"])} for one in asked]})

            def do_GET(self):
                self._answer(known[self.path.rpartition("/")[2]])

            def _about(self, name):
                return [
                    {"id": one["id"]} for one in known.values() if one["affected"][0]["package"]["name"] == name
                ]

            def _answer(self, said):
                body = json.dumps(said).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
