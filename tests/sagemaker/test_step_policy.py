"""The policy goes with a step into its job, holds there, and no step loosens what is locked."""

from __future__ import annotations

import json
import re
import time

import pytest
from administrator import lock, needs_root
from code_base import StepConfigBase
from container import MARKER, bare_environment, python_of, run

from jupyter_securepypi.core.errors import ConfigurationError
from jupyter_securepypi.emulator.samples import build_wheel
from jupyter_securepypi.sagemaker.preview import preview
from jupyter_securepypi.sagemaker.steps import (
    ProcessingStepBuilder,
    ProcessingStepConfig,
    TrainingStepBuilder,
    TrainingStepConfig,
)

__all__ = ["lock"]
ARN = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
OTHER = ARN.replace("shared", "team")
OPTIONS = {
    "repository": ARN,
    "minimum_age": "7 days",
    "minimum_age_exempt": ["tools-*"],
    "malware": "block",
    "osv_database": "/opt/osv/all.zip",
    "blocked": {"requests<2.32": "CVE-2024-35195"},
}
VARIABLES = {
    "SECURE_PYPI_MINIMUM_AGE": "604800",
    "SECURE_PYPI_UNKNOWN_AGE": "refuse",
    "SECURE_PYPI_MINIMUM_AGE_EXEMPT": "tools-*",
    "SECURE_PYPI_MALWARE": "block",
    "SECURE_PYPI_OSV_DATABASE": "/opt/osv/all.zip",
    "SECURE_PYPI_BLOCKED": '{"requests<2.32": "CVE-2024-35195"}',
}
KINDS = {
    "training": (TrainingStepConfig, TrainingStepBuilder),
    "processing": (ProcessingStepConfig, ProcessingStepBuilder),
}


@pytest.fixture
def configure(home):
    file = home / ".jupyter/jupyter_securepypi_config.json"
    file.parent.mkdir()

    def write(**options):
        file.write_text(json.dumps({"SecurePyPI": options}))

    return write


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


def of_the_policy(variables):
    ours = ("CA_REPOSITORY_ARN", "SECURE_PYPI_INDEX", "USE_SECURE_PYPI", "SECURE_PYPI_ROLE_ARN")
    return {name: value for name, value in variables.items() if name not in ours}


class TestVariables:
    def test_a_step_has_those_of_the_policy(self, configure, kind):
        configure(**OPTIONS)
        config, builder = kind
        assert of_the_policy(config().get_environment_variables()) == VARIABLES
        assert of_the_policy(builder(config()).environment()) == VARIABLES

    def test_without_a_policy_or_the_secure_index_there_are_none(self, configure, kind):
        config, _ = kind
        configure(repository=ARN)
        assert of_the_policy(config().get_environment_variables()) == {}
        configure(**OPTIONS)
        assert of_the_policy(config(use_secure_pypi=False).get_environment_variables()) == {}

    def test_a_builder_adds_them_to_the_variables_of_another_code_base(self, configure, kind):
        class Theirs:
            use_secure_pypi = True

        configure(**OPTIONS)
        assert of_the_policy(kind[1](Theirs()).environment()) == VARIABLES

    def test_a_mixed_in_configuration_has_them_too(self, configure):
        class Acme(StepConfigBase, TrainingStepConfig):
            pass

        configure(**OPTIONS)
        step = Acme(author="ada", bucket="acme", role="role", use_secure_pypi=True)
        assert VARIABLES.items() <= step.get_environment_variables().items()

    def test_the_callers_own_variable_cannot_say_otherwise(self, configure, kind):
        config, builder = kind
        configure(**OPTIONS)
        with pytest.raises(ConfigurationError, match="SECURE_PYPI_MINIMUM_AGE is '0' there and '604800' here"):
            builder(config()).environment({"SECURE_PYPI_MINIMUM_AGE": "0"})

    def test_a_password_of_the_service_never_becomes_a_variable(self, configure, kind):
        configure(repository=ARN, malware="block", osv_url="https://me:s3same@osv.example.com")
        with pytest.raises(
            ConfigurationError, match="SECURE_PYPI_OSV_URL holds a URL with a password"
        ) as caught:
            kind[0]().get_environment_variables()
        assert "s3same" not in str(caught.value)

    def test_a_long_list_of_blocked_names_fits_the_api(self, configure, kind):
        config, builder = kind
        blocked = {f"package-{n}<{n + 1}": f"Reason number {n}." for n in range(40)}
        configure(**{**OPTIONS, "blocked": blocked})
        found = builder(config()).environment()
        parts = [value for name, value in found.items() if name.startswith("SECURE_PYPI_BLOCKED")]
        assert len(parts) > 5
        assert {name: why for part in parts for name, why in json.loads(part).items()} == blocked


