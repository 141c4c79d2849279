"""Loading the magic costs next to nothing, because every notebook pays for it."""

from __future__ import annotations

import json
import subprocess
import sys

LOAD = """
import json, sys, time
import ipykernel.ipkernel
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
before = set(sys.modules)
started = time.perf_counter()
shell.extension_manager.load_extension("jupyter_securepypi")
print(json.dumps([time.perf_counter() - started, sorted(set(sys.modules) - before)]))
"""


def load():
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout)


def test_it_takes_at_most_15_milliseconds():
    assert min(load()[0] for _ in range(5)) <= 0.015


def test_it_imports_nothing_but_itself():
    _, modules = load()
    assert {name.split(".")[0] for name in modules} == {"jupyter_securepypi"}
