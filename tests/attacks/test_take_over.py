"""An old notebook that names other sources in `%pip install`, where `take_over_pip` is on: tried, and refused."""

from __future__ import annotations

import json

import pytest
from notebooks import Notebook

from jupyter_securepypi.demo import borrowing
from jupyter_securepypi.demo.decoy import PROJECT, Decoy
from jupyter_securepypi.emulator.samples import build_wheel

# {index}: the foreign index, {wheel}: its file.
ATTACKS = (
    "%pip install --index-url {index} acme-decoy",
    "%pip install -i{index} acme-decoy",
    "%pip -q install acme-decoy --extra-index-url={index}",
    "%pip --isolated install --find-links {index}acme-decoy/ acme-decoy",
    "%pip --trusted-host 127.0.0.1 install acme-decoy",
    "%pip --i install -i {index} acme-decoy",
    "%pip in'stall' -i {index} acme-decoy",
    "%pip install -r requirements.txt",
    "%pip install -c requirements.txt acme-core",
    "%pip install {wheel}",
    "%pip install 'acme-decoy @ {wheel}'",
    "%pip install acme-decoy@{wheel}",
    "%pip install git+{index}acme-decoy",
    "%pip install ./acme_decoy-1.0-py3-none-any.whl",
    "%pip install ~/acme_decoy-1.0-py3-none-any.whl",
    "%pip install -e .",
    "%pip install acme-core && pip install -i {index} acme-decoy",
    "%pip install acme-core; pip install -i {index} acme-decoy",
    "%pip install $(echo -i {index}) acme-decoy",
    "%pip install {{'-i'}} {index} acme-decoy",
    "pip install -i {index} acme-decoy",
    "%uv pip install --index {index} acme-decoy",
    "%uv pip install --default-index={index} acme-decoy",
    "%uv pip install -i {index} acme-decoy",
    "%uv --index {index} pip install acme-decoy",
    "%uv pip --extra-index-url {index} install --index-strategy unsafe-best-match acme-decoy",
    "%uv pip install --system -f {index}acme-decoy/ acme-decoy",
    "%uv --config-file foreign.toml pip install acme-decoy",
    "%uv --allow-insecure-host 127.0.0.1 pip install acme-decoy",
    "%uv --directory foreign pip install acme-decoy",
    "%uv pip install -r requirements.txt",
    "%uv pip install --overrides requirements.txt acme-core",
    "%uv pip install 'acme-decoy @ {wheel}'",
    "%uv pip install {wheel}",
    "%uv pip install -e .",
)
# pip takes these for an install that logs to a file called `--help`; they are answered with the help.
HELP_AS_A_VALUE = (
    "%pip --log --help install -i {index} acme-decoy",
    "%pip install --log --help -i {index} acme-decoy",
)


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    return str(borrowing.environment(tmp_path_factory.mktemp("attacks") / "venv"))


@pytest.fixture
def decoy(home):
    """A foreign index, which the files of the notebook's folder name, too."""
    modules = {"acme_decoy": "print('foreign code')\n"}
    with Decoy(build_wheel(home, PROJECT, "1.0", modules=modules)) as running:
        (home / "requirements.txt").write_text(f"--extra-index-url {running.index_url}\n{PROJECT}\n")
        for file in (home / "foreign.toml", home / "foreign/uv.toml"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(f'[[index]]\nurl = "{running.index_url}"\ndefault = true\n')
        yield running


@pytest.fixture
def notebook(environment, aws, home, monkeypatch):
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", aws.role_template)
    found = Notebook(environment, home)
    yield found
    found.close()


def test_each_way_to_another_source_is_refused_and_the_source_is_never_asked(notebook, decoy, home):
    file = home / ".jupyter/jupyter_securepypi_config.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"SecurePyPI": {"take_over_pip": True}}))
    host = decoy.index_url.removesuffix("simple/")
    wheel = f"{host}files/acme_decoy-1.0-py3-none-any.whl"
    for attack in ATTACKS:
        shown = notebook.fails(attack.format(index=decoy.index_url, wheel=wheel))
        assert "RequestRefused" in shown, attack
        assert decoy.visits == [], attack
    for attack in HELP_AS_A_VALUE:
        assert "usage: %secure_pip install" in notebook.run(attack.format(index=decoy.index_url)), attack
    assert decoy.visits == []
    assert "ModuleNotFoundError" in notebook.fails("import acme_decoy")


def test_without_the_option_the_same_lines_are_followed(notebook, decoy):
    notebook.run(f"%pip install --index-url {decoy.index_url} {PROJECT}")
    assert decoy.visits
    assert "foreign code" in notebook.run("import acme_decoy")
    notebook.run(f"%pip uninstall -y {PROJECT}")