@needs_root
class TestLocked:
    @pytest.mark.parametrize(
        ("variable", "value", "option"),
        [
            ("SECURE_PYPI_MINIMUM_AGE_EXEMPT", "pandas", "minimum_age_exempt"),
            ("SECURE_PYPI_UNKNOWN_AGE", "allow", "unknown_age"),
        ],
    )
    def test_a_callers_variable_that_loosens_is_refused(self, lock, kind, variable, value, option):
        config, builder = kind
        file = lock("minimum_age_exempt", "unknown_age", repository=ARN)
        with pytest.raises(ConfigurationError) as caught:
            builder(config()).environment({variable: value})
        assert f"The variable {variable} sets SecurePyPI.{option}" in caught.value.message
        assert str(file) in caught.value.why

    def test_a_step_that_leaves_the_locked_index_is_refused(self, lock, kind):
        file = lock("use_secure_pypi", repository=ARN)
        with pytest.raises(ConfigurationError, match="USE_SECURE_PYPI sets .* which loosens") as caught:
            kind[0](use_secure_pypi=False).get_environment_variables()
        assert str(file) in caught.value.why

    def test_a_step_of_another_repository_than_the_locked_one_is_refused(self, lock):
        lock("repository", repository=ARN)
        assert TrainingStepConfig().get_environment_variables()["CA_REPOSITORY_ARN"] == ARN
        with pytest.raises(ConfigurationError, match="CA_REPOSITORY_ARN sets .* which loosens"):
            TrainingStepConfig(ca_repository_arn=OTHER).get_environment_variables()


class TestPreview:
    def look(self, config, **more):
        route = "v2-estimator" if config is TrainingStepConfig else "v3-script-processor"
        return preview(config(), route=route, image="pytorch", **more)

    def test_each_variable_says_who_honours_it_and_that_the_toolkit_passes_no_gate(self, configure, kind):
        configure(**OPTIONS)
        script = "from jupyter_securepypi import install_packages\ninstall_packages('acme-core')\n"
        for given, verdict in ((None, "unknown"), (script, "honoured"), ("import os\n", "ignored")):
            found = {one.name: one for one in self.look(kind[0], script=given).variables}
            for name in VARIABLES:
                assert found[name].verdict == verdict, name
                assert found[name].by == "install_packages() in the script"
                assert "The toolkit's own install of requirements.txt passes no gate." in found[name].reason

    def test_a_finding_says_what_does_not_pass_the_gate(self, configure, kind):
        configure(**OPTIONS)
        [about] = [one for one in self.look(kind[0]).findings if "passes no gate" in one.message]
        assert about.severity == "warning"
        assert "call install_packages() in the script" in about.remedy

    def test_who_installs_by_itself_is_named(self, configure):
        configure(**OPTIONS)
        [about] = [one for one in self.look(TrainingStepConfig).findings if "passes no gate" in one.message]
        assert "(sagemaker-training >= 4.7.0 in the image)" in about.message

    def test_a_database_has_to_be_in_the_image(self, configure, kind):
        configure(**OPTIONS)
        found = self.look(kind[0])
        [variable] = [one for one in found.variables if one.name == "SECURE_PYPI_OSV_DATABASE"]
        assert "The file must be in the image" in variable.reason
        assert any("SECURE_PYPI_OSV_DATABASE is passed on as it is" in one.message for one in found.findings)

    def test_without_a_policy_nothing_is_said_of_a_gate(self, configure, kind):
        configure(repository=ARN)
        assert not [one for one in self.look(kind[0]).findings if "gate" in one.message]


class TestTheJob:
    @pytest.fixture
    def young(self, emulator):
        day = 86_400
        made = [
            build_wheel(emulator.packages_dir, "acme-table", version, uploaded=time.time() - days * day)
            for version, days in (("1.0", 30), ("1.1", 2))
        ]
        yield "acme-table"
        for path in made:
            path.unlink()

    @pytest.fixture
    def job(self, configure, emulator, bundle, tmp_path):
        """Run the bundle under a Python of that version, with the variables that a step gets."""

        def start(version, *words, options=None):
            python = python_of(version)
            if python is None:
                pytest.skip(f"NOT CHECKED: there is no Python {version} under PYENV_ROOT or ~/.pyenv")
            configure(repository=emulator.repository_arn, **(options or {"minimum_age": "7 days"}))
            step = TrainingStepBuilder(TrainingStepConfig()).environment()
            env = {**bare_environment(emulator, tmp_path / "job", PYTHONPATH=""), **step}
            done = run(python, bundle, "install", "--target", tmp_path / "site", *words, env=env, cwd=tmp_path)
            assert MARKER not in done.stdout + done.stderr
            return done

        return start

    @pytest.mark.parametrize("version", ["3.8", "3.12"])
    def test_a_young_version_is_held_back_and_told_on_one_line(self, job, young, version):
        done = job(version, young)
        assert done.returncode == 0, done.stderr
        assert "installed, all from acme/shared-pypi: acme-table==1.0" in done.stdout
        [line] = [one for one in done.stdout.splitlines() if "Held back" in one]
        told = r"securepypi: Held back: acme-table 1\.1 is 2 days old, allowed from .*; 1\.0 was taken\."
        assert re.fullmatch(told, line)

    def test_a_young_version_that_is_pinned_fails_the_job(self, job, young, tmp_path):
        done = job("3.8", f"{young}==1.1")
        assert done.returncode == 1
        assert "Held back: acme-table 1.1" in done.stderr
        assert not (tmp_path / "site").exists()

    def test_a_database_that_is_not_in_the_image_fails_the_job(self, job, young, tmp_path):
        done = job("3.8", young, options={"malware": "block", "osv_database": "/opt/osv/all.zip"})
        assert done.returncode == 1
        assert "/opt/osv/all.zip" in done.stderr
        assert not (tmp_path / "site").exists()
