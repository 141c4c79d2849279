"""The keyring backend as keyring itself finds it: where this package is installed, and where it is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from address_table import OTHER_HOST, SAME_HOST, written
from client_support import HOST, SECRET, grant, machine, run, store

from jupyter_securepypi.clients import originals
from jupyter_securepypi.clients.keyring import COPY, Keyring, folder
from jupyter_securepypi.core.address import same_address

ROOT = Path(__file__).parents[2]
ASK = """
import json, sys
import keyring
answers = [keyring.get_password(service, "aws") for service in json.loads(sys.argv[1])]
modules = [name for name in ("boto3", "botocore", "jupyter_securepypi", "IPython") if name in sys.modules]
print(json.dumps([answers, modules]))
"""
ACT = """
import sys, keyring, keyring.errors
try:
    getattr(keyring, sys.argv[1])(*sys.argv[2:])
except (keyring.errors.PasswordSetError, keyring.errors.PasswordDeleteError) as error:
    print(type(error).__name__, error)
"""


def python(code, *arguments, cwd, **variables):
    # Not from the checkout, and without the folders of an installed package's entry point where none is wanted.
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, **variables},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done


def ask(cwd, *services, **variables):
    done = python(ASK, json.dumps(services), cwd=cwd, **variables)
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.fixture
def configured(environ, tmp_path):
    store(grant())
    assert Keyring().point(grant(), machine()).changed


def test_the_copy_answers_for_the_secure_index_and_nothing_else(configured, tmp_path):
    endpoint = grant().endpoint_url
    good = [endpoint, grant().index_url, HOST, f"{HOST}:443"]
    bad = [
        f"http://{HOST}/",
        f"https://{HOST}:8443/",
        f"https://{HOST}.example.com/",
        "example.com",
        "acme",
        "",
    ]
    answers, modules = ask(tmp_path, *good, *bad)
    assert answers == [SECRET] * len(good) + [None] * len(bad)
    assert "boto3" not in modules
    assert "botocore" not in modules


def test_the_copy_holds_to_the_rule_for_addresses(configured, tmp_path):
    """A token sent to a host that only looks like the index would be anybody's."""
    endpoint = grant().endpoint_url
    services = [written(form, HOST) for form in (*SAME_HOST, *OTHER_HOST)]
    answers, _ = ask(tmp_path, *services)
    answered = dict(zip(services, answers, strict=True))
    root = f"https://{HOST}/"
    assert endpoint.startswith(root)
    assert {url: answer is not None for url, answer in answered.items()} == {
        url: same_address(url, root) for url in services
    }


def test_another_user_name_gets_nothing(configured, tmp_path):
    code = "import keyring, sys; print(keyring.get_password(sys.argv[1], 'somebody'))"
    assert python(code, grant().endpoint_url, cwd=tmp_path).stdout == "None\n"


def test_who_has_no_user_name_is_given_ours(configured, tmp_path):
    code = "import keyring, sys; c = keyring.get_credential(sys.argv[1], None); print(c.username, c.password)"
    assert python(code, grant().endpoint_url, cwd=tmp_path).stdout == f"aws {SECRET}\n"


def test_an_expired_token_counts_as_none(environ, tmp_path):
    store(grant(seconds=-1))
    Keyring().point(grant(), machine())
    assert ask(tmp_path, grant().endpoint_url)[0] == [None]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("set_password", grant().endpoint_url, "aws", "mine"), "PasswordSetError"),
        (("delete_password", grant().endpoint_url, "aws"), "PasswordDeleteError"),
    ],
)
def test_it_is_read_only(configured, tmp_path, words, said):
    chosen = {
        "PYTHON_KEYRING_BACKEND": COPY,
        "PYTHONPATH": str(folder()),
    }
    assert python(ACT, *words, cwd=tmp_path, **chosen).stdout.startswith(said)


