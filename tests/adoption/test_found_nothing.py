"""Passwords and tokens that are for something else than an index of packages."""

from __future__ import annotations

import pytest
from copied_scripts import HOST, PATH

from jupyter_securepypi.cli import main

ECR = """\
auth = client.get_authorization_token()["authorizationData"][0]
user, password = base64.b64decode(auth["authorizationToken"]).decode().split(":")
subprocess.check_call(["docker", "login", "-u", user, "-p", password, auth["proxyEndpoint"]])
"""
INNOCENT = {
    "a client by its keyword": f'import base64, boto3, subprocess\nclient = boto3.client(service_name="ecr")\n{ECR}',
    "a client of a factory": f'import base64\nfrom aws import get_client\nclient = get_client("ecr")\n{ECR}',
    "a database": 'import os\np = os.environ["P"]\nurl = f"postgresql://user:{p}@db.acme.example/x"\n',
    "a database beside an index": "import os\np = os.environ['P']\nurl = f'postgresql://u:{p}@index.acme.example/x'\n",
    "a clone": (
        'import os, subprocess\nt = os.environ["T"]\n'
        'subprocess.check_call(["git", "clone", f"https://x-access-token:{t}@github.com/acme/pypi-tools.git"])\n'
    ),
    "an address that is printed": 'import os\nt = os.environ["T"]\nprint(f"https://user:{t}@x")\n',
    "a package from Git": (
        'import os, subprocess\nt = os.environ["T"]\n'
        'subprocess.run(["pip", "install", f"git+https://user:{t}@github.com/acme/x.git"])\n'
    ),
}
SHELL = [
    "pip install git+https://user:${GIT_TOKEN}@github.com/acme/x.git\n",
    "TOKEN=$(aws ecr get-login-password)\ngit clone https://user:${GIT_TOKEN}@github.com/acme/x.git\n",
]


@pytest.mark.parametrize("name", INNOCENT)
def test_python_for_something_else_is_not_reported(name, project, capsys):
    folder = project({"script.py": INNOCENT[name]})
    assert main(["adopt", str(folder)]) == 0, capsys.readouterr().out


@pytest.mark.parametrize("line", SHELL)
def test_a_shell_that_fetches_from_git_is_not_reported(line, project):
    assert main(["adopt", str(project({"run.sh": f"#!/bin/bash\n{line}"}))]) == 0


@pytest.mark.parametrize(
    "line",
    [
        'subprocess.run(["pip", "install", "-i", f"https://u:{t}@pool.example.com/simple/", "x"])',
        'subprocess.run(["pip", "install", "--extra-index-url", f"https://u:{t}@pool.example.com/", "x"])',
        f'url = f"https://aws:{{t}}@{HOST}/{PATH}"',
        'print(get_client("codeartifact").get_authorization_token(domain="acme"))',
        'print(session.client(service_name="codeartifact").get_authorization_token(**options))',
    ],
)
def test_an_index_is_reported_whoever_asks_for_the_token(line, project):
    text = f'import os, subprocess\nfrom aws import get_client, options, session\nt = os.environ["T"]\n{line}\n'
    assert main(["adopt", str(project({"script.py": text}))]) == 1
