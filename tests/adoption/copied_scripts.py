"""Scripts as they are copied from one to the next, made for these tests: each gets a token in a way of its own."""

from __future__ import annotations

import json

HOST = "acme-111122223333.d.codeartifact.us-west-2.amazonaws.com"
PATH = "pypi/shared-pypi/simple/"
USE = "import acme_features\nprint(acme_features.__version__)\n"

CLASSIC = '''\
"""Train the model."""

import os
import subprocess
import sys

import boto3

USE_SECURE_PYPI = os.environ.get("USE_SECURE_PYPI", "false").lower() == "true"


def _get_secure_pypi_access_token():
    """Return a token for the index."""
    account = boto3.client("sts").get_caller_identity()["Account"]
    role = f"arn:aws:iam::{os.environ['SECURE_PYPI_ROLE_ACCOUNT']}:role/SecurePyPIReadRole_{account}"
    keys = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="train")["Credentials"]
    client = boto3.client(
        "codeartifact",
        region_name="us-west-2",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    return client.get_authorization_token(
        domain=os.environ["SECURE_PYPI_DOMAIN"], domainOwner=os.environ["SECURE_PYPI_DOMAIN_OWNER"]
    )["authorizationToken"]


def install_packages_from_secure_pypi(packages):
    token = _get_secure_pypi_access_token()
    url = (
        f"https://aws:{token}@{os.environ['SECURE_PYPI_DOMAIN']}-{os.environ['SECURE_PYPI_DOMAIN_OWNER']}"
        f".d.codeartifact.us-west-2.amazonaws.com/pypi/{os.environ['SECURE_PYPI_REPOSITORY']}/simple/"
    )
    subprocess.check_call([sys.executable, "-m", "pip", "install", "--index-url", url, *packages])


def install_packages(packages, use_secure=USE_SECURE_PYPI):
    if use_secure:
        install_packages_from_secure_pypi(packages)
    else:
        subprocess.check_call([sys.executable, "-m", "pip", "install", *packages])


# What this script needs, before the imports.
install_packages(
    [
        "acme-features",  # the base
    ],
    use_secure=USE_SECURE_PYPI,
)
'''

CLASS = f'''\
import logging
import subprocess
import sys

import boto3

log = logging.getLogger(__name__)


class PackageIndex:
    """The company's index."""

    def __init__(self, region="us-west-2"):
        self.session = boto3.session.Session(region_name=region)
        self.token = None

    def login(self):
        answer = self.session.client("codeartifact").get_authorization_token(domain="acme")
        self.token = answer["authorizationToken"]
        log.info("the token lasts until %s", answer["expiration"])

    def _address(self):
        if self.token is None:
            self.login()
        return "https://aws:{{}}@{HOST}/{PATH}".format(self.token)

    def fetch(self, names, quiet=True):
        command = [sys.executable, "-m", "pip", "install", "-i", self._address()]
        if quiet:
            command.append("-q")
        subprocess.run(command + list(names), check=True)


index = PackageIndex()
index.fetch(["acme-features"], quiet=False)
log.info("installed")
'''

COMMAND_LINE = f"""\
import subprocess, sys

TEMPLATE = "https://aws:%s@{HOST}/{PATH}"

def ask():
    out = subprocess.check_output(
        ["aws", "codeartifact", "get-authorization-token", "--domain", "acme",
         "--query", "authorizationToken", "--output", "text"]
    )
    return out.decode().strip()

def add(name, version=None):
    wanted = name
    subprocess.check_call([sys.executable, "-m", "pip", "install", "--index-url=" + TEMPLATE % ask(), name])

add("acme-features")   # keep this comment
"""

SHELL = f"""\
import os
import boto3

def setup(modules):
    secret = boto3.client("codeartifact").get_authorization_token(domain="acme", domainOwner="111122223333")
    secret = secret["authorizationToken"]
    status = os.system(f"python -m pip install --index-url https://aws:{{secret}}@{HOST}/{PATH} {{' '.join(modules)}}")
    if status != 0:
        raise RuntimeError("pip failed")

if __name__ == "__main__":
    setup(["acme-features"])
"""

