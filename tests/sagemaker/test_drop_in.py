"""`install_packages()` in the place of the function that scripts copied: `use_secure=`, and a repository in parts."""

from __future__ import annotations

import itertools

import pytest
from administrator import lock, needs_root  # noqa: F401  a fixture
from by_day import by_day
from container import bare_environment, run
from installing import Environment

PARTS = {
    "SECURE_PYPI_DOMAIN": "acme",
    "SECURE_PYPI_DOMAIN_OWNER": "111122223333",
    "SECURE_PYPI_REPOSITORY": "shared-pypi",
}
PARTNER = "675292366480"
SECURE = "securepypi: installed, all from acme/shared-pypi: acme-core==1.4.0\n"
PUBLIC = "securepypi: installed from the PUBLIC index, no origin checked: acme-core==99.0\n"


@pytest.fixture
def script(python, bundle, emulator, elsewhere, tmp_path):
    """Run a call in a job without CA_REPOSITORY_ARN, whose pip knows another index."""
    env = bare_environment(
        emulator, tmp_path / "home", PYTHONPATH=str(bundle), CA_REPOSITORY_ARN="", PIP_INDEX_URL=elsewhere.url
    )

    def start(call, *without, **variables):
        source = tmp_path / "job.py"
        source.write_text(f"import os\nfrom jupyter_securepypi import install_packages\n{call}\n")
        given = {name: text for name, text in {**env, **variables}.items() if name not in without}
        return run(python, source, env=given, cwd=tmp_path)

    return start


class TestTheRepositoryInParts:
    def test_three_variables_and_the_region_name_the_repository(self, script, elsewhere):
        assert script("install_packages('acme-core')", **PARTS).stdout == SECURE
        assert not elsewhere.asked

    @pytest.mark.parametrize("region", ["AWS_REGION", "AWS_DEFAULT_REGION"])
    def test_either_variable_of_the_region_will_do(self, script, region):
        other = {"AWS_REGION": "AWS_DEFAULT_REGION", "AWS_DEFAULT_REGION": "AWS_REGION"}[region]
        assert script("install_packages('acme-core')", other, **PARTS).stdout == SECURE

    def test_the_role_is_the_one_of_the_callers_account_in_the_account_of_the_role(self, script, emulator):
        done = script("install_packages('acme-core')", **PARTS, SECURE_PYPI_ROLE_ACCOUNT=PARTNER)
        assert done.stdout == SECURE, done.stderr
        calls = [call for call in emulator.calls()["calls"] if call["operation"] == "GetAuthorizationToken"]
        assert {call["principal"].rpartition("/")[0] for call in calls} == {
            f"arn:aws:sts::{PARTNER}:assumed-role/SecurePyPIReadRole_111122223333"
        }

    @pytest.mark.parametrize("missing", [*PARTS, "AWS_REGION"])
    def test_an_incomplete_set_is_an_error_that_names_what_is_missing(
        self, script, emulator, elsewhere, missing
    ):
        gone = [missing, "AWS_DEFAULT_REGION"] if missing == "AWS_REGION" else [missing]
        done = script("install_packages('acme-core')", *gone, **PARTS)
        assert done.returncode == 1
        assert f"why   {missing}" in done.stderr
        assert "not set" in done.stderr
        assert not elsewhere.asked
        assert not emulator.calls()["calls"]

    def test_the_arn_comes_first_and_may_be_named_in_parts_again(self, script, emulator):
        both = {**PARTS, "CA_REPOSITORY_ARN": emulator.repository_arn}
        assert script("install_packages('acme-core')", **both).stdout == SECURE

    @pytest.mark.parametrize("whole", ["CA_REPOSITORY_ARN", "SECURE_PYPI_INDEX"])
    @pytest.mark.parametrize("part", list(PARTS))
    def test_a_part_that_contradicts_the_whole_is_an_error(self, script, emulator, whole, part):
        values = {**PARTS, part: "999999999999", whole: emulator.repository_arn}
        done = script("install_packages('acme-core')", **values)
        assert f"ConfigurationError: {part} and what names the repository as a whole" in done.stderr
        assert "contradict" in done.stderr
        assert not emulator.calls()["calls"]

    def test_two_roles_are_an_error(self, script, emulator):
        role = "arn:aws:iam::111122223333:role/SecurePyPIReadRole_675292366480"
        said = {"SECURE_PYPI_ROLE_ACCOUNT": PARTNER, "SECURE_PYPI_ROLE_ARN": role}
        assert "name different roles" in script("install_packages('acme-core')", **PARTS, **said).stderr

    def test_an_account_has_twelve_digits(self, script):
        done = script("install_packages('acme-core')", **PARTS, SECURE_PYPI_ROLE_ACCOUNT="partner")
        assert "SECURE_PYPI_ROLE_ACCOUNT is 'partner', which is no account" in done.stderr

    def test_a_part_that_cannot_be_is_named(self, script):
        done = script("install_packages('acme-core')", **{**PARTS, "SECURE_PYPI_DOMAIN": "-"})
        assert "The domain name of the CodeArtifact repository is not valid" in done.stderr

    def test_the_command_line_and_the_magic_read_them_too(self, home, aws, monkeypatch):
        from jupyter_securepypi.config import load_options

        monkeypatch.delenv("CA_REPOSITORY_ARN")
        for name, value in {**PARTS, "SECURE_PYPI_ROLE_ACCOUNT": PARTNER}.items():
            monkeypatch.setenv(name, value)
        options = load_options()
        assert options.repository == aws.repository_arn
        assert options.role_arn == f"arn:{{partition}}:iam::{PARTNER}:role/SecurePyPIReadRole_{{account_id}}"


