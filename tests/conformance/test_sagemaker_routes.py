"""What SageMaker's own programs do with CA_REPOSITORY_ARN: each is the real one, run against the emulator over https.

Two indexes can answer: the secure one, and the one that the container's pip is configured for, which stands for
public PyPI. A name in capitals in a comment is a column of the verdict table.
"""

from __future__ import annotations

import json
import sys
import tarfile
from pathlib import Path

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
    version_in,
)

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.sagemaker.bundle import write_bundle
from jupyter_securepypi.sagemaker.facts import fact_for
from jupyter_securepypi.sagemaker.routes import find_image, find_route, parse_version

EXECUTION_ROLE = {"arn:aws:sts::111122223333:assumed-role/SageMakerExecutionRole/data-scientist"}
USES = "import acme_core; print('acme-core', acme_core.__version__)\n"
SECURE, DEFAULT = "acme-core 1.4.0", "acme-core 99.0"
OWN_PIP = f"import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pip', 'install', '-q', 'acme-core'])\n{USES}"
WITH_BUNDLE = f"from jupyter_securepypi import install_packages\ninstall_packages('acme-core')\n{USES}"


def told(route, version, image="own"):
    """What a preview says becomes of CA_REPOSITORY_ARN; it must be what the test around it has seen."""
    return fact_for(find_route(route), find_image(image), parse_version(version) if version else ()).verdict


@pytest.fixture(scope="session")
def cache(tmp_path_factory, _python):
    folder, failed = tmp_path_factory.mktemp("sagemaker"), {}

    def part(name):
        if name in failed:
            raise failed[name]
        try:
            return folder / name if (folder / name).exists() else install(_python, folder / name, *PARTS[name])
        except BaseException as outcome:
            failed[name] = outcome
            raise

    return part


@pytest.fixture(scope="session")
def _python(tmp_path_factory):
    return make_python(tmp_path_factory.mktemp("container") / "venv")


@pytest.fixture(scope="session")
def _https():
    with Emulator(tls=True, token_marker=MARKER) as emulator:
        yield emulator


@pytest.fixture
def container(tmp_path, cache, _python, _https):
    """Make a container with parts of SageMaker in it."""
    _https.clear()
    default = DefaultIndex(tmp_path / "default")

    def make(*parts: str) -> Container:
        return Container(tmp_path / "container", _python, _https, default, *(cache(part) for part in parts))

    yield make
    default.server.shutdown()
    default.server.server_close()
    remove_samples(_python)


class TestTrainingToolkit:
    """sagemaker-training: the `train` of the PyTorch, TensorFlow, Hugging Face and scikit-learn images."""

    @pytest.fixture
    def train(self, container):
        job = container("training")

        def start(script: str, requirements: str = "", bundle: bool = False, **variables: str) -> Container:
            job.write(
                "input/config/resourceconfig.json", json.dumps({"current_host": "algo-1", "hosts": ["algo-1"]})
            )
            job.write("input/config/inputdataconfig.json", "{}")
            parameters = {"sagemaker_program": "train.py", "sagemaker_submit_directory": str(job.ml / "code")}
            job.write("input/config/hyperparameters.json", json.dumps(parameters))
            job.write("code/train.py", script)
            (job.ml / "output").mkdir()
            if requirements:
                job.write("code/requirements.txt", requirements)
            if bundle:
                write_bundle(job.ml / "code")
                variables["PYTHONPATH"] = f"{job.ml / 'code/securepypi.pyz'}:{job.env['PYTHONPATH']}"
            # It looks its own name up in DNS, which the container has and this machine has not.
            variables.setdefault("SM_STUDIO_LOCAL_MODE", "true")
            job.status = job.run(
                job.python, "-m", "sagemaker_training.cli.train", SAGEMAKER_REGION="us-west-2", **variables
            ).returncode
            failure = job.ml / "output/failure"
            job.failure = failure.read_text() if failure.exists() else ""
            return job

        return start

    def test_it_honours_the_variable_with_the_execution_role(self, train):
        job = train(USES, "acme-core\n", SECURE_PYPI_ROLE_ARN="arn:aws:iam::111122223333:role/Other")
        assert job.status == 0, job.log
        assert SECURE in job.log
        assert job.served == EXECUTION_ROLE
        assert told("v2-estimator", "2.257.7", "own-with-toolkit") == "honoured"
        assert told("boto3-training", "", "own-with-toolkit") == "honoured"
        assert not job.default.asked

    def test_its_token_is_in_argv_but_a_success_does_not_log_it(self, train):
        job = train(USES, "acme-core\n")
        assert MARKER in job.argv
        assert MARKER not in job.log + job.failure

    def test_a_failing_install_logs_the_token_and_writes_it_to_the_failure_file(self, train):
        job = train(USES, "acme-nothing\n")
        assert job.status != 0, job.log
        assert not job.default.asked, "it fails closed"
        assert MARKER in job.log
        assert MARKER in job.failure

    def test_without_the_variable_it_uses_the_default_index(self, train):
        job = train(USES, "acme-core\n", CA_REPOSITORY_ARN="")
        assert DEFAULT in job.log

    def test_pip_in_the_script_is_not_covered(self, train):
        assert DEFAULT in train(OWN_PIP).log

    def test_an_index_line_in_the_requirements_replaces_the_secure_index(self, train, tmp_path):
        job = train(USES, f"--index-url {DefaultIndex(tmp_path / 'other').url}\nacme-core\n")
        assert DEFAULT in job.log
        assert not job.served

    def test_an_extra_index_of_the_environment_stays_beside_it_and_wins(self, train, tmp_path):
        job = train(USES, "acme-core\n", PIP_EXTRA_INDEX_URL=DefaultIndex(tmp_path / "other").url)
        assert DEFAULT in job.log

    def test_the_bundle_in_the_source_folder_covers_the_script(self, train):
        job = train(WITH_BUNDLE, bundle=True)
        assert SECURE in job.log
        assert job.served == EXECUTION_ROLE
        assert not job.default.asked
        assert MARKER not in job.log + job.failure + job.argv


