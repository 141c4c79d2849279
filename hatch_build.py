"""Build hook: compress the wheel's files as tightly as deflate allows, which zlib does not; any pip unpacks them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import deflate
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_TIGHTEST = 12  # of libdeflate, which looks for the shortest way to say a file; zlib's levels end at 9


class TightWheel(BuildHookInterface):
    """Writes the finished wheel again, entry by entry, with the same content, order, dates and modes."""

    PLUGIN_NAME = "custom"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Replace the wheel at `artifact_path`; an editable one is left as it is."""
        if version != "standard":
            return
        wheel = Path(artifact_path)
        tight = wheel.with_suffix(".tight")
        with zipfile.ZipFile(wheel) as loose, zipfile.ZipFile(tight, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry in loose.infolist():
                content = loose.read(entry)
                with archive.open(entry, "w") as file:
                    file._compressor = _Compressor()  # zipfile has no public way to choose one
                    file.write(content)
        tight.replace(wheel)


class _Compressor:
    """Has the two methods of zlib's compressor that zipfile calls."""

    def __init__(self) -> None:
        self._content = b""

    def compress(self, content: bytes) -> bytes:
        self._content += content
        return b""

    def flush(self) -> bytes:
        return deflate.deflate_compress(self._content, _TIGHTEST)
