"""The interpreter that commands are forked from (see ``forked.py``): run with ``python -c``, it imports and waits."""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback

MODULE = sys.argv[2]
# What most of our commands import, some of it late.
PARTS = ("administration", "clients", "config", "core", "doctor", "help", "install", "kernels", "token")
ALSO = ("filelock._soft", "psutil", "urllib3")


def imported() -> None:
    if MODULE == "awscli":
        from awscli.clidriver import create_clidriver

        create_clidriver()  # which loads its commands
        return
    import jupyter_securepypi

    [root] = jupyter_securepypi.__path__
    for part in PARTS:
        for found in pkgutil.walk_packages([f"{root}/{part}"], f"jupyter_securepypi.{part}."):
            if found.name.rpartition(".")[2] != "__main__":
                load(found.name)
    for name in (MODULE, *ALSO):
        load(name)


def load(name: str) -> None:
    try:
        importlib.import_module(name)
    except ImportError:  # an extra that is not there
        return


def become(asked: dict, numbers: list) -> None:
    """Turn this process into the command."""
    for target, number in enumerate(numbers):
        os.dup2(number, target)
    os.closerange(3, 256)
    os.umask(asked["umask"])
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update({**by_import, **asked["env"]})
    time.tzset()
    tempfile.tempdir = None  # what was imported may have asked for it, before TMPDIR was set
    if not sys.flags.isolated:
        sys.path[0] = os.getcwd()
    sys.argv = [MODULE, *asked["words"]]
    status = 0
    try:
        runpy.run_module(MODULE, run_name="__main__", alter_sys=True)
    except SystemExit as left:
        status = left.code if isinstance(left.code, int) else int(left.code is not None)
        if not isinstance(left.code, int | None):
            print(left.code, file=sys.stderr)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException:  # noqa: BLE001 said as an interpreter says it
        traceback.print_exc()
        status = 1
    # An interpreter that ends looks at every object once, and so copies all memory that it shares.
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)


def serve(place: str) -> None:
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(place)
    listening.listen(64)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    waited: list = [listening, 0]
    while True:
        ready, _, _ = select.select(waited, [], [])
        if 0 in ready:  # whoever started this has ended
            os._exit(0)
        line, _ = listening.accept()
        if os.fork():
            line.close()
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        listening.close()
        _, numbers, _, _ = socket.recv_fds(line, 1, 3)
        with line.makefile("rb") as file:
            asked = json.loads(file.read())
        process = os.fork()
        if not process:
            become(asked, numbers)
        line.sendall(b"%d\n" % process)
        _, status = os.waitpid(process, 0)
        line.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
        os._exit(0)


if os.fork():
    os._exit(0)  # tests that count the children of their own process shall not meet this one
before = dict(os.environ)
imported()
# The AWS CLI says in a variable where its data is.
by_import = {name: value for name, value in os.environ.items() if name not in before}
gc.collect()
gc.freeze()
serve(sys.argv[1])
