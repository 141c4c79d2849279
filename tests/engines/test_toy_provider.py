"""The seam for providers: one file registers a new kind of index, and everything installs through it."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from pathlib import Path
from wsgiref.simple_server import make_server

import pypiserver
import pytest

import jupyter_securepypi

CODE = """
import json, os, sys
import toy_provider
from jupyter_securepypi.config import load_options
from jupyter_securepypi.core.errors import SecurePyPIError
from jupyter_securepypi.install.service import install
from jupyter_securepypi.token.status import current_status
try:
    report = install(load_options(), sys.argv[2:], engine=sys.argv[1])
    status = current_status(load_options()).to_dict()
    print(json.dumps({"packages": [vars(one) for one in report.packages], "status": status, "pid": os.getpid()}))
except SecurePyPIError as error:
    print(json.dumps({"error": error.to_dict()}))
"""


@pytest.fixture
def shop(aws):
    """A pypiserver that lets in who has the toy's token."""
    app = pypiserver.app(
        roots=[str(aws.packages_dir)],
        password_file="unused",
        auther=lambda login, password: (login, password) == ("child", "toy-token-secret"),
        authenticate=["list", "download", "update"],
        disable_fallback=True,
    )
    server = make_server("127.0.0.1", 0, app)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def run(environment, engine, shop, repository, *words):
    here, package = str(Path(__file__).parent), str(Path(jupyter_securepypi.__file__).parents[1])
    variables = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([here, package]),
        "SECURE_PYPI_INDEX": repository,
        "TOY_INDEX": shop,
        "NO_PROXY": "127.0.0.1",
    }
    for name in ("CA_REPOSITORY_ARN", "SECURE_PYPI_ROLE_ARN"):
        variables.pop(name, None)
    done = subprocess.run(
        [environment.python, "-c", CODE, engine, *words], env=variables, cwd=environment.cwd, capture_output=True,
        text=True, timeout=170,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "toy-token-secret" not in done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_both_engines_install_through_a_provider_of_one_file(environment, shop, engine):
    found = run(environment, engine, shop, "toy:shelf", "acme-core")
    assert [package["url"].startswith(shop) for package in found["packages"]] == [True]
    assert environment.versions()["acme_core"] == found["packages"][0]["version"]
    status = found["status"]
    assert (status["state"], status["repository"]["id"]) == ("fresh", "toy:shelf")
    assert status["repository"]["facts"] == [{"label": "Shelf", "value": "shelf"}]
    assert status["repository"]["provider_label"] == "Toy box"
    assert status["identity"] != f"pid {found['pid']}", "it is minted in a process of its own"


def test_its_own_errors_come_through(environment, shop):
    assert run(environment, "pip", shop, "toy:no shelf", "acme-core")["error"]["remedy"] == "write toy:NAME"


def test_where_it_is_not_registered_the_text_is_nobodys(environment):
    said = environment.run("status", SECURE_PYPI_INDEX="toy:shelf", CA_REPOSITORY_ARN="")
    assert "toy:shelf" in said.stdout + said.stderr
