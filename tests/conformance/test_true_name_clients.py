"""Real clients, unmodified, under AWS's own names: they know a proxy and an authority, and no endpoint of ours."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from client_tools import Tools

from jupyter_securepypi.demo import borrowing
from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel

INDEX = "https://acme-111122223333.d.codeartifact.us-west-2.amazonaws.com/pypi/shared-pypi/"
DUAL = "https://acme-111122223333.codeartifact.us-west-2.on.aws/pypi/shared-pypi/"
ROOT = str(Path(__file__).parents[2])
SHOW = "import acme_features, acme_core; print(acme_features.__version__)"

BOTO3 = """
import json, boto3
role = "arn:aws:iam::111122223333:role/SecurePyPIReadRole_675292366480"
keys = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="names")["Credentials"]
session = boto3.session.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
client = session.client("codeartifact")
where = {"domain": "acme", "repository": "shared-pypi", "format": "pypi"}
kinds = ("ipv4", "dualstack")
endpoints = [client.get_repository_endpoint(endpointType=kind, **where)["repositoryEndpoint"] for kind in kinds]
print(json.dumps([client.meta.endpoint_url, len(client.get_authorization_token(domain="acme")), *endpoints]))
"""


@pytest.fixture(scope="module")
def shared_emulator() -> Iterator[Emulator]:
    with Emulator(true_names=True) as running:
        yield running


@pytest.fixture(autouse=True)
def nowhere_else(emulator: Emulator) -> Iterator[None]:
    """No client asked the proxy for another host."""
    yield
    assert [call["host"] for call in emulator.calls()["calls"] if call["service"] == "proxy"] == []


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    return Tools(tmp_path_factory.mktemp("tools"))


def with_token(url: str, token: str) -> str:
    return url.replace("https://", f"https://aws:{token}@") + "simple/"


def test_boto3_assumes_a_role_and_learns_the_true_endpoints(run: Any) -> None:
    service, _, *endpoints = json.loads(run("python", "-c", BOTO3).stdout)
    assert service == "https://codeartifact.us-west-2.amazonaws.com"
    assert endpoints == [INDEX, DUAL]


def test_boto3_does_the_same_under_the_names_of_dual_stack(run: Any) -> None:
    service, *_ = json.loads(run("python", "-c", BOTO3, AWS_USE_DUALSTACK_ENDPOINT="true").stdout)
    assert service == "https://codeartifact.us-west-2.api.aws"


def test_the_cli_lists_roles_in_iam(run: Any, emulator: Emulator) -> None:
    shown = run("aws", "iam", "list-roles", "--output", "json", **emulator.credentials("AdministratorRole"))
    assert "SecurePyPIPublishRole" in {role["RoleName"] for role in json.loads(shown.stdout)["Roles"]}


def test_login_for_pip_lets_plain_pip_install(run: Any, home: Path, own_pip: Path) -> None:
    variables = {"PATH": f"{own_pip}{os.pathsep}{os.defpath}", "PIP_CONFIG_FILE": ""}
    login = "codeartifact login --tool pip --domain acme --domain-owner 111122223333 --repository shared-pypi"
    run("aws", *login.split(), **variables)
    written = (home / ".config/pip/pip.conf").read_text()
    assert f"@{INDEX.removeprefix('https://')}simple/" in written
    run(own_pip / "pip", "install", "acme-features", **variables)
    assert run(own_pip / "python", "-c", SHOW).stdout.strip() == "1.2.0"
    run(own_pip / "pip", "uninstall", "--yes", "acme-features", "acme-core")


@pytest.mark.parametrize("endpoint", [INDEX, DUAL], ids=["ipv4", "dualstack"])
@pytest.mark.parametrize("client", ["pip", "uv"])
def test_a_token_in_the_url_lets_pip_and_uv_install(
    run: Any, token: str, tmp_path: Path, client: str, endpoint: str
) -> None:
    url, target = with_token(endpoint, token), tmp_path / "site"
    command = ["pip", "install"] if client == "pip" else ["uv", "pip", "install", "--no-cache"]
    run(*command, "--index-url", url, "--target", target, "acme-features")
    assert run("python", "-c", SHOW, PYTHONPATH=str(target)).stdout.strip() == "1.2.0"


def test_keyrings_codeartifact_gives_pip_the_token(run: Any, tools: Tools, tmp_path: Path) -> None:
    python = tools.python("keyrings", "pip", "keyrings.codeartifact")
    shown = run(python, "-m", "keyring", "get", f"{INDEX}simple/", "aws")
    assert len(shown.stdout.strip()) > 1500
    url = INDEX.replace("https://", "https://aws@") + "simple/"
    target = tmp_path / "site"
    options = ["--keyring-provider", "import", "--index-url", url, "--target", target]
    run(python, "-m", "pip", "install", *options, "acme-features")
    assert run(python, "-c", SHOW, PYTHONPATH=str(target)).stdout.strip() == "1.2.0"


def test_twine_uploads_after_a_login(run: Any, emulator: Emulator, tmp_path: Path) -> None:
    login = "codeartifact login --tool twine --domain acme --repository shared-pypi"
    run("aws", *login.split(), **emulator.credentials("SecurePyPIPublishRole"))
    wheel = build_wheel(tmp_path, "by-true-name", "1.0")
    run("twine", "upload", "--disable-progress-bar", "--repository", "codeartifact", wheel)
    assert (emulator.packages_dir / wheel.name).is_file()
    run("twine", "upload", "--disable-progress-bar", "--repository", "codeartifact", wheel)  # the same again
    wheel = build_wheel(tmp_path, "by-true-name", "1.0", modules={"by_true_name": "other = True\n"})
    again = run("twine", "upload", "--disable-progress-bar", "--repository", "codeartifact", wheel, check=False)
    assert "409" in again.stdout + again.stderr


@pytest.mark.parametrize("engine", ["pip", "uv"])
def test_our_own_refresh_install_and_configure_need_these_variables_only(
    run: Any, emulator: Emulator, home: Path, tmp_path: Path, engine: str
) -> None:
    config = home / ".jupyter/jupyter_securepypi_config.py"
    config.parent.mkdir()
    config.write_text("c.SecurePyPI.manage_kernels = False\n")
    python = borrowing.environment(tmp_path / "venv")

    def ours(*words: str) -> str:
        variables = {"PYTHONPATH": ROOT, "PIP_CONFIG_FILE": ""}
        return str(run(python, "-m", "jupyter_securepypi.cli", *words, **variables).stdout)

    assert "acme/shared-pypi" in ours("refresh")
    shown = ours("install", "--json", "--engine", engine, "acme-features")
    report = json.loads(shown)
    assert {one["name"]: one["version"] for one in report["packages"]} == {
        "acme-core": "1.4.0",
        "acme-features": "1.2.0",
    }
    assert {call["status"] for call in emulator.calls()["calls"]} <= {200, 401}
    ours("configure")
    target = tmp_path / "plain"
    run(python, "-m", "pip", "install", "--target", target, "acme-plots", PIP_CONFIG_FILE="")
    assert (target / "acme_plots.py").is_file()
