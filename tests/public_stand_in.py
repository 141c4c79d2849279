"""An index on loopback that stands in for the public one: pages in JSON with times of upload, files on another path."""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from collections import Counter
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

from jupyter_securepypi.core.project_name import normalized


class PublicStandIn:
    """Serves the wheels and source archives in a folder; a file's modification time is its time of upload.

    Attributes:
        url: of the index.
        asked: how often each path was asked for.
        logins: what was sent as Authorization; a mirror sends nothing to a public index.
        broken: names of files whose content is not what their hash says.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: Counter[str] = Counter()
        self.logins: list[str] = []
        self.broken: set[str] = set()
        self._hashes: dict[tuple[str, int], str] = {}
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                stand_in.answer(self)

            do_HEAD = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/simple/"

    def __enter__(self) -> PublicStandIn:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = unquote(handler.path)
        self.asked[path] += 1
        self.logins += handler.headers.get_all("Authorization") or []
        parts = path.strip("/").split("/")
        content, kind = b"", "application/octet-stream"
        if parts[0] == "simple" and len(parts) == 2:
            content, kind = self._page(parts[1]), "application/vnd.pypi.simple.v1+json"
        elif parts[0] == "files" and parts[-1].endswith(".metadata"):
            content = self._metadata(self.folder / parts[-1][: -len(".metadata")])
        elif parts[0] == "files" and (self.folder / parts[-1]).is_file():
            content = (self.folder / parts[-1]).read_bytes()
            content = content[::-1] if parts[-1] in self.broken else content
        handler.send_response(200 if content else 404)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        if handler.command == "GET":
            handler.wfile.write(content)

    def files_asked(self) -> Counter[str]:
        """How often each file was asked for, by its name; the metadata beside it does not count."""
        files = {path.rpartition("/")[2]: n for path, n in self.asked.items() if path.startswith("/files/")}
        return Counter({name: n for name, n in files.items() if not name.endswith(".metadata")})

    def _page(self, project: str) -> bytes:
        def name_of(path: Path) -> str:
            return path.name.split("-")[0] if path.suffix == ".whl" else path.name.rpartition("-")[0]

        files = [path for path in sorted(self.folder.iterdir()) if normalized(name_of(path)) == project]
        told = [
            {
                "filename": path.name,
                "url": f"../../files/{path.name}",
                "hashes": {"sha256": self._hash(path)},
                "size": path.stat().st_size,
                "core-metadata": path.suffix == ".whl",
                "upload-time": datetime.fromtimestamp(path.stat().st_mtime, timezone.utc).strftime(
                    "%Y-%m-%dT%H:%M:%S.%fZ"
                ),
            }
            for path in files
        ]
        page = {"meta": {"api-version": "1.1"}, "name": project, "versions": [], "files": told}
        return json.dumps(page).encode() if told else b""

    def _metadata(self, path: Path) -> bytes:
        """What lies beside a wheel, as the public index has it (PEP 658)."""
        with zipfile.ZipFile(path) as archive:
            return archive.read(next(one for one in archive.namelist() if one.endswith(".dist-info/METADATA")))

    def _hash(self, path: Path) -> str:
        key = path.name, path.stat().st_mtime_ns
        if key not in self._hashes:
            self._hashes[key] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self._hashes[key]