SHELL_TRUE = f"""\
from subprocess import check_call as run_it
import boto3
token = boto3.client("codeartifact").get_authorization_token(domain="acme")["authorizationToken"]
run_it("pip install -i https://aws:" + token + "@{HOST}/{PATH} acme-features acme-plots", shell=True)
"""

IN_PROCESS = f"""\
import boto3
from pip._internal.cli.main import main as pip_main


def get(*names: str) -> None:
    token = boto3.client("codeartifact").get_authorization_token(domain="acme")["authorizationToken"]
    if pip_main(["install", "--index-url", f"https://aws:{{token}}@{HOST}/{PATH}", *names]):
        raise SystemExit(1)


get("acme-features", "acme-plots")
"""

REQUIREMENTS = f'''\
import pathlib
import subprocess
import sys

import boto3

HERE = pathlib.Path(__file__).parent


def _authorize() -> str:
    return boto3.client("codeartifact").get_authorization_token(domain="acme")["authorizationToken"]


def install_from(requirements: pathlib.Path) -> None:
    """Install a requirements file."""
    subprocess.run(
        [sys.executable, "-m", "pip", "install",
         "--index-url", "https://aws:" + _authorize() + "@{HOST}/{PATH}",
         "-r", str(requirements)],
        check=True,
    )


install_from(HERE / "requirements-own.txt")
'''

ENVIRONMENT = f"""\
import os
import subprocess
import sys

import boto3


def configure_pip():
    token = boto3.client("codeartifact").get_authorization_token(domain="acme")["authorizationToken"]
    os.environ["PIP_INDEX_URL"] = f"https://aws:{{token}}@{HOST}/{PATH}"
    os.environ["CODEARTIFACT_TOKEN"] = token


configure_pip()
subprocess.check_call([sys.executable, "-m", "pip", "install", "acme-features"])
"""

STRAIGHT = """\
import json
import subprocess
import sys
import boto3

# --- authentication -------------------------------------------------
domain = "acme"
owner = "111122223333"
region = "us-west-2"
client = boto3.client("codeartifact", region_name=region)
answer = client.get_authorization_token(domain=domain, domainOwner=owner, durationSeconds=900)
endpoint = client.get_repository_endpoint(
    domain=domain, domainOwner=owner, repository="shared-pypi", format="pypi"
)["repositoryEndpoint"]
url = endpoint.replace("https://", f"https://aws:{answer['authorizationToken']}@") + "simple/"
# --- packages -------------------------------------------------------
wanted = json.loads('["acme-features"]')
subprocess.check_call([sys.executable, "-m", "pip", "install", "-i", url] + wanted)
"""

ASYNCHRONOUS = f"""\
import asyncio
import sys

import boto3


async def _token():
    return boto3.client("codeartifact").get_authorization_token(domain="acme")["authorizationToken"]


async def provide(packages):
    url = f"https://aws:{{await _token()}}@{HOST}/{PATH}"
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "pip", "install", "-i", url, *packages)
    if await process.wait():
        raise RuntimeError("pip failed")


async def main():
    await provide(["acme-features"])


asyncio.run(main())
"""

SHARED = f'''\
"""What the scripts share."""

import subprocess
import sys

import boto3


def greet():
    print("hello")


def access_token(domain):
    return boto3.client("codeartifact").get_authorization_token(domain=domain)["authorizationToken"]


def ensure(packages):
    url = f"https://aws:{{access_token('acme')}}@{HOST}/{PATH}"
    subprocess.check_call([sys.executable, "-m", "pip", "install", "-i", url, *packages])
'''
SHARING = """\
from shared import ensure, greet

greet()
ensure(["acme-features"])
"""

LOGIN = """\
import subprocess, sys
subprocess.run("aws codeartifact login --tool pip --domain acme --domain-owner 111122223333 --repository shared-pypi",
               shell=True, check=True)
subprocess.run([sys.executable, "-m", "pip", "install", "acme-features"], check=True)
"""

CONFIGURED = f"""\
import subprocess
import sys

import boto3


def point_pip():
    token = boto3.client("codeartifact").get_authorization_token(domain="acme")["authorizationToken"]
    subprocess.check_call(
        [sys.executable, "-m", "pip", "config", "set", "--user", "global.index-url", f"https://aws:{{token}}@{HOST}/{PATH}"]
    )


point_pip()
subprocess.check_call([sys.executable, "-m", "pip", "install", "-q", "acme-features"])
"""

