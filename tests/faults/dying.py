"""A process whose children run a command of ours, and are killed with all they started before a given effect.

Each line of standard input is a JSON object: ``words`` for ``jupyter securepypi``, the ``variables`` that are added,
and ``effect``. A child is forked, runs the command, and kills itself and its own children just before the effect of
that number, counted from 1; 0 lets it live. An effect is the start of a program, or what changes a folder below
``$HOME`` or the working folder: a file is opened for writing, renamed or removed, a folder made or removed. The answer
is a JSON object: ``killed`` says whether it came so far, and ``at`` which effect it was; ``status`` and ``said`` how it
ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile

from jupyter_securepypi.cli import main as command

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate")


def doom(number, told):
    """Have this process end itself just before its effect `number`."""
    places = tuple(os.path.realpath(place) + os.sep for place in (os.environ["HOME"], os.getcwd()))
    left = [number]

    def changes(event, arguments):
        if event == "open":
            path, _, flags = arguments
            return isinstance(flags, int) and flags & _WRITING and within(path)
        return event == "subprocess.Popen" or (event in _CHANGES and within(arguments[0]))

    def within(path):
        return isinstance(path, (str, bytes, os.PathLike)) and os.path.abspath(os.fsdecode(path)).startswith(
            places
        )

    def hook(event, arguments):
        if left[0] and changes(event, arguments):
            left[0] -= 1
            if not left[0]:
                os.write(told, f"{event} {arguments[0]!s:.300}".encode())
                os.killpg(0, signal.SIGKILL)

    sys.addaudithook(hook)


def child(wanted, told, output):
    status = 70
    try:
        os.setsid()
        signal.alarm(120)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.environ.update(wanted["variables"])
        doom(wanted["effect"], told)
        status = command(wanted["words"])
        sys.stdout.flush()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    finally:
        os._exit(status)


def run(wanted):
    """Fork, let it die, and return how it ended."""
    reader, writer = os.pipe()
    with tempfile.TemporaryFile() as output:
        pid = os.fork()
        if pid == 0:
            child(wanted, writer, output.fileno())
        os.close(writer)
        _, status = os.waitpid(pid, 0)
        at = os.read(reader, 1000).decode(errors="replace") if os.WIFSIGNALED(status) else ""
        os.close(reader)
        output.seek(0)
        said = output.read().decode(errors="replace")
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    ended = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    return {"killed": killed, "at": at, "status": ended, "said": said}


def main():
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
