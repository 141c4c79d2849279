"""Disks of their own for a test: small ones that fill up, and ones that turn read-only."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


class Disk:
    """A small file system in memory at `path`; a context manager that takes it away again."""

    def __init__(self, path, kilobytes):
        self.path = path
        path.mkdir()
        self._mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        subprocess.run(["umount", "-l", str(self.path)], check=True)

    def fill(self):
        """Leave no space, and no page of a file half empty to be filled on."""
        with (self.path / "filler").open("ab", buffering=0) as file:
            for size in (4096, 1):
                try:
                    while file.write(b"x" * size) == size:
                        continue
                except OSError:
                    continue

    def free(self):
        (self.path / "filler").unlink()

    def read_only(self):
        self._mount("-o", "remount,ro")

    def writable(self):
        self._mount("-o", "remount,rw")

    def without_execution(self):
        self._mount("-o", "remount,noexec")

    def _mount(self, *words):
        done = subprocess.run(["mount", *words, str(self.path)], capture_output=True, text=True)
        if done.returncode != 0:
            pytest.skip(f"only who may mount can test with a disk of its own: {done.stderr.strip()}")


def supported():
    return sys.platform == "linux" and os.geteuid() == 0
