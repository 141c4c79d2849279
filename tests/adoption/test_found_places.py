"""Where files authenticate by themselves: each kind of place by its line, in each kind of file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from copied_scripts import CELLS, CLASSIC, HOST, PATH, notebook

from jupyter_securepypi.cli import main

CLI = "aws codeartifact get-authorization-token --domain acme --query authorizationToken --output text"
FILES = {
    "setup.sh": f"""\
#!/bin/bash
# aws codeartifact login in a comment is none
set -e
export AWS_REGION=us-west-2
CODEARTIFACT_TOKEN=$({CLI})
pip config set global.index-url https://aws:$CODEARTIFACT_TOKEN@{HOST}/{PATH}
pip install --index-url "https://aws:${{CODEARTIFACT_TOKEN}}@{HOST}/{PATH}" \\
    acme-core
export PIP_INDEX_URL="https://aws:${{CODEARTIFACT_TOKEN}}@{HOST}/{PATH}"
echo "machine {HOST} login aws password $CODEARTIFACT_TOKEN" >> ~/.netrc
echo "the token is $CODEARTIFACT_TOKEN"
aws --region us-west-2 codeartifact login --tool pip --domain acme --repository shared-pypi
git clone https://x:$GIT_TOKEN@git.example.com/a.git
""",
    "Dockerfile": f"""\
FROM python:3.12
ARG CODEARTIFACT_TOKEN
RUN pip install --index-url https://aws:${{CODEARTIFACT_TOKEN}}@{HOST}/{PATH} acme-core
ENV PIP_INDEX_URL=https://aws:${{CODEARTIFACT_TOKEN}}@{HOST}/{PATH}
RUN aws codeartifact login --tool pip --domain acme --repository shared-pypi && pip install acme-plots
""",
    "ci.yml": f"""\
jobs:
  build:
    env:
      UV_DEFAULT_INDEX: https://aws:${{{{ secrets.CODEARTIFACT_TOKEN }}}}@{HOST}/{PATH}
    steps:
      - run: |
          TOKEN=`{CLI}`
          twine upload -u aws -p $TOKEN dist/*
""",
    "train.py": CLASSIC,
    "a.ipynb": notebook([*CELLS, f"%%bash\npip install -i https://aws:$TOKEN@{HOST}/{PATH} x"]),
    "clean.sh": '#!/bin/sh\npip install acme-core\ncurl -H "Authorization: $TOKEN" https://api.example.com/\n',
    "notes.txt": CLI,
}
FOUND = {
    "setup.sh": [
        (5, "token"),
        (6, "argv"),
        (7, "argv"),
        (9, "environment"),
        (10, "file"),
        (11, "output"),
        (12, "login"),
    ],
    "Dockerfile": [(3, "argv"), (4, "environment"), (5, "login")],
    "ci.yml": [(4, "environment"), (7, "token"), (8, "argv")],
    "train.py": [(9, "unset"), (16, "role"), (24, "token"), (32, "address"), (35, "argv")],
    "a.ipynb": [(1, "token"), (1, "argv"), (2, "argv")],
}


@pytest.mark.parametrize("name", FILES)
def test_each_place_is_found_by_its_line(name, project, capsys):
    folder = project(FILES)
    expected = FOUND.get(name, [])
    assert main(["adopt", "--json", str(folder / name)]) == int(bool(expected))
    files = json.loads(capsys.readouterr().out)["files"]
    found = [(one["line"], one["kind"]) for file in files for one in file["findings"]]
    assert found == expected


def test_of_a_folder_all_kinds_are_looked_into_but_no_hidden_and_no_foreign_ones(project, capsys):
    more = {".git/hook.sh": FILES["setup.sh"], "node_modules/x/setup.sh": FILES["setup.sh"]}
    folder = project(
        {**FILES, **more, ".github/workflows/ci.yml": FILES["ci.yml"], "scripts/run": FILES["setup.sh"]}
    )
    assert main(["adopt", "--json", str(folder)]) == 1
    files = [
        Path(one["path"]).relative_to(folder).as_posix() for one in json.loads(capsys.readouterr().out)["files"]
    ]
    assert sorted(files) == [
        ".github/workflows/ci.yml",
        "Dockerfile",
        "a.ipynb",
        "ci.yml",
        "setup.sh",
        "train.py",
    ]
    assert main(["adopt", "--json", str(folder / "scripts/run")]) == 1  # by its first line


def test_what_is_no_python_is_told_and_left(project, capsys):
    folder = project({"setup.sh": FILES["setup.sh"]})
    assert main(["adopt", "--write", str(folder)]) == 1
    assert "left as it is" in capsys.readouterr().out
    assert (folder / "setup.sh").read_text() == FILES["setup.sh"]


def test_every_place_says_what_why_and_what_to_do_and_no_secret(project, capsys):
    secret = "https://aws:" + "s3cret" * 3 + "@packages.example.com/simple/"
    folder = project({**FILES, "b.sh": f"aws codeartifact login --tool pip\npip install -i {secret} x\n"})
    main(["adopt", str(folder)])
    out = capsys.readouterr().out
    lines = out.splitlines()
    places = [i for i, line in enumerate(lines) if line.startswith(("error: ", "warning: "))]
    assert len(places) > 15
    for i in places:
        assert ", line " in lines[i]
        assert lines[i + 1].startswith("  why   ")
        assert lines[i + 2].startswith("  try   ")
    assert "s3cret" not in out


def test_it_looks_without_libcst_and_says_what_the_rewrite_needs(project, tmp_path):
    folder = project({"train.py": CLASSIC})
    code = (
        "import sys; sys.modules['libcst'] = None\n"
        "from jupyter_securepypi.cli import main\n"
        f"print(main(['adopt', {str(folder)!r}])); print(main(['adopt', '--write', {str(folder)!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=tmp_path
    )
    assert "token in argv" not in done.stdout
    assert "hands a token to a process in argv" in done.stdout
    assert "libcst" in done.stderr
    assert 'pip install "jupyter_securepypi[adopt]"' in done.stderr
    assert (folder / "train.py").read_text() == CLASSIC


@pytest.mark.parametrize(
    "code",
    [
        "x = x + [1]\nx = x + x\n",
        "a = b + [1]\nb = a + [2]\nimport os\nos.system(a)\n",
        "def f(): return f()\nf()\n",
        "import subprocess\nsubprocess.run()\nsubprocess.run(*[], **{})\n",
        "f'{'",
        "\x00",
        "x = " + "(" * 3000 + ")" * 3000,
        "x = " + " + ".join(["'a'"] * 5000),
        "",
    ],
)
def test_odd_code_is_no_reason_to_fail(code, project):
    assert main(["adopt", "--diff", str(project({"odd.py": code, "odd.ipynb": code, "odd.sh": code}))]) == 0
