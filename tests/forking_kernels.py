"""The interpreter that kernels are forked from (see ``forked_kernels.py``): by ``python -c`` it imports, and waits."""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
import tempfile
import time

LAUNCHER = "ipykernel_launcher"
# What a kernel imports until it has our magics.
IMPORTED = (
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "IPython.core.completerlib",
    "IPython.core.magics",
    "IPython.core.oinspect",
    "psutil",
    "sqlite3",
    "tornado.platform.asyncio",
    "traitlets.config.argcomplete_config",
    "jupyter_securepypi.notebook.magics",
)


def become(asked: dict, numbers: list) -> None:
    """Turn this process into the kernel, which ends with the interpreter that it was forked from."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, number in enumerate((nothing, *numbers)):
        os.dup2(number, target)
    os.closerange(3, 256)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"], JPY_PARENT_PID=str(os.getppid()))
    time.tzset()
    tempfile.tempdir = None  # what was imported may have asked for it, before TMPDIR was set
    sys.argv = [LAUNCHER, *asked["words"]]
    runpy.run_module(LAUNCHER, run_name="__main__", alter_sys=True)


def serve(place: str) -> None:
    line = socket.socket(socket.AF_UNIX)
    line.connect(place)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        first, numbers, _, _ = socket.recv_fds(line, 1, 2)
        if not first:  # whoever started this has ended
            os._exit(0)
        with line.makefile("rb", buffering=0) as file:
            asked = json.loads(file.readline())
        if not os.fork():
            os.setsid()  # before anybody can signal its group, which is ours until then
            line.sendall(b"%d\n" % os.getpid())
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            become(asked, numbers)
            return
        for number in numbers:
            os.close(number)


if os.fork():
    os._exit(0)  # tests that count the children of their own process shall not meet this one
os.environ["JPY_PARENT_PID"] = str(os.getpid())  # read at the import
for name in IMPORTED:
    importlib.import_module(name)
gc.collect()
gc.freeze()
serve(sys.argv[1])