def test_a_backend_of_the_user_still_keeps_other_passwords(configured, tmp_path):
    other = tmp_path / "other"
    (other / "theirs-1.dist-info").mkdir(parents=True)
    (other / "theirs-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1\n")
    (other / "theirs-1.dist-info/entry_points.txt").write_text("[keyring.backends]\ntheirs = theirs\n")
    (other / "theirs.py").write_text(
        "from keyring.backend import KeyringBackend\n"
        "class Theirs(KeyringBackend):\n"
        "    priority = 5\n"
        "    kept = {}\n"
        "    def get_password(self, service, username): return self.kept.get(service)\n"
        "    def set_password(self, service, username, password): self.kept[service] = password\n"
    )
    code = (
        "import keyring, sys; keyring.set_password('example.com', 'me', 'mine')\n"
        "print(keyring.get_password('example.com', 'me'), keyring.get_password(sys.argv[1], 'aws') is not None)"
    )
    done = python(code, grant().endpoint_url, cwd=tmp_path, PYTHONPATH=str(other))
    assert done.stdout == "mine True\n"


def test_no_file_of_it_holds_the_token_and_restore_takes_it_away(environ, tmp_path):
    (file,) = Keyring().files(machine())
    file.parent.mkdir(parents=True)
    file.write_text("# mine\n[other]\nkey = value\n")
    store(grant())
    Keyring().point(grant(), machine())
    files = [file, *(path for path in folder().rglob("*") if path.is_file())]
    assert len(files) == 5
    assert not [path for path in files if SECRET in path.read_text()]
    assert not Keyring().point(grant(), machine()).changed
    Keyring().remove()
    originals.restore_all()
    assert file.read_text() == "# mine\n[other]\nkey = value\n"
    assert not folder().exists()


def test_a_backend_that_the_user_has_chosen_is_left_alone(environ, tmp_path):
    (file,) = Keyring().files(machine())
    file.parent.mkdir(parents=True)
    file.write_text("[backend]\ndefault-keyring = keyring.backends.null.Keyring\n")
    [finding] = Keyring().point(grant(), machine()).findings
    assert "null" in str(finding)
    assert file.read_text() == "[backend]\ndefault-keyring = keyring.backends.null.Keyring\n"


class TestWhereThePackageIsInstalled:
    """Its entry point alone, no file of keyring's touched."""

    @pytest.fixture
    def installed(self, tmp_path):
        """What an installer would leave beside the package."""
        about = tmp_path / "site/ours-1.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: ours\nVersion: 1\n")
        (about / "entry_points.txt").write_text(
            "[keyring.backends]\nours = jupyter_securepypi.keyring_backend\n"
        )
        return {"PYTHONPATH": os.pathsep.join([str(ROOT), str(about.parent)])}

    def test_a_fresh_process_gets_the_token_without_boto3(self, aws, tmp_path, installed):
        assert run("refresh").returncode == 0
        (answer, none), modules = ask(tmp_path, aws.index_url, "https://packages.example.com/", **installed)
        assert len(answer) > 1000
        assert none is None
        assert modules == ["jupyter_securepypi"]

    def test_another_identity_gets_no_token_of_this_one(self, aws, tmp_path, installed):
        run("refresh")
        code = "import keyring; print(keyring.get_keyring().name)"
        assert "SecurePyPI" in python(code, cwd=tmp_path, **installed).stdout
        assert "SecurePyPI" not in python(code, cwd=tmp_path, AWS_PROFILE="another", **installed).stdout

    def test_where_nothing_is_configured_it_is_not_there(self, home, tmp_path, installed):
        code = (
            "from jupyter_securepypi.keyring_backend import SecurePyPIKeyring; print(SecurePyPIKeyring.viable)"
        )
        assert python(code, cwd=tmp_path, **installed).stdout == "False\n"

    def test_the_package_names_it_as_an_entry_point(self):
        text = (ROOT / "pyproject.toml").read_text()
        group = text.split('[project.entry-points."keyring.backends"]\n')[1]
        assert group.startswith('jupyter_securepypi = "jupyter_securepypi.keyring_backend"\n')
