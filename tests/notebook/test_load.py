"""Loading the magic costs next to nothing, because every notebook pays for it; the benchmarks hold the time."""

from __future__ import annotations

import json
import subprocess
import sys

LOAD = """
import json, sys
import ipykernel.ipkernel
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
before = set(sys.modules)
shell.extension_manager.load_extension("jupyter_securepypi")
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def test_it_imports_nothing_but_itself():
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, timeout=60, check=True)
    assert {name.split(".")[0] for name in json.loads(done.stdout)} == {"jupyter_securepypi"}