class TestInferenceToolkit:
    """sagemaker-inference: what a serving image's model server does before it starts."""

    START = "from sagemaker_inference import model_server; model_server._install_requirements()"

    def test_it_honours_the_variable_with_the_execution_role(self, container):
        job = container("inference")
        job.write("model/code/requirements.txt", "acme-core\n")
        job.without_arrays()
        done = job.run(job.python, "-c", self.START)
        assert done.returncode == 0, job.log
        assert job.served == EXECUTION_ROLE
        assert told("v2-model", "2.257.7", "own-with-toolkit") == "honoured"
        assert not job.default.asked
        assert MARKER in job.argv
        assert MARKER not in job.log

    def test_a_failing_install_logs_the_token(self, container):
        job = container("inference")
        job.write("model/code/requirements.txt", "acme-nothing\n")
        job.without_arrays()
        assert job.run(job.python, "-c", self.START).returncode != 0
        assert not job.default.asked, "it fails closed"
        assert MARKER in job.log


class TestVersion3:
    """sagemaker-core and sagemaker-train: what ModelTrainer and FrameworkProcessor put into the container."""

    @pytest.fixture
    def sdk(self, container, cache):
        job = container()
        job.sdk = cache("sdk3") / "sagemaker"
        job.installer = job.sdk / "core/utils/install_requirements.py"
        return job

    def test_its_install_script_honours_the_variable_with_the_execution_role(self, sdk):
        sdk.write("code/requirements.txt", "acme-core\n")
        done = sdk.run(sdk.python, sdk.installer, cwd=sdk.ml / "code")
        assert done.returncode == 0, sdk.log
        assert sdk.served == EXECUTION_ROLE
        assert not sdk.default.asked
        assert MARKER in sdk.argv
        assert MARKER not in sdk.log

    def test_a_failing_install_logs_the_token(self, sdk):
        sdk.write("code/requirements.txt", "acme-nothing\n")
        assert sdk.run(sdk.python, sdk.installer, cwd=sdk.ml / "code").returncode != 0
        assert not sdk.default.asked, "it fails closed"
        assert MARKER in sdk.log

    def test_without_boto3_the_cli_logs_in_and_leaves_the_token_in_pips_file(self, sdk):
        sdk.write("code/requirements.txt", "acme-core\n")
        done = sdk.run(sdk.python, sdk.installer, cwd=sdk.ml / "code", PYTHONPATH=sdk.without_boto3())
        assert done.returncode == 0, sdk.log
        assert sdk.served == EXECUTION_ROLE
        assert MARKER in (sdk.root / "home/.config/pip/pip.conf").read_text()

    def test_with_neither_it_fails_closed(self, sdk):
        sdk.write("code/requirements.txt", "acme-core\n")
        bare = {"PYTHONPATH": sdk.without_boto3(), "PATH": sdk.without_aws_cli()}
        assert sdk.run(sdk.python, sdk.installer, cwd=sdk.ml / "code", **bare).returncode == 1
        assert not sdk.default.asked

    def test_the_framework_processors_script_runs_it(self, sdk):
        names = ("_generate_framework_script", "_requirements_file_in_container")
        processor = methods_of(sdk.sdk / "core/processing.py", "FrameworkProcessor", *names)()
        processor.command = ["python3"]
        code = source_archive(sdk, "acme-core\n", USES)
        (code / "install_requirements.py").write_bytes(sdk.installer.read_bytes())
        done = sdk.run(
            "bash", sdk.localized(processor._generate_framework_script("preprocess.py"), "runproc.sh")
        )
        assert done.returncode == 0, sdk.log
        assert SECURE in sdk.log
        assert sdk.served == EXECUTION_ROLE
        assert told("v3-framework-processor", "3.10.0") == "honoured"

    def test_the_model_trainers_script_runs_it(self, sdk):
        scope: dict[str, str] = {}
        exec((sdk.sdk / "train/templates.py").read_text(), scope)
        command = scope["INSTALL_REQUIREMENTS"].format(requirements_file="requirements.txt")
        sdk.write("input/data/code/requirements.txt", "acme-core\n")
        sdk.write("input/data/sm_drivers/scripts/install_requirements.py", sdk.installer.read_text())
        script = sdk.localized(f"set -e\nSM_PYTHON_CMD=python3\n{command}", "sm_train.sh")
        assert sdk.run("bash", script, cwd=sdk.ml / "input/data/code").returncode == 0, sdk.log
        assert sdk.served == EXECUTION_ROLE
        assert told("v3-model-trainer", "3.10.0") == "honoured"


