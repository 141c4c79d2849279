"""A child process keeps its deadline, can be ended by anybody, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import psutil
import pytest

from jupyter_securepypi.core.child import Child

GENEROUS = 60.0  # seconds: a deadline that no test waits for
SLEEP = "import time; time.sleep(300)"


def python(code: str, deadline: float = GENEROUS, **options) -> Child:
    return Child([sys.executable, "-c", textwrap.dedent(code)], deadline, **options)


def all_of(child: Child) -> bytes:
    with child:
        return b"".join(child.output())


def children():
    return set(psutil.Process().children(recursive=True))


@pytest.fixture
def others():
    """The children that this process had before: other tests keep theirs to the end."""
    return children()


@pytest.fixture(autouse=True)
def _nothing_is_left(others):
    threads = threading.active_count()
    yield
    assert children() <= others
    assert threading.active_count() == threads


def test_a_request_goes_in_and_its_answer_comes_back():
    child = python("import sys; print(sys.stdin.read()[::-1]); sys.exit(3)", request=b"abc")
    assert all_of(child) == b"cba\n"
    assert (child.status, child.timed_out) == (3, False)


def test_a_long_answer_comes_whole():
    assert len(all_of(python("print('x' * 1_000_000)"))) == 1_000_001


def test_without_a_request_there_is_nothing_to_read():
    assert all_of(python("import sys; print(repr(sys.stdin.read()))")) == b"''\n"


def test_the_variables_are_those_that_are_given():
    assert all_of(python("import os; print('HOME' in os.environ)", environ={})) == b"False\n"


def test_what_it_said_before_the_deadline_is_not_lost():
    child = python(f"print('first', flush=True); {SLEEP}", deadline=1.0)
    assert all_of(child) == b"first\n"
    assert child.timed_out
    assert child.status is not None


def test_a_child_that_nobody_listens_to_ends_at_its_deadline(others):
    child = python(SLEEP, deadline=0.2)
    [process] = children() - others
    process.wait(timeout=60)
    assert all_of(child) == b""
    assert child.timed_out


def test_another_thread_can_end_it_while_its_output_is_waited_for():
    child = python(f"import os; os.write(1, b'ready'); {SLEEP}")
    with child:
        output = child.output()
        assert next(output) == b"ready"
        thread = threading.Thread(target=child.end)
        thread.start()
        assert list(output) == []
        thread.join()
    child.end()
    assert not child.timed_out


def test_what_it_has_started_ends_with_it():
    code = f"""
        import subprocess, sys
        other = subprocess.Popen([sys.executable, "-c", {SLEEP!r}], stdout=subprocess.DEVNULL)
        print(other.pid, flush=True)
    """
    other = psutil.Process(int(all_of(python(code))))
    other.wait(timeout=60)


def test_a_process_that_left_the_group_does_not_hold_the_reader_up():
    code = f"""
        import subprocess, sys
        other = subprocess.Popen([sys.executable, "-c", {SLEEP!r}], start_new_session=True)
        print(other.pid, flush=True)
    """
    child = python(code, deadline=1.0)
    other = psutil.Process(int(all_of(child)))
    assert child.timed_out
    other.kill()
    other.wait(timeout=60)


def test_a_reader_may_stop_early():
    with python("while True: print('x' * 10_000)") as child:
        assert next(child.output()).startswith(b"x")
    assert child.status != 0


def test_an_interrupt_leaves_nothing_behind():
    with pytest.raises(KeyboardInterrupt), python(SLEEP):
        raise KeyboardInterrupt


def test_a_program_that_is_not_there_is_told():
    with pytest.raises(FileNotFoundError):
        Child(["/no/such/program"], GENEROUS)


def test_a_child_that_ends_before_it_is_asked_is_no_failure_of_the_asker():
    child = python("import os; os._exit(4)", request=b"x" * 1_000_000)
    assert all_of(child) == b""
    assert child.status == 4


ANSWER = """
    import json, subprocess, sys

    from jupyter_securepypi.core.child import answer_pipe


    def answer():
        pipe = answer_pipe()
        print("a plugin's chatter")
        subprocess.run(["echo", "a credential process"], check=True)
        print(json.load(sys.stdin), json.__file__, file=pipe)
"""


def test_a_module_answers_undisturbed_by_its_neighbours_and_by_what_it_calls(tmp_path, monkeypatch):
    """The working folder may hold a json.py, and anything may print."""
    modules, work = tmp_path / "modules", tmp_path / "work"
    modules.mkdir()
    work.mkdir()
    (modules / "answering.py").write_text(textwrap.dedent(ANSWER))
    (work / "json.py").write_text("raise SystemExit('the wrong json')")
    path = os.pathsep.join([str(modules), os.environ.get("PYTHONPATH", "")])
    monkeypatch.setenv("PYTHONPATH", path)
    monkeypatch.chdir(work)
    said, file = all_of(Child.python("answering", ["question"], GENEROUS)).decode().rsplit(" ", 1)
    assert said == "['question']"
    assert Path(file.strip()).parent.name == "json"


LATER = """
    import atexit, pathlib, sys, time

    from jupyter_securepypi.core.child import answer_pipe


    def answer():
        file = pathlib.Path(sys.stdin.read().strip('"'))
        atexit.register(lambda: (time.sleep(0.3), file.write_text("done")))  # as slow as a disk may be
        print("answered", file=answer_pipe())
"""


def test_what_a_python_does_at_its_end_is_waited_for(tmp_path, monkeypatch):
    """Measuring coverage, for example."""
    (tmp_path / "later.py").write_text(textwrap.dedent(LATER))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    assert all_of(Child.python("later", str(tmp_path / "file"), GENEROUS)) == b"answered\n"
    assert (tmp_path / "file").read_text() == "done"


def test_a_child_follows_a_parent_that_is_killed(tmp_path):
    """As a kernel is, that JupyterHub culls while AWS hangs."""
    (tmp_path / "hanging.py").write_text(
        "import subprocess, sys, time\n"
        "def answer():\n"
        f"    subprocess.Popen([sys.executable, '-c', {SLEEP!r}])\n"
        "    print('started', flush=True)\n"
        "    time.sleep(300)\n"
    )
    code = (
        "import sys\n"
        "from jupyter_securepypi.core.child import Child\n"
        f"child = Child.python('hanging', None, {GENEROUS})\n"
        "print(next(child.output()).decode(), child._process.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout.readline() == b"started\n"
        child = psutil.Process(int(parent.stdout.readline()))
        everybody = [child, *child.children(recursive=True)]
        assert len(everybody) == 2
        parent.kill()
    _, left = psutil.wait_procs(everybody, timeout=20)
    assert not left
