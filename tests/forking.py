"""The interpreter that commands are forked from (see ``forked.py``): run with ``python -c``, it imports and waits.

Its arguments are the socket to wait at and, for another command than ours, the module to run and what that imports.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import locale
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import types

MODULE, *OTHERS = sys.argv[2:] or ["jupyter_securepypi.cli"]
CHILDREN = "jupyter_securepypi.core.child"
# How the program of a child ends that answers a question.
ANSWER = " import answer\nanswer()\n"
# What most commands import, some of it late.
PARTS = ("administration", "clients", "config", "core", "doctor", "help", "install", "kernels", "token")
ALSO = ("filelock._soft", "psutil", "urllib3")
# Variables that another command's modules set for it.
SET: dict = {}


def imported() -> None:
    if OTHERS:
        before = dict(os.environ)
        for name in OTHERS:
            load(name)
        if MODULE == "awscli":
            sys.modules["awscli.clidriver"].create_clidriver()  # which loads its commands
        SET.update((name, value) for name, value in os.environ.items() if before.get(name) != value)
        return
    import jupyter_securepypi

    [root] = jupyter_securepypi.__path__
    for part in PARTS:
        for found in pkgutil.walk_packages([f"{root}/{part}"], f"jupyter_securepypi.{part}."):
            if found.name.rpartition(".")[2] != "__main__":
                load(found.name)
    for name in (MODULE, *ALSO):
        load(name)
    own = types.ModuleType("subprocess")
    vars(own).update(vars(subprocess), Popen=Answering)
    vars(sys.modules[CHILDREN])["subprocess"] = own


def load(name: str) -> None:
    try:
        importlib.import_module(name)
    except ImportError:  # an extra that is not there
        return


class Answering(subprocess.Popen):
    """A child of a command, forked from the command where it is one that answers a question of the product's own.

    It is a process with its own streams and group, and runs the program that it was given; what that imports is there.
    With PYTHONPATH, or SECUREPYPI_COLD among the command's variables, it starts cold; so it does where the command has
    other threads, which may hold what the child needs.
    """

    def _execute_child(self, *given):
        words, environ = list(given[0]), given[6]
        streams = read, _, _, write, _, errors = given[10:16]
        apart = {"PYTHONPATH", "SECUREPYPI_COLD"} & set(os.environ)
        alone = threading.active_count() == 1
        alike = not apart and alone and locale.getpreferredencoding(False).lower() == "utf-8"
        own = words[:5] == [sys.executable, "-I", "-X", "utf8", "-c"] and words[-1].endswith(ANSWER)
        if not (alike and own) or environ is not None or min(read, write, errors) < 3:
            super()._execute_child(*given)
            return
        self.pid = os.fork()
        if self.pid:
            self._child_created = True
            self._close_pipe_fds(*streams)
            return
        answer(words[-1], [read, write, errors])


def answer(program: str, numbers: list) -> None:
    """Turn this process into the child."""
    status = 1
    try:
        os.setsid()
        for number in signal.valid_signals():
            if callable(signal.getsignal(number)):
                signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for target, number in enumerate(numbers):
            os.dup2(number, target)
        os.closerange(3, 256)
        sys.stdin, sys.stdout, sys.stderr = (
            os.fdopen(number, mode, encoding="utf-8", closefd=False)
            for number, mode in enumerate(("r", "w", "w"))
        )
        if not sys.flags.isolated:
            del sys.path[0]
        # The thread that holds it does not exist here.
        vars(sys.modules[CHILDREN]).update(_starting=threading.Lock(), _running=set())
        exec(program, {"__name__": "__main__"})
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        status = 0
    finally:
        os._exit(status)


def become(asked: dict, numbers: list) -> None:
    """Turn this process into the command."""
    for target, number in enumerate(numbers):
        os.dup2(number, target)
    os.closerange(3, 256)
    os.umask(asked["umask"])
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update({**SET, **asked["env"]})
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
    threading._shutdown()  # type: ignore[attr-defined]
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
        begun, begins = os.pipe()
        process = os.fork()
        if not process:
            if asked.get("session"):
                os.setsid()
                signal.signal(signal.SIGHUP, signal.SIG_DFL)
            os.close(begins)
            become(asked, numbers)
        os.close(begins)
        os.read(begun, 1)  # until it has its session: somebody may signal that
        line.sendall(b"%d\n" % process)
        _, status = os.waitpid(process, 0)
        line.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
        os._exit(0)


if os.fork():
    os._exit(0)  # tests that count the children of their own process shall not meet this one
imported()
gc.collect()
gc.freeze()
serve(sys.argv[1])
