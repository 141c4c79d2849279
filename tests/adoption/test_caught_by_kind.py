"""Where the error of pip's process is caught by its kind, the install stays: ours is of another kind."""

from __future__ import annotations

import pytest
from odd_scripts import HEAD, SETUP, install

from jupyter_securepypi.cli import main

HANDLERS = [
    "except subprocess.CalledProcessError:\n    print('optional')",
    "except (OSError, subprocess.SubprocessError) as e:\n    print(e)",
    "except Exception as e:\n    print(e.returncode)",
    "except RuntimeError:\n    pass",
]


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize(
    "lines",
    [
        f"{SETUP}try:\n    setup(['a'])\n",
        f"{SETUP}def main():\n    setup(['a'])\ntry:\n    main()\n",
        f"{HEAD}try:\n    {install('*sys.argv')}\n",
        f"{HEAD}class Steps:\n    def go(self, names):\n        {install('*names')}\ntry:\n    Steps().go(['a'])\n",
    ],
)
def test_the_install_is_left_and_named(lines, handler, project, capsys):
    text = f"{lines}{handler}\n"
    folder = project({"script.py": text})
    assert main(["adopt", "--write", str(folder)]) == 1
    assert "script.py, line" in capsys.readouterr().out
    assert (folder / "script.py").read_text() == text


def test_inside_a_function_and_under_suppress_too(project):
    body = f"    try:\n        {install('*pkgs')}\n    except subprocess.CalledProcessError:\n        pass\n"
    more = "import contextlib\nwith contextlib.suppress(subprocess.CalledProcessError):\n"
    files = {
        "a.py": f"{HEAD}def setup(pkgs):\n{body}setup(['a'])\n",
        "b.py": f"{HEAD}{more}    {install('*sys.argv')}\n",
    }
    folder = project(files)
    assert main(["adopt", "--write", str(folder)]) == 1
    assert {name: (folder / name).read_text() for name in files} == files


def test_what_another_file_calls_there_is_left_too(project):
    files = {
        "helper.py": SETUP,
        "use.py": f"import subprocess\nfrom helper import setup\ntry:\n    setup(['a'])\n{HANDLERS[0]}\n",
    }
    folder = project(files)
    assert main(["adopt", "--write", str(folder)]) == 1
    assert {name: (folder / name).read_text() for name in files} == files


@pytest.mark.parametrize("kind", ["Exception", "", "BaseException as e", "ImportError"])
def test_a_handler_that_catches_ours_as_well_is_no_reason(kind, project):
    handler = f"except {kind}:".replace(" :", ":")
    folder = project({"script.py": f"{SETUP}try:\n    setup(['a'])\n{handler}\n    print('optional')\n"})
    assert main(["adopt", "--write", str(folder)]) == 0
    after = (folder / "script.py").read_text()
    assert after.endswith(f"try:\n    install_packages(['a'])\n{handler}\n    print('optional')\n")
