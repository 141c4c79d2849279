"""Each way to ship the bundle, with the SDK's own objects and its files where SageMaker puts them."""

from __future__ import annotations

import json
import shutil
import sys
import tarfile
from types import ModuleType, SimpleNamespace

import pytest
from sagemaker_parts import (
    MARKER,
    PARTS,
    Container,
    DefaultIndex,
    install,
    make_python,
    methods_of,
    remove_samples,
)

from jupyter_securepypi.core.errors import ConfigurationError
from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.sagemaker import shipping
from jupyter_securepypi.sagemaker.bundle import write_bundle

SCRIPT = (
    "from jupyter_securepypi import install_packages\ninstall_packages('acme-core')\n"
    "import acme_core; print('acme-core', acme_core.__version__)\n"
)


@pytest.fixture(scope="module")
def _python(tmp_path_factory):
    return make_python(tmp_path_factory.mktemp("container") / "venv")


@pytest.fixture(scope="module")
def sdk2(tmp_path_factory, _python):
    return install(_python, tmp_path_factory.mktemp("sdk2") / "sdk", *PARTS["sdk2"]) / "sagemaker"


@pytest.fixture(scope="module")
def sdk3(tmp_path_factory, _python):
    return install(_python, tmp_path_factory.mktemp("sdk3") / "sdk", *PARTS["sdk3"])


@pytest.fixture(scope="module")
def _https():
    with Emulator(tls=True, token_marker=MARKER) as emulator:
        yield emulator


@pytest.fixture
def container(tmp_path, _python, _https):
    """A container of nothing but Python, whose default index must not be asked."""
    _https.clear()
    default = DefaultIndex(tmp_path / "default")
    yield Container(tmp_path / "container", _python, _https, default)
    default.server.shutdown()
    default.server.server_close()
    remove_samples(_python)


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "src"
    folder.mkdir()
    (folder / "job.py").write_text(SCRIPT)
    return folder


def variables_of(container: Container, environment: dict[str, str]) -> dict[str, str]:
    return {name: value.replace("/opt/ml", str(container.ml)) for name, value in environment.items()}


def assert_secure(container: Container, done) -> None:
    assert done.returncode == 0, container.log
    assert "acme-core 1.4.0" in container.log
    assert not container.default.asked
    assert MARKER not in container.log + container.argv


def test_an_input_of_a_script_processor_of_sdk_2(container, sdk2, tmp_path, monkeypatch):
    module = ModuleType("sagemaker.processing")
    module.ProcessingInput = methods_of(
        sdk2 / "processing.py", "ProcessingInput", "__init__", "_create_s3_input", S3Input=SimpleNamespace
    )
    monkeypatch.setitem(sys.modules, "sagemaker", ModuleType("sagemaker"))
    monkeypatch.setitem(sys.modules, "sagemaker.processing", module)
    bundle = write_bundle(tmp_path)
    ship = shipping.script_processor(bundle, environment={"USE_SECURE_PYPI": "true"}, inputs=["another"])
    another, given = ship.run["inputs"]
    assert another == "another"
    run_as_processing(container, given.source, given.destination, ship.create["env"])


def test_an_input_of_a_script_processor_of_sdk_3(container, sdk3, tmp_path):
    bundle = write_bundle(tmp_path)
    container.without_arrays()
    code = (
        "from jupyter_securepypi.sagemaker.shipping import script_processor\n"
        f"ship = script_processor({str(bundle)!r})\n[given] = ship.run['inputs']\nimport json\n"
        "print(json.dumps([given.s3_input.s3_uri, given.s3_input.local_path, ship.create['env']]))"
    )
    path = f"{sdk3}:{container.env['PYTHONPATH']}:{':'.join(p for p in sys.path if p)}"
    done = container.run(sys.executable, "-c", code, PYTHONPATH=path)
    assert done.returncode == 0, container.log
    run_as_processing(container, *json.loads(done.stdout.splitlines()[-1]))


def run_as_processing(container, uri, destination, environment):
    folder = container.ml / destination.removeprefix("/opt/ml/")
    folder.mkdir(parents=True)
    shutil.copy(uri, folder)
    script = container.write("processing/input/code/job.py", SCRIPT)
    done = container.run(container.python, script, **variables_of(container, environment))
    assert_secure(container, done)


def test_the_source_folder_of_a_framework_processor(container, source):
    ship = shipping.framework_processor(source, environment={"PYTHONPATH": "/opt/ml/more"})
    code = container.ml / "processing/input/code"
    code.mkdir(parents=True)
    with tarfile.open(container.root / "sourcedir.tar.gz", "w:gz") as archive:
        archive.add(ship.run["source_dir"], ".")
    with tarfile.open(container.root / "sourcedir.tar.gz") as archive:
        archive.extractall(code)
    environment = variables_of(container, ship.create["env"])
    assert environment["PYTHONPATH"].endswith("/more")
    assert_secure(container, container.run(container.python, "job.py", cwd=code, **environment))


def test_the_source_folder_of_a_model_trainer(container, source):
    ship = shipping.model_trainer(source)
    code = container.ml / "input/data/code"
    shutil.copytree(source, code)
    environment = variables_of(container, ship.create["environment"])
    assert_secure(container, container.run(container.python, "job.py", cwd=code, **environment))


def test_the_source_folder_of_an_estimator(container, source):
    ship = shipping.estimator(source)
    shutil.copytree(ship.create["source_dir"], container.ml / "code")
    environment = variables_of(container, ship.create["environment"])
    assert_secure(
        container, container.run(container.python, "job.py", cwd=container.ml / "code", **environment)
    )


def test_the_wrapper_as_the_command_of_a_model_trainer(container, source):
    shipping.model_trainer(source)
    (source / "requirements-secure.txt").write_text("acme-core\n")
    (source / "plain.py").write_text("import acme_core; print('acme-core', acme_core.__version__)\n")
    code = container.ml / "input/data/code"
    shutil.copytree(source, code)
    command = (container.python, "securepypi.pyz", "run", "-r", "requirements-secure.txt", "plain.py")
    assert_secure(container, container.run(*command, cwd=code))


@pytest.mark.parametrize("name", ["missing/securepypi.pyz", "other.zip"])
def test_what_is_no_bundle_is_named(tmp_path, name):
    (tmp_path / "other.zip").touch()
    with pytest.raises(ConfigurationError, match="There is no bundle"):
        shipping.script_processor(tmp_path / name)


def test_a_missing_source_folder_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match="missing"):
        shipping.estimator(tmp_path / "missing")


def test_without_the_sdk_the_input_says_so(tmp_path):
    with pytest.raises(ConfigurationError, match="SageMaker SDK is not installed"):
        shipping.script_processor(write_bundle(tmp_path))
