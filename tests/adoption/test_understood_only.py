"""What else a function does or decides is kept: a call is rewritten only where its meaning is certain."""

from __future__ import annotations

import pytest
from odd_scripts import HEAD, SETUP, install, plain

from jupyter_securepypi.cli import main

ADD = SETUP.replace("setup", "add")
# The lines stay as they are, and with them whatever they call.
STRANGERS = {
    "a set's method": (ADD, 'seen = set()\nseen.add("x")\n', "add"),
    "another module's function": (SETUP, 'import mylib\nmylib.setup(["x"])\n', "setup"),
    "a method of an unknown object": (
        SETUP.replace("setup", "install"),
        'import cloud\nclient = cloud.Client()\nclient.install("plugin")\n',
        "install",
    ),
    "a method of another class": (
        SETUP,
        "class Pipeline:\n    def setup(self, n):\n        print(n)\np = Pipeline()\np.setup(3)\n",
        "setup",
    ),
    "a parameter of the same name": (SETUP, "def run(setup):\n    setup([1])\nrun(print)\n", "setup"),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_what_only_has_the_same_name_is_no_install(name, project):
    head, lines, function = STRANGERS[name]
    folder = project({"script.py": f'{head}{lines}{function}(["acme-core"])\n'})
    assert main(["adopt", "--write", str(folder)]) == 0
    after = (folder / "script.py").read_text()
    assert lines.split("\n")[-2] in after.split("\n")
    assert "boto3" not in after
    assert after.count("install_packages(") == 1


# Each has a body that decides something; the call outside it must stay.
DECIDING = {
    "verbose": (
        f"(pkgs, verbose=False):\n    if verbose:\n        print(pkgs)\n        return\n    {install('*pkgs')}"
    ),
    "a dry run": f"(pkgs, dry_run=True):\n    if dry_run:\n        return\n    {install('*pkgs')}",
    "a place": f"(pkgs):\n    if not ON_SAGEMAKER:\n        return\n    {install('*pkgs')}",
    "a pin": f"(pkgs, version='1'):\n    pkgs = pkgs + '==' + version\n    {install('pkgs')}",
    "a filter": f"(pkgs):\n    pkgs = [p for p in pkgs if p != 'torch']\n    {install('*pkgs')}",
    "a split": f"(pkgs):\n    pkgs = pkgs.split(',')\n    {install('*pkgs')}",
    "an addition": f"(pkgs):\n    pkgs.append('wheel')\n    {install('*pkgs')}",
    "continue": f"(pkgs):\n    for p in pkgs:\n        if p == '#':\n            continue\n        {install('p')}",
    "a rank": f"(pkgs, rank=1):\n    if rank == 0:\n        {install('*pkgs')}",
    "an end": f"(pkgs):\n    if os.environ.get('RANK') != '0':\n        sys.exit(0)\n    {install('*pkgs')}",
    "an end behind it": f"(pkgs):\n    {install('*pkgs')}\n    sys.exit(0)",
    "a check": f"(pkgs):\n    assert pkgs\n    {install('*pkgs')}",
    "another public list": (
        f"(pkgs, secure=True):\n    if secure:\n        {install('*pkgs')}\n"
        f"    else:\n        {plain('*pkgs[:1]')}"
    ),
    "the switch the other way": (
        f"(pkgs, public=False):\n    if public:\n        {plain('*pkgs')}\n"
        f"    else:\n        {install('*pkgs')}"
    ),
    "a try": f"(pkgs):\n    try:\n        {install('*pkgs')}\n    except Exception:\n        print('none')",
    "trying again": f"(pkgs):\n    for _ in range(3):\n        {install('*pkgs')}",
}


@pytest.mark.parametrize("name", DECIDING)
def test_a_function_that_decides_stays_and_only_its_install_changes(name, project):
    folder = project(
        {"script.py": f"{HEAD}ON_SAGEMAKER = 0\ndef setup{DECIDING[name]}\nsetup(['acme-core'])\n"}
    )
    before = (folder / "script.py").read_text().split("\n")
    main(["adopt", "--write", str(folder)])
    after = (folder / "script.py").read_text().split("\n")
    assert after[-2] == "setup(['acme-core'])"
    start = next(i for i, line in enumerate(after) if line.startswith("def setup"))
    old = before[next(i for i, line in enumerate(before) if line.startswith("def setup")) :]
    changed = [(a, b) for a, b in zip(old, after[start:], strict=True) if a != b]
    assert all("pip" in a and b.strip().startswith("install_packages(") for a, b in changed)


LEFT = {
    "failures that are passed over": install("*pkgs", "subprocess.run", ", check=False"),
    "an answer that is asked": f"if {install('*pkgs', 'subprocess.call')}:\n        print('optional')",
    "a result that is shown": f"r = {install('*pkgs', 'subprocess.run')}\n    if r.returncode:\n        print('no')",
    "a program that ends there": (
        "os.execvp(sys.executable, [sys.executable, '-m', 'pip', 'install', '-i', token(), *pkgs])"
    ),
    "other variables": install("*pkgs", more=', env={"PIP_TARGET": "lib"}'),
    "a time limit": install("*pkgs", more=", timeout=60"),
    "a process that nobody waits for": f"p = {install('*pkgs', 'subprocess.Popen')}",
    "words from two branches": (
        "cmd = [sys.executable, '-m', 'pip', 'install', '-i', token()]\n    if len(pkgs) > 3:\n"
        "        cmd = cmd + ['wheel']\n    subprocess.check_call(cmd)"
    ),
    "words that are taken out": (
        "cmd = [sys.executable, '-m', 'pip', 'install', '-i', token(), *pkgs]\n    cmd.remove('torch')\n"
        "    subprocess.check_call(cmd)"
    ),
    "words that a loop adds": (
        "cmd = [sys.executable, '-m', 'pip', 'install', '-i', token()]\n    for p in pkgs:\n"
        "        cmd.append(p)\n    subprocess.check_call(cmd)"
    ),
    "words that another function adds": (
        "cmd = [sys.executable, '-m', 'pip', 'install', '-i', token(), *pkgs]\n    more(cmd)\n"
        "    subprocess.check_call(cmd)"
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_an_install_of_another_kind_is_left_to_the_byte(name, project, capsys):
    text = f"{HEAD}def more(cmd):\n    cmd += ['x']\ndef setup(pkgs):\n    {LEFT[name]}\nsetup(['acme-core'])\n"
    folder = project({"script.py": text})
    assert main(["adopt", "--write", str(folder)]) == 1
    assert "script.py, line" in capsys.readouterr().out
    assert (folder / "script.py").read_text() == text


@pytest.mark.parametrize("mark", ["@retry", "@retry(3)", "@app.task", "@functools.lru_cache(maxsize=None)"])
def test_a_function_that_something_wraps_stays(mark, project):
    text = SETUP.replace("def setup", f"import functools\nfrom tasks import app, retry\n{mark}\ndef setup")
    folder = project({"script.py": text + 'setup("a")\n'})
    main(["adopt", "--write", str(folder)])
    after = (folder / "script.py").read_text()
    assert f"{mark}\ndef setup(pkgs):\n    install_packages(pkgs)\nsetup" in after


@pytest.mark.parametrize(
    "again",
    [
        'if os.environ.get("OFFLINE"):\n    def setup(pkgs):\n        print("offline")\n',
        "def setup(pkgs):\n    print(pkgs)\n",
        "if len(sys.argv) > 1:\n    setup = print\n",
        "from others import *\nfrom others import setup\n",
    ],
)
def test_a_name_that_gets_another_meaning_is_left(again, project):
    folder = project({"script.py": f'{SETUP}{again}setup(["a"])\n'})
    main(["adopt", "--write", str(folder)])
    after = (folder / "script.py").read_text()
    assert after.endswith(f'{again}setup(["a"])\n')
    assert "def setup" in after


@pytest.mark.parametrize("line", ['_ = setup(["b"])', 'done: object = setup(["b"])', 'x, y = setup(["b"]), 1'])
def test_an_install_whose_result_nobody_reads_is_kept(line, project):
    folder = project({"script.py": f'{SETUP}setup(["a"])\n{line}\n'})
    assert main(["adopt", "--write", str(folder)]) == 0
    after = (folder / "script.py").read_text()
    assert after.endswith(f'def setup(pkgs):\n    install_packages(pkgs)\nsetup(["a"])\n{line}\n')


def test_a_switch_is_one_only_if_its_other_side_installs_the_same_in_public(project):
    body = f"    if not secure:\n        {plain('*pkgs')}\n        return\n    {install('*pkgs')}\n"
    text = f'{HEAD}def setup(pkgs, secure=True):\n{body}setup(["a"], secure=len(sys.argv) > 1)\n'
    folder = project({"script.py": text})
    assert main(["adopt", "--write", str(folder)]) == 0
    after = (folder / "script.py").read_text()
    assert 'install_packages(["a"], use_secure=len(sys.argv) > 1)' in after
    assert "def " not in after


def test_the_name_of_a_parameter_is_not_that_of_a_constant(project):
    text = f'{HEAD}name = "wheel"\ndef setup(name):\n    {install("name")}\nsetup("acme-core")\nprint(name)\n'
    folder = project({"script.py": text})
    assert main(["adopt", "--write", str(folder)]) == 0
    assert '"wheel"])' not in (folder / "script.py").read_text()


def test_what_stands_in_the_head_of_a_block_or_is_named_in_a_text_stays(project):
    lines = 'if os.makedirs("out") is None:\n    t = token()\nglobals()["setup"](["a"])\n'
    folder = project({"script.py": f'{SETUP}{lines}setup(["b"])\n'})
    main(["adopt", "--write", str(folder)])
    after = (folder / "script.py").read_text()
    assert 'os.makedirs("out")' in after
    assert "def setup(pkgs):\n    install_packages(pkgs)\n" in after


ONE = f"(name, more=None):\n    {install('name')}\n"
TWO = f"(name, more):\n    {install('name, more')}\n"
# Body, and a call that cannot be written in its place without doing something else.
CALLED_OTHERWISE = {
    "an argument that runs and is left out": (ONE, 'setup("a", more=open("x", "w"))'),
    "two arguments that run in an order": (TWO, "setup(more=input(), name=input())"),
    "an argument that would run twice": (f"(name):\n    {install('name, name + str(1)')}\n", "setup(input())"),
    "a name that an import in it gives": (
        f"(name):\n    from cfg import E\n    {install('name, E')}\n",
        'setup("a")',
    ),
    "a default that is computed": (f"(*names, more=input()):\n    {install('*names, more')}\n", 'setup("a")'),
    "letters": (f"(names):\n    {install('*names')}\n", 'setup("ab")'),
    "options": (f"(names):\n    {install('*names')}\n", 'setup(["--target", "lib", "a"])'),
    "an argument that it does not have": (ONE, 'setup("a", other=1)'),
    "arguments in a dictionary": (ONE, 'setup(**{"name": "a"})'),
    "a change of a list": (f"(name):\n    {install('name')}\n    DONE.append(name)\n", 'setup("a")'),
    "a change of a number": (f"(name):\n    {install('name')}\n    DONE[0] += 1\n", 'setup("a")'),
    "a mark on the disk": (f"(name):\n    {install('name')}\n    open('done', 'w').close()\n", 'setup("a")'),
    "a file that goes": (f"(name):\n    {install('name')}\n    os.remove('old')\n", 'setup("a")'),
    "logging for all": (f"(name):\n    logging.basicConfig()\n    {install('name')}\n", 'setup("a")'),
    "a default that changes": (f"(*names, more=DONE):\n    {install('*names, *more')}\n", 'setup("a")'),
    "a constant that the caller hides": (f"(name):\n    {install('name, BASE')}\n", 'setup("a")'),
}


@pytest.mark.parametrize("name", CALLED_OTHERWISE)
def test_a_call_stays_where_another_would_do_something_else(name, project):
    body, call = CALLED_OTHERWISE[name]
    rest = f"DONE = [0]\nBASE = 'x'\nif len(DONE) > 1:\n    DONE, BASE = [], 'y'\ndef setup{body}{call}\n"
    folder = project({"script.py": f"import logging\n{HEAD}{rest}"})
    main(["adopt", "--write", str(folder)])
    after = (folder / "script.py").read_text()
    assert after.endswith(f"\n{call}\n")
    assert "def setup" in after


CLASS = f"""{HEAD}class Base:
    def __init__(self):
        self.base = ["wheel"]
    def fetch(self, names):
        {install("*self.base, *names")}
    def get(self, names):
        self.fetch(names)
"""


@pytest.mark.parametrize(
    "lines",
    [
        'Base().fetch(["a"])\n',
        'Base.fetch(Base(), ["a"])\n',
        "class Quiet(Base):\n    def fetch(self, names):\n        print(names)\nQuiet().get([])\n",
    ],
)
def test_a_method_that_needs_its_object_stays(lines, project):
    folder = project({"script.py": f"{CLASS}{lines}"})
    assert main(["adopt", "--write", str(folder)]) == 0
    after = (folder / "script.py").read_text()
    assert "        install_packages([*self.base, *names])\n" in after
    assert after.endswith(f"        self.fetch(names)\n{lines}")
