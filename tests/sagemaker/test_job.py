"""`install_packages()` and the wrapper, as a job runs them: in processes of their own, from the bundle."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest
from container import MARKER, bare_environment, descendants_environment, left_behind, python_of, run

READER = "assumed-role/SecurePyPIReadRole_675292366480"


@pytest.fixture
def env(emulator, bundle, tmp_path):
    return bare_environment(emulator, tmp_path / "home", PYTHONPATH=str(bundle))


@pytest.fixture
def script(python, env, tmp_path):
    """Run lines of Python that start with the import; check that nothing secret shows or stays."""

    def start(code, **variables):
        source = tmp_path / "job.py"
        source.write_text(f"from jupyter_securepypi import install_packages\n{code}\n")
        done = run(python, source, env={**env, **variables}, cwd=tmp_path)
        assert MARKER not in done.stdout + done.stderr
        assert not left_behind(env)
        return done

    return start


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def asked_aws(emulator):
    return [call["operation"] for call in emulator.calls()["calls"] if call["service"] != "index"]


def test_it_installs_before_the_imports(script):
    done = script(
        "install_packages(['acme-features'])\nimport acme_features; print(acme_features.features([2]))"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "securepypi: installed, all from acme/shared-pypi: acme-features==1.2.0 acme-core==1.4.0",
        "{'scaled': [4], 'total': 2}",
    ]


def test_it_installs_a_requirements_file_and_reports(script, tmp_path):
    (tmp_path / "requirements-secure.txt").write_text("acme-core>=1.4  # the base\n-r more.txt\n")
    (tmp_path / "more.txt").write_text("acme-plots\n")
    code = (
        "from pathlib import Path\nreport = install_packages(requirements=Path('requirements-secure.txt'))\n"
        "print([(p.name, p.requested, p.url.split('/pypi/')[1]) for p in report.packages])"
    )
    done = script(code)
    assert done.returncode == 0, done.stderr
    shown = done.stdout
    assert "('acme-core', True, 'shared-pypi/simple/acme-core/1.4.0/acme_core-1.4.0-py3-none-any.whl')" in shown
    assert "('acme-plots', True, " in shown


@pytest.mark.parametrize("asked", ["engine='uv'", "verify='before'", "engine='pip', verify='before'"])
def test_what_the_bundle_does_not_bring_is_refused(script, emulator, asked):
    done = script(f"install_packages('acme-core', {asked})")
    assert "the bundle installs with pip and proves origins afterwards" in done.stderr
    assert not emulator.calls()["counts"].get("index:GET")


def test_a_second_time_there_is_nothing_to_do(script):
    assert "nothing to install" in script("install_packages('acme-core')\ninstall_packages('acme-core')").stdout


def test_the_script_does_not_import_boto3(script):
    code = "install_packages('acme-core')\nimport sys; print([m for m in sys.modules if m.startswith('boto')])"
    assert script(code).stdout.endswith("[]\n")


def test_without_a_role_it_is_the_execution_role_that_asks(script, emulator):
    script("install_packages('acme-core')")
    who = {c["principal"] for c in emulator.calls()["calls"] if c["operation"] == "GetAuthorizationToken"}
    assert who == {"arn:aws:sts::111122223333:assumed-role/SageMakerExecutionRole/data-scientist"}


@pytest.mark.parametrize("how", ["variable", "argument"])
def test_a_role_is_assumed(script, emulator, how):
    role = emulator.role_template
    argument, variables = (
        (f", role_arn={role!r}", {}) if how == "argument" else ("", {"SECURE_PYPI_ROLE_ARN": role})
    )
    done = script(f"install_packages('acme-core'{argument})", **variables)
    assert done.returncode == 0, done.stderr
    assert all(
        READER in c["principal"] for c in emulator.calls()["calls"] if c["operation"] == "GetAuthorizationToken"
    )


def test_the_argument_names_another_repository_than_the_variable(script, emulator):
    other = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/nothing-here"
    done = script(
        f"install_packages('acme-core', repository_arn={emulator.repository_arn!r})", CA_REPOSITORY_ARN=other
    )
    assert "all from acme/shared-pypi" in done.stdout


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"CA_REPOSITORY_ARN": ""}, "NotConfigured: The job names no repository"),
        ({"CA_REPOSITORY_ARN": "arn:aws:s3:::bucket"}, "ConfigurationError"),
        ({"USE_SECURE_PYPI": "maybe"}, "ConfigurationError: The variable USE_SECURE_PYPI is 'maybe'"),
        ({"SECURE_PYPI_TOKEN_DURATION": "soon"}, "ConfigurationError: The variable SECURE_PYPI_TOKEN_DURATION"),
        ({"SECURE_PYPI_TOKEN_DURATION": "5"}, "ConfigurationError: A token cannot last 5 seconds"),
        ({"SECURE_PYPI_ROLE_ARN": "reader"}, "ConfigurationError: This is not the ARN of a role"),
    ],
)
def test_what_cannot_be_is_an_error_and_never_the_public_index(script, elsewhere, variables, said):
    done = script("install_packages('acme-core')", PIP_INDEX_URL=elsewhere.url, **variables)
    assert done.returncode == 1
    assert said in done.stderr
    assert not elsewhere.asked


@pytest.mark.parametrize(
    "fault",
    [
        {"deny": ["codeartifact:GetAuthorizationToken"]},
        {"rejected_status": 404, "deny": ["codeartifact:ReadFromRepository"]},
    ],
)
def test_a_refusal_is_an_error_and_never_the_public_index(script, emulator, elsewhere, fault):
    emulator.faults(**fault)
    done = script(
        "install_packages('acme-core')", PIP_INDEX_URL=elsewhere.url, PIP_EXTRA_INDEX_URL=elsewhere.url
    )
    assert done.returncode == 1
    assert "  why   " in done.stderr
    assert not elsewhere.asked


def test_other_indexes_of_the_image_are_not_asked(script, elsewhere, tmp_path):
    files = tmp_path / "home/.config/pip"
    files.mkdir(parents=True)
    (files / "pip.conf").write_text(f"[install]\nextra-index-url = {elsewhere.url}\n")
    done = script("install_packages('acme-core')", PIP_EXTRA_INDEX_URL=elsewhere.url, UV_INDEX=elsewhere.url)
    assert "acme-core==1.4.0" in done.stdout
    assert not elsewhere.asked


@pytest.mark.parametrize(
    "asked",
    [
        "['--index-url', 'https://packages.example.com/simple', 'acme-core']",
        "['https://packages.example.com/acme_core-1.0-py3-none-any.whl']",
        "['./acme-core']",
        "requirements='requirements.txt'",
        "[]",
        "requirements='missing.txt'",
    ],
)
def test_what_goes_around_the_index_is_refused_before_aws_is_asked(script, emulator, tmp_path, asked):
    (tmp_path / "requirements.txt").write_text(
        "--extra-index-url https://packages.example.com/simple\nacme-core\n"
    )
    done = script(f"install_packages({asked})")
    assert "RequestRefused" in done.stderr
    assert not emulator.calls()["calls"]


def test_false_is_the_authors_decision_for_the_public_index_and_said(script, emulator, elsewhere):
    done = script("install_packages('acme-core')", USE_SECURE_PYPI="false", PIP_INDEX_URL=elsewhere.url)
    assert done.stdout == "securepypi: installed from the PUBLIC index, no origin checked: acme-core==99.0\n"
    assert not emulator.calls()["calls"]


def test_a_public_index_with_a_password_in_its_address_is_refused(script, elsewhere):
    url = elsewhere.url.replace("//", "//me:hidden-word@")
    done = script("install_packages('acme-core')", USE_SECURE_PYPI="false", PIP_INDEX_URL=url)
    assert "ConfigurationError" in done.stderr
    assert "hidden-word" not in done.stdout + done.stderr


def test_a_missing_package_is_told_in_three_lines(python, bundle, env, tmp_path):
    done = run(python, bundle, "install", "acme-nothing", env=env, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("securepypi: NotFound: acme-nothing is not in ")
    assert len(done.stderr.splitlines()) == 3


def test_v_shows_what_pip_prints_without_the_token(python, bundle, env, tmp_path):
    done = run(python, bundle, "install", "-vvv", "acme-core", env=env, cwd=tmp_path)
    assert "Collecting acme-core" in done.stdout
    assert MARKER not in done.stdout + done.stderr


def test_a_folder_that_pip_has_just_made_is_importable(bundle, env, tmp_path):
    python = python_of("3.11") or python_of("3.12")
    if python is None:
        pytest.skip("NOT CHECKED: there is no Python 3.11 or 3.12 under PYENV_ROOT or ~/.pyenv")
    code = (
        "from jupyter_securepypi import install_packages as install\ninstall('acme-core')\n"
        "import acme_core; print(acme_core.__file__)"
    )
    user = {"PIP_USER": "1", "PYTHONUSERBASE": str(tmp_path / "user")}
    done = run(python, "-c", code, env={**env, **user}, cwd=tmp_path)
    assert done.stdout.splitlines()[-1].startswith(str(tmp_path / "user")), done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_leaves_no_credential_and_no_pip(python, env, emulator, tmp_path, number):
    emulator.faults(slow=600, operations=["index:*"])
    command = [python, "-c", "from jupyter_securepypi import install_packages as i; i('acme-core')"]
    with subprocess.Popen(command, env=env, cwd=tmp_path, stderr=subprocess.DEVNULL) as job:
        wait_for(lambda: emulator.calls()["counts"].get("index:GET"))
        assert left_behind(env), "the netrc file was there"
        shown = descendants_environment(job.pid)
        job.send_signal(number)
        assert job.wait(60) == -number
    assert not left_behind(env)
    assert MARKER not in shown


class TestWrapper:
    """`securepypi.pyz run`."""

    @pytest.fixture
    def wrapped(self, python, bundle, env, tmp_path):
        def start(code, *before, **variables):
            (tmp_path / "train.py").write_text(code)
            words = (python, bundle, "run", *before, "train.py", "--epochs", "3")
            done = run(*words, env={**env, **variables}, cwd=tmp_path)
            assert MARKER not in done.stdout + done.stderr
            assert not left_behind(env)
            return done

        return start

    def test_the_script_gets_its_arguments_and_its_exit_status_is_kept(self, wrapped):
        done = wrapped("import sys; print(sys.argv); sys.exit(7)")
        assert done.returncode == 7
        assert "['train.py', '--epochs', '3']" in done.stdout

    def test_requirements_come_first(self, wrapped, tmp_path):
        (tmp_path / "requirements-secure.txt").write_text("acme-plots\n")
        done = wrapped("import acme_plots; print(acme_plots.__version__)", "-r", "requirements-secure.txt")
        assert done.stdout.splitlines()[-1] == "0.3.0"

    def test_without_its_requirements_the_script_does_not_run(self, wrapped, tmp_path):
        (tmp_path / "requirements-secure.txt").write_text("acme-nothing\n")
        done = wrapped("print('I ran')", "-r", "requirements-secure.txt")
        assert done.returncode == 1
        assert "I ran" not in done.stdout

    def test_plain_pip_in_the_script_uses_the_secure_index_only(self, wrapped, elsewhere, tmp_path):
        files = tmp_path / "home/.config/pip"
        files.mkdir(parents=True)
        (files / "pip.conf").write_text(
            f"[install]\nindex-url = {elsewhere.url}\nextra-index-url = {elsewhere.url}\n"
        )
        code = (
            "import subprocess, sys\n"
            "subprocess.run([sys.executable, '-m', 'pip', 'install', '-q', 'acme-features'], check=True)\n"
            "import acme_core; print(acme_core.__version__)"
        )
        done = wrapped(code, PIP_EXTRA_INDEX_URL=elsewhere.url)
        assert done.stdout.splitlines()[-1] == "1.4.0", done.stderr
        assert not elsewhere.asked

    def test_a_pip_that_the_script_isolates_uses_it_too(self, wrapped, tmp_path):
        code = (
            "import subprocess, sys\n"
            "pip = [sys.executable, '-m', 'pip', '--isolated']\n"
            "subprocess.run([*pip, 'install', '-q', '--retries', '0', 'acme-features'], check=True)\n"
            "import acme_core; print(acme_core.__version__)"
        )
        done = wrapped(code)
        assert done.stdout.splitlines()[-1] == "1.4.0", done.stderr

    def test_uv_in_the_script_uses_the_secure_index_only(self, wrapped, elsewhere):
        code = (
            "import subprocess, sys\n"
            "command = ['uv', 'pip', 'install', '-q', '--no-cache', '--python', sys.executable, 'acme-core']\n"
            "subprocess.run(command, check=True)\n"
            "import acme_core; print(acme_core.__version__)"
        )
        done = wrapped(code, UV_INDEX=elsewhere.url)
        assert done.stdout.splitlines()[-1] == "1.4.0", done.stderr
        assert not elsewhere.asked

    def test_the_scripts_environment_holds_no_secret(self, wrapped, tmp_path):
        wrapped("import os; open('env', 'w').write('\\n'.join(os.environ.values()))")
        assert MARKER not in (tmp_path / "env").read_text()

    def test_the_duration_arrives(self, wrapped):
        code = (
            "import base64, json, netrc, os\n"
            "[(_, _, token)] = netrc.netrc(os.environ['NETRC']).hosts.values()\n"
            "head = token.split('.')[0]\n"
            "expiry = json.loads(base64.urlsafe_b64decode(head + '=' * (-len(head) % 4)))['exp']\n"
            "print(expiry)"
        )
        before = time.time()
        done = wrapped(code, SECURE_PYPI_TOKEN_DURATION="900")
        assert before - 1 <= float(done.stdout.splitlines()[-1]) - 900 <= time.time() + 1

    def test_the_users_own_netrc_entries_stay(self, wrapped, tmp_path):
        (tmp_path / "home/.netrc").write_text("machine git.example.com login me password other-word\n")
        code = "import netrc, os; print(netrc.netrc(os.environ['NETRC']).authenticators('git.example.com')[2])"
        assert wrapped(code).stdout.splitlines()[-1] == "other-word"
        assert "127.0.0.1" not in (tmp_path / "home/.netrc").read_text()

    def test_a_job_outlasts_its_token(self, wrapped, emulator):
        emulator.faults(token_lifetime=14)
        code = (
            "import netrc, os, subprocess, sys, time\n"
            "def token():\n"
            "    [(_, _, found)] = netrc.netrc(os.environ['NETRC']).hosts.values(); return found\n"
            "first = token()\n"
            "while token() == first: time.sleep(0.1)\n"
            "sys.exit(subprocess.call([sys.executable, '-m', 'pip', 'install', '-q', 'acme-core']))"
        )
        done = wrapped(code)
        assert done.returncode == 0, done.stderr

    def test_false_means_pip_as_it_is_and_is_said(self, wrapped, emulator):
        done = wrapped("import os; print(os.environ.get('PIP_INDEX_URL'))", USE_SECURE_PYPI="false")
        assert "PUBLIC" in done.stdout
        assert done.stdout.splitlines()[-1] == "None"
        assert not asked_aws(emulator)

    def test_without_a_repository_the_script_does_not_run(self, wrapped):
        done = wrapped("print('I ran')", CA_REPOSITORY_ARN="")
        assert (done.returncode, done.stdout) == (1, "")
        assert "NotConfigured" in done.stderr

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGUSR1])
    def test_signals_reach_the_script_which_may_finish(self, python, bundle, env, tmp_path, number):
        (tmp_path / "train.py").write_text(
            "import json, os, signal, sys, time\n"
            "def stop(number, frame):\n"
            "    open('saved', 'w').write(str(int(number))); sys.exit(3)\n"
            f"signal.signal({int(number)}, stop)\nopen('ready', 'w').close()\ntime.sleep(600)\n"
        )
        with subprocess.Popen(
            [python, bundle, "run", "train.py"], env=env, cwd=tmp_path, stdin=subprocess.DEVNULL
        ) as job:
            wait_for((tmp_path / "ready").exists)
            job.send_signal(number)
            assert job.wait(60) == 3
        assert (tmp_path / "saved").read_text() == str(int(number))
        assert not left_behind(env)

    def test_a_script_that_a_signal_ends_gives_the_shells_status(self, wrapped):
        assert wrapped("import os, signal; os.kill(os.getpid(), signal.SIGKILL)").returncode == 137

    def test_a_module_runs_as_well(self, python, bundle, env, tmp_path):
        done = run(python, bundle, "run", "-m", "json.tool", "--help", env=env, cwd=tmp_path)
        assert done.returncode == 0
        assert "usage: " in done.stdout