def source_archive(job: Container, requirements: str, script: str) -> Path:
    """Put sourcedir.tar.gz where a framework processor's script looks for it; return that folder."""
    job.write("processing/input/code/made/requirements.txt", requirements)
    job.write("processing/input/code/made/preprocess.py", script)
    code = job.ml / "processing/input/code"
    with tarfile.open(code / "sourcedir.tar.gz", "w:gz") as archive:
        for file in (code / "made").iterdir():
            archive.add(file, file.name)
    return code


class TestVersion2FrameworkProcessor:
    """sagemaker<3: the shell script that FrameworkProcessor writes."""

    @pytest.fixture
    def process(self, container, cache):
        job = container()
        names = ("_generate_framework_script", "_get_codeartifact_command")
        processor = methods_of(cache("sdk2") / "sagemaker/processing.py", "FrameworkProcessor", *names)()
        processor.command = ["python3"]

        def start(repository: str = "", bare: bool = False) -> Container:
            source_archive(job, "acme-core\n", USES)
            variables = {"PATH": job.without_aws_cli()} if bare else {}
            script = processor._generate_framework_script("preprocess.py", repository or None)
            job.status = job.run("bash", job.localized(script, "runproc.sh"), **variables).returncode
            return job

        return start

    def test_the_argument_is_honoured_with_the_execution_role(self, process, _https):
        job = process(_https.repository_arn)
        assert job.status == 0, job.log
        assert SECURE in job.log
        assert job.served == EXECUTION_ROLE
        assert MARKER not in job.log

    def test_the_login_leaves_the_token_in_argv_and_in_pips_file(self, process, _https):
        job = process(_https.repository_arn)
        assert MARKER in job.argv
        assert MARKER in (job.root / "home/.config/pip/pip.conf").read_text()

    def test_the_variable_is_ignored(self, process):
        job = process()
        assert DEFAULT in job.log
        assert not job.served
        assert told("v2-framework-processor", "2.257.7") == "ignored"

    def test_without_the_aws_cli_it_fails_open(self, process, _https):
        job = process(_https.repository_arn, bare=True)
        assert job.status == 0, job.log
        assert "AWS CLI is not installed. Skipping CodeArtifact login." in job.log
        assert DEFAULT in job.log
        assert not job.served


class TestPlainProcessing:
    """Processor and ScriptProcessor: the container runs the script, and nobody reads the variable."""

    def test_pip_in_the_script_uses_the_default_index(self, container):
        job = container()
        script = job.write("processing/input/code/preprocess.py", OWN_PIP)
        job.run(job.python, script)
        assert DEFAULT in job.log
        assert not job.served
        routes = {"v2-script-processor": "2.257.7", "v3-script-processor": "3.10.0", "boto3-processing": ""}
        assert {told(route, version) for route, version in routes.items()} == {"ignored"}

    def test_the_bundle_as_an_input_makes_the_script_use_the_secure_one(self, container):
        job = container()
        script = job.write("processing/input/code/preprocess.py", WITH_BUNDLE)
        (job.ml / "processing/input/securepypi").mkdir()
        bundle = write_bundle(job.ml / "processing/input/securepypi")
        done = job.run(job.python, script, PYTHONPATH=str(bundle))
        assert done.returncode == 0, job.log
        assert SECURE in job.log
        assert job.served == EXECUTION_ROLE
        assert not job.default.asked
        assert MARKER not in job.log + job.argv

    def test_the_wrapper_covers_pip_in_the_script(self, container):
        job = container()
        script = job.write("processing/input/code/preprocess.py", OWN_PIP)
        bundle = write_bundle(job.ml)
        job.run(job.python, bundle, "run", script)
        assert SECURE in job.log
        assert not job.default.asked
        assert MARKER not in job.log + job.argv


def test_what_was_checked_is_told(cache, record_property):
    """The versions behind these verdicts, for the report."""
    names = {
        "training": "sagemaker-training",
        "inference": "sagemaker-inference",
        "sdk3": "sagemaker-core",
        "sdk2": "sagemaker",
    }
    versions = {name: version_in(cache(part), name) for part, name in names.items()}
    for name, version in versions.items():
        record_property(name, version)
    print(versions, sys.version.split()[0])
    assert all(versions.values())