class TestUseSecure:
    @pytest.mark.parametrize(
        ("said", "variable"),
        by_day(
            [("True", "false"), ("1", ""), ("'true'", "true"), ("'yes please'", "false")],
            *itertools.product(["True", "1", "'true'", "'yes please'"], ["", "true", "false"]),
        ),
    )
    def test_what_is_true_means_the_secure_index_whatever_the_variable_says(self, script, said, variable):
        call = f"install_packages(['acme-core'], use_secure={said})"
        assert script(call, **PARTS, USE_SECURE_PYPI=variable).stdout == SECURE

    @pytest.mark.parametrize("said", ["False", "0", "'false'", "os.environ['USE_SECURE_PYPI']"])
    def test_false_means_the_public_index_where_the_variable_says_so_too(self, script, emulator, said):
        call = f"install_packages(['acme-core'], use_secure={said})"
        assert script(call, **PARTS, USE_SECURE_PYPI="false").stdout == PUBLIC
        assert not emulator.calls()["calls"]

    @pytest.mark.parametrize("said", ["False", "'false'", "os.environ.get('USE_SECURE_PYPI') == 'yes'"])
    @pytest.mark.parametrize("variable", ["", "true"])
    def test_false_alone_is_an_error_because_scripts_compute_it_where_nothing_is_set(
        self, script, elsewhere, said, variable
    ):
        call = f"install_packages(['acme-core'], use_secure={said})"
        done = script(call, **PARTS, USE_SECURE_PYPI=variable)
        assert "nothing else allows the public index" in done.stderr
        assert not elsewhere.asked

    @pytest.mark.parametrize("said", ["None", "''", "os.environ.get('USE_SECURE_PYPI')"])
    def test_nothing_said_is_secure(self, script, said):
        call = f"install_packages(['acme-core'], use_secure={said})"
        assert script(call, "USE_SECURE_PYPI", **PARTS).stdout == SECURE


@pytest.fixture(scope="module")
def whole_package(tmp_path_factory):
    """An environment of its own, with the whole package: an install locks the folder that it installs into."""
    return Environment(tmp_path_factory.mktemp("drop-in") / "venv", tmp_path_factory.mktemp("drop-in-cwd"))


@pytest.fixture
def call(aws, tmp_path, whole_package):
    """Call `install_packages` of the whole package, with an option of pip's that ends well and installs nothing."""

    def start(use_secure, **variables):
        whole_package.cwd = tmp_path
        return whole_package.call(
            "from jupyter_securepypi import install_packages\n"
            f"install_packages(['--dry-run', 'acme-core'], engine='pip', use_secure={use_secure})",
            **variables,
        )

    return start