NETRC = f"""\
import os
import subprocess
import sys
from pathlib import Path

import boto3

token = boto3.client("codeartifact").get_authorization_token(domain="acme")["authorizationToken"]
netrc = Path.home() / ".netrc"
netrc.write_text(f"machine {HOST} login aws password {{token}}\\n")
subprocess.check_call(
    [sys.executable, "-m", "pip", "install", "--index-url", "https://{HOST}/{PATH}", "acme-features"]
)
print(os.getcwd() != "/")
"""

UV = f"""\
import os
import subprocess
import sys

import boto3


def sync(packages):
    token = boto3.client("codeartifact").get_authorization_token(domain="acme")["authorizationToken"]
    index = f"https://aws:{{token}}@{HOST}/{PATH}"
    subprocess.run(
        ["uv", "pip", "install", "--no-cache", "--python", sys.executable, *packages],
        env={{**os.environ, "UV_DEFAULT_INDEX": index}},
        check=True,
    )


sync(["acme-features"])
"""

ONE_BY_ONE = f"""\
import subprocess
import sys

import boto3

PACKAGES = ("acme-features", "acme-plots")


def one_by_one(names):
    token = boto3.client("codeartifact").get_authorization_token(domain="acme")["authorizationToken"]
    for name in names:
        subprocess.call([sys.executable, "-m", "pip", "install", name, "-i", "https://aws:%s@{HOST}/{PATH}" % token])


one_by_one(PACKAGES)
"""

CACHED = f"""\
import functools
import subprocess
import sys

import boto3


@functools.lru_cache(maxsize=1)
def index_url() -> str:
    client = boto3.Session().client(service_name="codeartifact")
    token = client.get_authorization_token(domain="acme")["authorizationToken"]
    return "".join(["https://aws:", token, "@{HOST}/{PATH}"])


def require(package: str, *, upgrade: bool = False) -> None:
    command = [sys.executable, "-m", "pip", "install", "--index-url", index_url()]
    if upgrade:
        command += ["--upgrade"]
    command += [package]
    subprocess.check_call(command)


require("acme-core")
require("acme-features", upgrade=True)
"""

IN_A_FUNCTION = f"""\
import subprocess
import sys

import boto3


def bootstrap():
    # The index of the company.
    token = boto3.client("codeartifact").get_authorization_token(domain="acme")["authorizationToken"]
    url = f"https://aws:{{token}}@{HOST}/{PATH}"
    subprocess.check_call([sys.executable, "-m", "pip", "install", "--index-url", url, "acme-features"])


def main(arguments):
    bootstrap()
    print(len(arguments) >= 0)


main(sys.argv[1:])
"""

CONFIG_FILE = f"""\
import configparser
import os
import subprocess
import sys
import tempfile

import boto3

where = os.path.join(tempfile.gettempdir(), "pip-of-job.conf")
parser = configparser.ConfigParser(interpolation=None)
parser.add_section("global")
parser.set("global", "index-url", "https://aws:{{}}@{HOST}/{PATH}".format(
    boto3.client("codeartifact").get_authorization_token(domain="acme")["authorizationToken"]))
with open(where, "w") as file:
    parser.write(file)
os.environ["PIP_CONFIG_FILE"] = where
subprocess.check_call([sys.executable, "-m", "pip", "install", "acme-features"])
"""

SPLIT_URL = """\
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import boto3

CODEARTIFACT = boto3.client("codeartifact")
QUIET = True


def _with_credentials(address, password):
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=f"aws:{password}@{parts.netloc}"))


def _endpoint():
    found = CODEARTIFACT.get_repository_endpoint(domain="acme", repository="shared-pypi", format="pypi")
    return found["repositoryEndpoint"] + "simple/"


def add_packages(packages=None, requirements=None):
    token = CODEARTIFACT.get_authorization_token(domain="acme")["authorizationToken"]
    command = [sys.executable, "-m", "pip", "install", "-i", _with_credentials(_endpoint(), token)]
    if requirements:
        command.extend(["-r", requirements])
    if packages:
        command.extend(packages)
    subprocess.run(command, check=True)


add_packages(packages=["acme-features"])
add_packages(requirements="requirements-own.txt")
"""

