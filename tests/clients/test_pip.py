"""Rewriting: what pip reads afterwards, what stands in the file, and what is left alone."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from jupyter_securepypi.clients import originals
from jupyter_securepypi.clients.addresses import NO_HOST
from jupyter_securepypi.clients.change import Changes
from jupyter_securepypi.clients.pip_plan import plan
from jupyter_securepypi.clients.pip_write import point_all, point_at
from jupyter_securepypi.core.errors import FileProblem
from jupyter_securepypi.core.pip import configuration as pipconfig
from jupyter_securepypi.core.pip.configuration import Files

INDEX = "https://acme-111122223333.d.codeartifact.us-west-2.amazonaws.com/pypi/tools/simple/"
DECOY = "https://decoy.example/simple"
DESIRED = f"[global]\ndisable-pip-version-check = true\nextra-index-url = {INDEX}\nindex-url = {INDEX}\n"

HOSTILE = {
    "a user's index": f"[global]\nindex-url = {DECOY}\n",
    "extra indexes on lines": f"[global]\nextra-index-url =\n    {DECOY}\n    {DECOY}/2\n",
    "find-links": f"[global]\nfind-links = {DECOY}\n",
    "an install section": f"[install]\nindex-url = {DECOY}\nextra-index-url = {DECOY}\nfind-links = {DECOY}\n",
    "a download section": f"[download]\nextra-index-url: {DECOY}\n",
    "a wheel and an index section": f"[wheel]\nfind_links={DECOY}\n[index]\nindex_url={DECOY}\n",
    "the alias": f"[global]\nindex-url = {DECOY}\npypi-url = {DECOY}\n[install]\nPYPI_URL = {DECOY}\n",
    "long option spelling": f"[global]\n--extra-index-url = {DECOY}\n",
    "the default section": f"[DEFAULT]\nextra-index-url = {DECOY}\n[global]\ntimeout=5\n[install]\nretries=1\n",
}
COMMANDS = ("install", "download", "wheel", "index")


def sources(answers):
    return {
        url
        for options in answers.values()
        for key in ("index_url", "extra_index_urls", "find_links")
        for url in ([options[key]] if isinstance(options[key], str) else options[key] or [])
    }


@pytest.mark.parametrize("where", ["user", "site", "legacy", "PIP_CONFIG_FILE"])
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_pip_sees_only_the_secure_index_whatever_stood_where(
    hostile, where, clean_venv, environ, user_file, ask_pip, tmp_path
):
    files = {
        "user": user_file,
        "site": clean_venv / "pip.conf",
        "legacy": Path(environ["HOME"], ".pip/pip.conf"),
        "PIP_CONFIG_FILE": tmp_path / "chosen.conf",
    }
    files[where].parent.mkdir(exist_ok=True)
    files[where].write_text(hostile)
    if where == "PIP_CONFIG_FILE":
        environ["PIP_CONFIG_FILE"] = str(files[where])
    if where == "user":
        before = ask_pip(clean_venv / "bin/python", environ, *COMMANDS)
        assert any("decoy" in url for url in sources(before)), (
            "the test must start from a hostile configuration"
        )

    outcome = point_at(clean_venv, INDEX, environ)

    after = ask_pip(clean_venv / "bin/python", environ, *COMMANDS)
    empty = str(originals.data_folder() / "empty")
    assert sources(after) <= {INDEX, empty}
    assert {options["index_url"] for options in after.values()} == {INDEX}
    assert outcome.changed
    assert not outcome.findings
    if empty in sources(after):
        assert not list(Path(empty).iterdir())


def test_everything_else_is_kept_to_the_byte(prefix, environ):
    (prefix / "pip.conf").write_bytes(
        b"; managed by IT\r\n[global]\r\n  timeout = 10\r\n  index-url:https://old/simple\r\n"
        b"    # why this index\r\n  no-binary =\r\n    one\r\n    two\r\n\n"
        b"[install]\rretries=3\r\nunknown = x = y ; no comment"
    )

    point_at(prefix, INDEX, environ)

    assert (prefix / "pip.conf").read_bytes() == (
        b"; managed by IT\r\n[global]\r\n  timeout = 10\r\n  index-url:" + INDEX.encode() + b"\r\n"
        b"    # why this index\r\n  no-binary =\r\n    one\r\n    two\r\n"
        b"  disable-pip-version-check = true\r\n  extra-index-url = " + INDEX.encode() + b"\r\n\n"
        b"[install]\rretries=3\r\nunknown = x = y ; no comment"
    )


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_says_just_what_is_needed_to_whom_the_umask_lets(prefix, environ, umask, mode):
    before = os.umask(umask)
    try:
        point_at(prefix, INDEX, environ)
    finally:
        os.umask(before)
    assert (prefix / "pip.conf").read_text() == DESIRED
    assert stat.S_IMODE((prefix / "pip.conf").stat().st_mode) == mode


def test_a_new_file_with_credentials_is_private(prefix, environ):
    point_at(prefix, INDEX.replace("https://", "https://aws:not-a-real-token@"), environ)
    assert stat.S_IMODE((prefix / "pip.conf").stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root becomes another user")
def test_the_second_user_of_an_environment_can_read_what_the_first_configured(environ):
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are for their owner only
        os.chmod(folder, 0o755)
        point_at(Path(folder), INDEX, environ)
        # Not pip itself: the Python of this machine may be in root's home.
        read = ["cat", f"{folder}/pip.conf"]
        done = subprocess.run(read, user=12345, capture_output=True, text=True, timeout=60, check=False)
    assert f"index-url = {INDEX}" in done.stdout, done.stderr


def test_two_spellings_of_one_option_become_one(prefix, environ):
    (prefix / "pip.conf").write_text(
        f"[global]\nindex_url = {DECOY}\nindex-url = {DECOY}\n  {DECOY}/2\ntimeout = 3\n"
    )

    point_at(prefix, INDEX, environ)

    lines = (prefix / "pip.conf").read_text().splitlines()
    assert [line for line in lines if "index" in line and "extra" not in line] == [f"index_url = {INDEX}"]
    assert "timeout = 3" in lines
    assert "decoy" not in (prefix / "pip.conf").read_text()


def test_a_version_check_that_somebody_switches_on_again_is_switched_off_again(prefix, environ):
    point_at(prefix, INDEX, environ)
    config = prefix / "pip.conf"
    config.write_text(DESIRED.replace("check = true", "check = false"))
    assert point_at(prefix, INDEX, environ).written == (config,)
    assert config.read_text() == DESIRED
    config.write_text(DESIRED.replace("check = true", "check = yes"))
    assert point_at(prefix, INDEX, environ).written == (), "another word for the same"


@pytest.mark.parametrize("where", ["site", "user"])
def test_a_host_whose_certificate_pip_would_not_check_is_none_any_more(prefix, environ, user_file, where):
    config = prefix / "pip.conf"
    (config if where == "site" else user_file).write_text("[install]\ntrusted-host = evil.example\n")
    point_at(prefix, INDEX, environ)
    files = Files()
    assert files.parsed(str(config)).sections["install"]["trusted-host"] == NO_HOST


def test_nothing_is_written_when_nothing_changes(prefix, environ, user_file):
    user_file.write_text(f"[install]\nfind-links = {DECOY}\n")
    point_at(prefix, INDEX, environ)

    def written():
        # Without the time of access: reading is allowed, and a file system may note it.
        states = ((path, path.stat()) for path in prefix.parent.rglob("*") if path.is_file())
        return {
            path: (state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns) for path, state in states
        }

    before = written()

    outcome = point_at(prefix, INDEX, environ)

    assert not outcome.changed
    assert written() == before


def test_another_index_replaces_ours_without_piling_up(prefix, environ):
    point_at(prefix, INDEX, environ)
    other = INDEX.replace("tools", "other")

    assert point_at(prefix, other, environ).changed
    assert (prefix / "pip.conf").read_text() == DESIRED.replace(INDEX, other)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"\xef\xbb\xbf[global]\ntimeout = 5\n", 1),
        (b"[global]\ntimeout = 5\nsecret-token\n", 3),
        (b"[global]\ntimeout = 5\ntimeout = 6\n", 3),
        (b"[global]\n[install]\n[global]\n", 3),
        (b"[global]\nproxy = \xff\xfe\n", 2),
        (b"secret-token = 5\n", 1),
    ],
    ids=["byte order mark", "no option", "option twice", "section twice", "not UTF-8", "no section"],
)
def test_a_file_that_pip_refuses_is_left_alone_and_named_with_its_line(content, line, prefix, environ):
    (prefix / "pip.conf").write_bytes(content)

    with pytest.raises(FileProblem, match=rf"pip\.conf, line {line}: ") as caught:
        point_at(prefix, INDEX, environ)

    assert "secret" not in str(caught.value)
    assert (prefix / "pip.conf").read_bytes() == content


def test_a_lower_file_that_pip_refuses_is_reported(prefix, environ, user_file):
    user_file.write_text("timeout = 5\n")

    outcome = point_at(prefix, INDEX, environ)

    assert outcome.changed
    assert [(finding.kind, finding.where) for finding in outcome.findings] == [("broken", str(user_file))]


def test_a_symbolic_link_stays_a_link_and_its_file_is_edited(prefix, environ, tmp_path):
    shared = tmp_path / "dotfiles" / "pip.conf"
    shared.parent.mkdir()
    shared.write_text("[global]\ntimeout = 5\n")
    shared.chmod(0o644)
    (prefix / "pip.conf").symlink_to(shared)

    point_at(prefix, INDEX, environ)

    assert (prefix / "pip.conf").is_symlink()
    assert INDEX in shared.read_text()
    assert stat.S_IMODE(shared.stat().st_mode) == 0o644


def test_a_dangling_link_is_refused(prefix, environ):
    (prefix / "pip.conf").symlink_to(prefix / "missing")

    with pytest.raises(FileProblem, match="leads nowhere"):
        point_at(prefix, INDEX, environ)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can make another user's file")
def test_another_users_file_is_refused(prefix, environ, tmp_path):
    foreign = tmp_path / "foreign.conf"
    foreign.write_text("[global]\n")
    os.chown(foreign, 12345, 12345)
    (prefix / "pip.conf").symlink_to(foreign)

    with pytest.raises(FileProblem, match="belongs to another user"):
        point_at(prefix, INDEX, environ)

    assert foreign.read_text() == "[global]\n"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs to become another user")
def test_without_write_access_to_the_environment_the_users_own_file_gets_the_last_word(tmp_path, environ):
    """As another user, for whom modes count; modules are loaded before, since Python may be in a closed home."""
    prefix = tmp_path / "system"
    prefix.mkdir(mode=0o755)
    for folder in (tmp_path, Path(environ["HOME"])):
        os.chown(folder, 12345, 12345)
        for path in folder.rglob("*"):
            if prefix not in (path, *path.parents):
                os.chown(path, 12345, 12345)
    script = (
        "import concurrent.futures.thread, filelock, jupyter_core.paths\n"
        "filelock.FileLock, filelock.SoftFileLease\n"
        "import os, sys; from pathlib import Path; from jupyter_securepypi.clients.pip_write import point_at\n"
        "os.setgid(12345); os.setuid(12345)\n"
        "print(point_at(Path(sys.argv[1]), sys.argv[2], os.environ).written[0])"
    )
    for folder in [tmp_path, *tmp_path.parents][:4]:  # pytest's own folders are closed to others
        if folder != Path(folder.anchor) and stat.S_IMODE(folder.stat().st_mode) == 0o700:
            folder.chmod(0o755)

    done = subprocess.run(
        [sys.executable, "-c", script, str(prefix), INDEX],
        env=environ, capture_output=True, text=True, timeout=60, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    user = Path(environ["HOME"], ".config/pip/pip.conf")
    assert done.stdout.strip() == str(user)
    assert user.read_text() == DESIRED
    assert not list(prefix.iterdir())


def test_an_index_in_an_environment_we_may_not_write_is_reported(prefix, environ, user_file):
    (prefix / "pip.conf").write_text(f"[install]\nindex-url = {DECOY}\n")

    outcome = point_at(prefix, INDEX, environ, writable=lambda _: False)

    assert outcome.written == (user_file,)
    assert [(finding.kind, finding.where) for finding in outcome.findings] == [
        ("file", str(prefix / "pip.conf"))
    ]
    assert "decoy" not in repr(outcome.findings)


def test_an_environment_prepared_by_an_administrator_needs_no_write(prefix, environ, user_file):
    (prefix / "pip.conf").write_text(DESIRED)

    outcome = point_at(prefix, INDEX, environ, writable=lambda _: False)

    assert outcome == Changes()
    assert not user_file.exists()


def test_a_chosen_file_replaces_the_users_where_the_environment_is_read_only(
    prefix, environ, user_file, tmp_path
):
    chosen = tmp_path / "chosen.conf"
    chosen.write_text("[global]\ntimeout = 5\n")
    environ["PIP_CONFIG_FILE"] = str(chosen)

    assert point_at(prefix, INDEX, environ, writable=lambda _: False).written == (chosen,)
    assert INDEX in chosen.read_text()
    assert not user_file.exists()


def test_a_chosen_file_without_index_options_is_left_alone(prefix, environ, tmp_path):
    chosen = tmp_path / "chosen.conf"
    chosen.write_text("[global]\ntimeout = 5\n")
    environ["PIP_CONFIG_FILE"] = str(chosen)

    point_at(prefix, INDEX, environ)

    assert chosen.read_text() == "[global]\ntimeout = 5\n"


@pytest.mark.parametrize(
    ("variables", "kind"),
    [
        ({"PIP_EXTRA_INDEX_URL": DECOY}, "variable"),
        ({"PIP_INDEX_URL": DECOY}, "variable"),
        ({"PIP___find_links": "/opt"}, "variable"),
        ({"PIP_NO_INDEX": "1"}, "no-index"),
        ({"PIP_CONFIG_FILE": os.devnull}, "ignored"),
    ],
)
def test_variables_that_defeat_the_files_are_reported(variables, kind, prefix, environ):
    outcome = point_at(prefix, INDEX, {**environ, **variables})

    assert [(finding.kind, finding.where) for finding in outcome.findings] == [(kind, next(iter(variables)))]


def test_a_variable_that_names_the_secure_index_is_no_finding(prefix, environ):
    assert not point_at(prefix, INDEX, {**environ, "PIP_INDEX_URL": INDEX}).findings


def test_no_index_in_a_file_is_reported(prefix, environ, user_file):
    user_file.write_text("[install]\nno-index = yes\n")

    (finding,) = point_at(prefix, INDEX, environ).findings

    assert (finding.kind, finding.where) == ("no-index", f"{user_file} [install]")


def test_a_url_with_credentials_closes_the_file_to_others(prefix, environ):
    (prefix / "pip.conf").write_text("[global]\n")
    (prefix / "pip.conf").chmod(0o644)
    secret = INDEX.replace("https://", "https://aws:not-a-real-token@")

    todo = plan(prefix, secret, environ)
    assert "not-a-real-token" not in repr(todo)
    point_at(prefix, secret, environ)

    assert secret in (prefix / "pip.conf").read_text()
    assert stat.S_IMODE((prefix / "pip.conf").stat().st_mode) == 0o600
    (prefix / "pip.conf").chmod(0o644)
    point_at(prefix, secret, environ)
    assert stat.S_IMODE((prefix / "pip.conf").stat().st_mode) == 0o600


def test_a_missing_environment_is_named(tmp_path, environ):
    with pytest.raises(FileProblem, match=r"no environment at .*gone"):
        point_at(tmp_path / "gone", INDEX, environ)


def test_a_data_folder_with_a_space_still_neutralises_find_links(
    clean_venv, environ, user_file, ask_pip, monkeypatch, tmp_path
):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data of jane"))
    user_file.write_text(f"[install]\nfind-links = {DECOY}\n")

    point_at(clean_venv, INDEX, environ)

    (found,) = ask_pip(clean_venv / "bin/python", environ, "install")["install"]["find_links"]
    assert found == (tmp_path / "data of jane/securepypi/empty").as_uri()


def test_a_pass_reads_shared_files_once(environ, user_file, tmp_path, monkeypatch):
    user_file.write_text(f"[install]\nindex-url = {DECOY}\n")
    parsed = []
    real = pipconfig.parse
    monkeypatch.setattr(pipconfig, "parse", lambda content: parsed.append(content) or real(content))
    files = Files()
    for number in range(5):
        folder = tmp_path / f"env{number}"
        folder.mkdir()
        point_at(folder, INDEX, environ, files=files)

    assert parsed.count(user_file.read_bytes()) == 1


def test_one_broken_environment_does_not_keep_the_others_from_the_index(environ, tmp_path):
    folders = [tmp_path / name for name in ("a", "broken", "c")]
    for folder in folders:
        folder.mkdir()
    (folders[1] / "pip.conf").write_text("broken\n")

    first, broken, last = point_all([(folder, environ) for folder in folders], INDEX)

    assert (first.written, last.written) == ((folders[0] / "pip.conf",), (folders[2] / "pip.conf",))
    assert isinstance(broken, FileProblem)
    assert (folders[2] / "pip.conf").read_text() == DESIRED


def test_environments_that_share_the_users_file_write_it_once(environ, user_file, tmp_path):
    folders = [tmp_path / name for name in ("a", "b", "c")]
    for folder in folders:
        folder.mkdir()

    outcomes = point_all([(folder, environ) for folder in folders], INDEX, writable=lambda _: False)

    assert [outcome.written for outcome in outcomes] == [(user_file,)] * 3
    assert user_file.read_text() == DESIRED
    assert originals.restore_all() == Changes(restored=(user_file,))
    assert not user_file.exists()