class TestTheWholePackage:
    def configured(self, home, **options):
        file = home / ".jupyter/jupyter_securepypi_config.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text("".join(f"c.SecurePyPI.{name} = {value!r}\n" for name, value in options.items()))

    def test_false_alone_is_enough_where_the_options_allow_the_public_index(self, call, home, elsewhere):
        self.configured(home, allow_public=True, public_index_url=elsewhere.url)
        done = call(False, PIP_INDEX_URL=elsewhere.url)
        assert "PUBLIC index" in done.stdout, done.stderr
        self.configured(home, allow_public=False)
        assert "nothing else allows the public index" in call(False, PIP_INDEX_URL=elsewhere.url).stderr

    def test_repository_role_and_lifetime_may_stand_in_the_configuration_file(
        self, call, home, aws, monkeypatch
    ):
        monkeypatch.delenv("CA_REPOSITORY_ARN")
        role = "arn:aws:iam::111122223333:role/SecurePyPIPublishRole"
        self.configured(home, repository=aws.repository_arn, role_arn=role, token_duration=900)
        assert "all from acme/shared-pypi" in call(None).stdout
        [asked] = [one for one in aws.calls()["calls"] if one["operation"] == "GetAuthorizationToken"]
        assert "assumed-role/SecurePyPIPublishRole" in asked["principal"]

    def test_parts_need_not_be_complete_beside_a_repository_that_is_named(self, call, home, aws, monkeypatch):
        monkeypatch.delenv("CA_REPOSITORY_ARN")
        alone = call(None, SECURE_PYPI_DOMAIN="acme")
        assert "SECURE_PYPI_DOMAIN alone names no repository" in alone.stderr
        self.configured(home, repository=aws.repository_arn)
        assert "all from acme/shared-pypi" in call(None, SECURE_PYPI_DOMAIN="acme").stdout
        assert "contradict each other" in call(None, SECURE_PYPI_DOMAIN="other").stderr

    def test_parts_need_not_be_complete_beside_an_argument(self, call, aws, monkeypatch):
        monkeypatch.delenv("CA_REPOSITORY_ARN")
        given = f"None, repository_arn={aws.repository_arn!r}"
        assert "all from acme/shared-pypi" in call(given, SECURE_PYPI_DOMAIN="acme").stdout

    @needs_root
    def test_a_locked_role_is_the_one_that_asks(self, call, lock, aws):  # noqa: F811
        role = "arn:aws:iam::111122223333:role/SecurePyPIPublishRole"
        lock("role_arn", role_arn=role)
        assert "all from acme/shared-pypi" in call(None).stdout
        [asked] = [one for one in aws.calls()["calls"] if one["operation"] == "GetAuthorizationToken"]
        assert "assumed-role/SecurePyPIPublishRole" in asked["principal"]

    @needs_root
    @pytest.mark.parametrize("locked", [{"allow_public": False}, {"use_secure_pypi": True}])
    def test_what_is_locked_stays_locked(self, call, lock, elsewhere, locked):  # noqa: F811
        lock(*locked, **locked)
        done = call(False, USE_SECURE_PYPI="false", PIP_INDEX_URL=elsewhere.url)
        assert "loosens what is locked" in done.stderr
        assert not elsewhere.asked
        assert "all from acme/shared-pypi" in call(True).stdout


def test_the_preview_knows_who_reads_the_parts_and_what_contradicts(monkeypatch):
    from jupyter_securepypi.sagemaker.preview import preview
    from jupyter_securepypi.sagemaker.steps import ProcessingStepConfig

    arn = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
    config = ProcessingStepConfig(use_secure_pypi=False)
    script = "from jupyter_securepypi import install_packages\ninstall_packages('x')\n"
    found = preview(
        config, route="v2-script-processor", image="scikit-learn", existing={**PARTS}, script=script
    )
    verdicts = {one.name: (one.verdict, one.by) for one in found.variables if one.name in PARTS}
    assert verdicts == dict.fromkeys(PARTS, ("honoured", "install_packages() in the script"))
    monkeypatch.setenv("SECURE_PYPI_INDEX", arn)
    secure = ProcessingStepConfig(use_secure_pypi=True)
    existing = {**PARTS, "SECURE_PYPI_REPOSITORY": "other"}
    found = preview(secure, route="v2-script-processor", image="scikit-learn", existing=existing)
    assert any("contradict" in one.what and one.severity == "error" for one in found.findings)