CELLS = [
    "import sys\nimport boto3\n",
    "token = !aws codeartifact get-authorization-token --domain acme --query authorizationToken --output text\n"
    "token = token[0]",
    f"%pip install -q --index-url https://aws:{{token}}@{HOST}/{PATH} acme-features",
    "%%time\nimport acme_features\nprint(acme_features.__version__)",
    "x = 1  # nothing of ours\n!echo done {x}",
]


def notebook(cells: list[str]) -> str:
    """Return a notebook's file, with outputs and metadata, as Jupyter writes it."""
    return (
        json.dumps(
            {
                "cells": [
                    {"cell_type": "markdown", "id": "title", "metadata": {}, "source": ["# Größen\n", "text"]},
                    *(
                        {
                            "cell_type": "code",
                            "execution_count": number,
                            "id": f"cell-{number}",
                            "metadata": {"tags": ["keep"]},
                            "outputs": [{"name": "stdout", "output_type": "stream", "text": ["kept\n"]}],
                            "source": cell.splitlines(keepends=True),
                        }
                        for number, cell in enumerate(cells, 1)
                    ),
                ],
                "metadata": {"kernelspec": {"display_name": "acme", "language": "python", "name": "acme"}},
                "nbformat": 4,
                "nbformat_minor": 5,
            },
            indent=1,
            ensure_ascii=False,
        )
        + "\n"
    )


OWN = {"requirements-own.txt": "acme-features\nacme-plots\n"}
SCRIPTS: dict[str, dict[str, str]] = {
    "classic": {"train.py": CLASSIC + USE},
    "class": {"train.py": CLASS + USE},
    "command line": {"train.py": COMMAND_LINE + USE},
    "shell": {"train.py": SHELL + "\n" + USE},
    "shell=True": {"train.py": SHELL_TRUE + USE},
    "in process": {"train.py": IN_PROCESS + USE},
    "requirements": {"train.py": REQUIREMENTS + USE, **OWN},
    "environment": {"train.py": ENVIRONMENT + USE},
    "straight": {"train.py": STRAIGHT + USE},
    "asynchronous": {"train.py": ASYNCHRONOUS + USE},
    "two files": {"train.py": SHARING + USE, "shared.py": SHARED},
    "login": {"train.py": LOGIN + USE},
    "configured": {"train.py": CONFIGURED + USE},
    "netrc": {"train.py": NETRC + USE},
    "uv": {"train.py": UV + USE},
    "one by one": {"train.py": ONE_BY_ONE + USE},
    "cached": {"train.py": CACHED + USE},
    "in a function": {"train.py": IN_A_FUNCTION + USE},
    "configuration file": {"train.py": CONFIG_FILE + USE},
    "split URL": {"train.py": SPLIT_URL + USE, **OWN},
}
"""What is run → its files; the notebook is apart."""
# What some of them become. That it runs is tried at night: by day, a script that differs from it in no call of ours is.
BECOMES = {
    "class": """\
import logging
from jupyter_securepypi import install_packages

log = logging.getLogger(__name__)
install_packages(["acme-features"])
log.info("installed")
""",
    "shell": """\
from jupyter_securepypi import install_packages

if __name__ == "__main__":
    install_packages(["acme-features"])

""",
    "straight": """\
import json
from jupyter_securepypi import install_packages

# --- packages -------------------------------------------------------
wanted = json.loads('["acme-features"]')
install_packages(wanted)
""",
    "netrc": """\
import os
from jupyter_securepypi import install_packages

install_packages(["acme-features"])
print(os.getcwd() != "/")
""",
    "one by one": """\
from jupyter_securepypi import install_packages

PACKAGES = ("acme-features", "acme-plots")


install_packages(PACKAGES)
""",
}


def arriving(name: str) -> dict[str, str]:
    """Return the packages that one of the scripts brings, and their versions; the notebook's by that name."""
    plots = any("acme-plots" in text for text in SCRIPTS.get(name, {}).values())
    return {"acme_core": "1.4.0", "acme_features": "1.2.0", **({"acme_plots": "0.3.0"} if plots else {})}
