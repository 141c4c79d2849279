"""The audit against the judges: what pip and uv themselves have in force."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jupyter_securepypi.clients.audit import Auditor
from jupyter_securepypi.clients.pip_write import point_at
from jupyter_securepypi.core.masking import all_masked, masked

SECURE = "https://acme-111122223333.d.codeartifact.us-west-2.amazonaws.com/pypi/shared/simple/"
ELSEWHERE = "https://packages.example.com/simple"


@pytest.fixture
def environ(environ, tmp_path):
    """The scratch home, with no uv on the path: these tests are about pip's files, or start uv by its full name."""
    return {**environ, "PATH": str(tmp_path / "bin")}


def write(path, text):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def audit(prefix, environ, index_url=SECURE, folder=None):
    return Auditor(index_url, folder).audit(prefix, environ)


def in_force(found, client="pip"):
    return {
        (source.option, source.source, source.section)
        for source in found.sources
        if source.in_force and source.client == client
    }


class TestState:
    def test_nothing_configured_is_the_public_index(self, prefix, environ):
        found = audit(prefix, environ)
        assert (found.state, found.index_url, found.decided_by["kind"]) == ("insecure", None, "default")
        assert found.fixable
        assert [finding.kind for finding in found.findings] == ["default"]

    def test_what_we_write_is_secure(self, prefix, environ, user_file):
        write(user_file, f"[global]\nextra-index-url = {ELSEWHERE}\n[install]\nfind-links = /srv/wheels\n")
        assert audit(prefix, environ).state == "insecure"
        point_at(prefix, SECURE, environ)
        found = audit(prefix, environ)
        assert (found.state, found.index_url) == ("secure", SECURE)
        assert found.decided_by == {"kind": "site", "source": str(prefix / "pip.conf"), "section": "global"}
        assert not found.findings
        assert not found.fixable

    def test_the_secure_index_with_credentials_is_still_the_secure_index(self, prefix, environ):
        write(prefix / "pip.conf", f"[global]\nindex-url = {SECURE.replace('//', '//aws:hidden@')}\n")
        found = audit(prefix, environ)
        assert found.state == "secure"
        assert found.index_url == SECURE.replace("//", "//aws:****@")
        assert "hidden" not in repr(found)

    @pytest.mark.parametrize("command", ["install", "download", "wheel"])
    def test_one_command_that_goes_elsewhere_is_enough(self, prefix, environ, command):
        write(prefix / "pip.conf", f"[global]\nindex-url = {SECURE}\n[{command}]\nindex-url = {ELSEWHERE}\n")
        found = audit(prefix, environ)
        assert found.state == "insecure"
        [finding] = found.findings
        assert (finding.kind, finding.where) == ("file", str(prefix / "pip.conf"))
        assert f"pip {command} may" in finding.message

    def test_a_section_of_another_command_is_not(self, prefix, environ):
        write(prefix / "pip.conf", f"[global]\nindex-url = {SECURE}\n[search]\nindex-url = {ELSEWHERE}\n")
        assert audit(prefix, environ).state == "secure"

    @pytest.mark.parametrize("name", ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_PYPI_URL"])
    def test_a_variable_beats_every_file(self, prefix, environ, name):
        point_at(prefix, SECURE, environ)
        found = audit(prefix, environ | {name: f"https://me:secret@{ELSEWHERE[8:]}"})
        assert found.state == "insecure"
        assert [(finding.kind, finding.where) for finding in found.findings] == [("variable", name)]
        assert not found.fixable, "no file can mend it"
        [source] = [source for source in found.sources if source.source == name]
        assert (source.value, source.in_force) == (f"https://me:****@{ELSEWHERE[8:]}", True)
        assert "secret" not in str(found.to_dict())

    @pytest.mark.parametrize(
        ("option", "value", "state"),
        [
            ("editable", "/srv/project", "insecure"),
            ("python", "/srv/other/bin/python", "insecure"),
            ("global-option", "build", "insecure"),
            ("config-settings", "--global-option=easy_install", "insecure"),
            ("config-settings", "editable_mode=compat", "secure"),
            ("no-require-hashes", "true", "insecure"),
            ("no-require-hashes", "false", "secure"),
            ("timeout", "60", "secure"),
        ],
    )
    def test_options_that_lead_elsewhere_without_an_address(
        self, prefix, environ, user_file, option, value, state
    ):
        write(user_file, f"[install]\n{option} = {value}\n")
        point_at(prefix, SECURE, environ)
        found = audit(prefix, environ)
        assert (found.state, found.fixable) == (state, False)
        assert [one.remedy for one in found.findings] == (
            [] if state == "secure" else [f"remove {option} from that file, or ask its owner to"]
        )

    def test_a_file_that_pip_refuses_leaves_the_state_open(self, prefix, environ):
        write(prefix / "pip.conf", "index-url = x\n")
        found = audit(prefix, environ)
        assert found.state == "unknown"
        assert [finding.kind for finding in found.findings] == ["broken"]
        assert not in_force(found)

    def test_no_index_is_neither_secure_nor_insecure(self, prefix, environ):
        point_at(prefix, SECURE, environ)
        found = audit(prefix, environ | {"PIP_NO_INDEX": "1"})
        assert found.state == "unknown"
        assert [finding.kind for finding in found.findings] == ["no-index"]
        assert in_force(found) == {("no-index", "PIP_NO_INDEX", "")}

    def test_without_a_known_index_nothing_is_judged(self, prefix, environ):
        write(prefix / "pip.conf", f"[global]\nindex-url = {ELSEWHERE}\n")
        found = audit(prefix, environ, index_url=None)
        assert (found.state, found.index_url, found.fixable) == ("unknown", ELSEWHERE, False)
        assert [finding.kind for finding in found.findings] == ["unknown"]

    def test_a_file_of_somebody_elses_is_not_fixable_and_says_why(self, prefix, environ, tmp_path):
        chosen = tmp_path / "theirs/pip.conf"
        point_at(prefix, SECURE, environ)
        write(chosen, f"[global]\nindex-url = {ELSEWHERE}\n")
        # Root may write everywhere, and leaves alone what belongs to others; everybody else needs permission.
        if os.geteuid() == 0:
            os.chown(chosen, 65534, 65534)
        else:
            chosen.chmod(0o400)
            chosen.parent.chmod(0o500)
        found = audit(prefix, environ | {"PIP_CONFIG_FILE": str(chosen)})
        chosen.parent.chmod(0o700)
        assert found.state == "insecure"
        assert found.decided_by["kind"] == "env"
        [finding] = found.findings
        assert finding.where == str(chosen)
        assert not found.fixable


class TestFilesThatEveryInstallReads:
    @pytest.fixture
    def constraints(self, tmp_path):
        return tmp_path / "constraints.txt"

    def test_one_of_versions_only_does_no_harm(self, prefix, environ, constraints):
        point_at(prefix, SECURE, environ)
        constraints.write_text("acme-core<2\n")
        found = audit(prefix, environ | {"PIP_CONSTRAINT": str(constraints)})
        assert found.state == "secure"
        assert ("constraint", "PIP_CONSTRAINT", "") in in_force(found)

    @pytest.mark.parametrize("line", [f"--extra-index-url {ELSEWHERE}", f"acme @ {ELSEWHERE}/acme.whl"])
    def test_one_that_leads_elsewhere_is_insecure(self, prefix, environ, constraints, line):
        point_at(prefix, SECURE, environ)
        constraints.write_text(f"acme-core<2\n{line}\n")
        found = audit(prefix, environ | {"PIP_CONSTRAINT": str(constraints)})
        assert found.state == "insecure"
        [finding] = found.findings
        assert (finding.kind, finding.where) == ("constraint", "PIP_CONSTRAINT")
        assert "line 2" in finding.message
        assert not found.fixable

    @pytest.mark.parametrize("name", ["https://me:secret@host.example.com/c.txt", "/nowhere/c.txt"])
    def test_one_that_cannot_be_looked_at_leaves_the_state_open(self, prefix, environ, name):
        point_at(prefix, SECURE, environ)
        write(prefix / "pip.conf", (prefix / "pip.conf").read_text() + f"[install]\nrequirement = {name}\n")
        found = audit(prefix, environ)
        assert found.state == "unknown"
        assert [finding.kind for finding in found.findings] == ["requirement"]
        assert "secret" not in str(found.to_dict())


def test_it_agrees_with_pip_whichever_file_variable_or_section_decides(clean_venv, environ, ask_pip, tmp_path):
    """Each case has a judge: the venv's own pip tells its index for each command."""
    user, site = Path(environ["HOME"], ".config/pip/pip.conf"), clean_venv / "pip.conf"
    legacy, chosen = Path(environ["HOME"], ".pip/pip.conf"), tmp_path / "chosen.conf"
    shared = Path(environ["XDG_CONFIG_DIRS"], "pip/pip.conf")

    def index(name, section="global"):
        return f"[{section}]\nindex-url = https://{name}.example.com/simple\n"

    cases = [
        ({user: index("user")}, {}),
        ({user: index("user"), site: index("site")}, {}),
        ({user: index("user", "install"), site: index("site")}, {}),
        ({shared: index("shared"), legacy: index("legacy")}, {}),
        ({legacy: index("legacy"), user: index("user")}, {}),
        ({user: index("user"), chosen: index("chosen", "download")}, {"PIP_CONFIG_FILE": str(chosen)}),
        ({user: index("user")}, {"PIP_CONFIG_FILE": str(tmp_path / "missing.conf")}),
        ({site: index("site")}, {"PIP_CONFIG_FILE": os.devnull}),
        ({site: index("site", "wheel")}, {"PIP_INDEX_URL": "https://variable.example.com/simple"}),
        ({site: index("site") + "pypi-url = https://alias.example.com/simple\n"}, {}),
        ({site: index("site") + "[install]\nindex-url =\n"}, {}),
    ]
    for files, variables in cases:
        for path in (user, site, legacy, chosen, shared):
            path.unlink(missing_ok=True)
        for path, text in files.items():
            write(path, text)
        told = ask_pip(clean_venv / "bin/python", environ | variables, "install", "download", "wheel")
        found = audit(clean_venv, environ | variables)
        default = next(
            iter({one["index_url"] for one in told.values() if "example.com" not in one["index_url"]}), ""
        )
        assert (found.index_url or default) == told["install"]["index_url"], (files, variables)
        marked = {source.value for source in found.sources if source.in_force}
        assert marked == {one["index_url"] for one in told.values()} - {default}, (files, variables)


@pytest.fixture(scope="session")
def uv():
    found = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert found, "uv is among the test requirements"
    return found


def table(host, **more):
    lines = "".join(
        f"{name} = {str(value).lower() if value is True else repr(value)}\n" for name, value in more.items()
    )
    return f"[[index]]\nurl = 'https://{host}/simple'\n{lines}"


def option(host, name="index-url"):
    address = f"'https://{host}/simple'"
    return f"{name} = {address}\n" if name == "index-url" else f"{name} = [{address}]\n"


class TestUv:
    @pytest.mark.parametrize(
        ("variables", "user", "shared", "project"),
        [
            ({}, "", "", ""),
            ({}, option("user"), option("shared"), ""),
            ({}, option("user"), table("shared", default=True), ""),
            ({}, option("user") + "[pip]\n" + option("pip"), "", ""),
            ({}, "[pip]\n" + option("pip"), option("shared") + option("more", "extra-index-url"), ""),
            ({}, table("user", default=True), table("shared", default=True), table("project", default=True)),
            ({}, table("user"), option("extra", "extra-index-url"), option("project")),
            ({"UV_DEFAULT_INDEX": "https://variable/simple"}, table("user", default=True), "", ""),
            ({"UV_INDEX_URL": "https://old/simple"}, table("user", default=True), "", option("project")),
            ({"UV_INDEX_URL": "https://old/simple", "UV_DEFAULT_INDEX": "https://new/simple"}, "", "", ""),
            ({"UV_INDEX": "https://one/simple mine=https://two/simple"}, table("user"), "", ""),
            ({"UV_EXTRA_INDEX_URL": "https://extra/simple"}, option("user", "extra-index-url"), "", ""),
            ({"UV_NO_CONFIG": "1"}, table("user"), "", ""),
            ({"UV_NO_CONFIG": "0"}, table("user"), "", ""),
            ({"UV_CONFIG_FILE": "CHOSEN"}, table("user"), table("shared"), table("project")),
            ({"UV_DEFAULT_INDEX": ""}, table("user", default=True), "", ""),
            ({}, "", "", table("assigned", name="assigned", explicit=True) + table("project")),
        ],
    )
    def test_it_agrees_with_uv(self, prefix, environ, uv, tmp_path, variables, user, shared, project):
        for name in [name for name in environ if name.startswith("UV_")]:
            del environ[name]
        work = tmp_path / "work"
        write(tmp_path / "chosen.toml", table("chosen"))
        write(Path(environ["HOME"], ".config/uv/uv.toml"), user)
        write(Path(environ["XDG_CONFIG_DIRS"], "uv/uv.toml"), shared)
        work.mkdir()
        if project:
            write(work / "uv.toml", project)
        environ |= {
            name: value.replace("CHOSEN", str(tmp_path / "chosen.toml")) for name, value in variables.items()
        }
        found = audit(prefix, environ, folder=work)
        words = [
            word
            for source in found.sources
            if source.client == "uv" and source.in_force
            for word in source.value.split()
        ]
        ours = {re.search(r"//([^/]+)/", word)[1] for word in words}
        assert ours == used_by_uv(uv, environ, work)

    def test_a_pyproject_counts_from_any_folder_above(self, prefix, environ, tmp_path):
        write(tmp_path / "pyproject.toml", "[tool.uv]\nindex-url = 'https://project.example.com/simple'\n")
        deep = tmp_path / "a/b"
        deep.mkdir(parents=True)
        assert ("index-url", str(tmp_path / "pyproject.toml"), "") in in_force(
            audit(prefix, environ, folder=deep), "uv"
        )
        write(deep / "pyproject.toml", "[project]\nname = 'other'\n")
        assert ("index-url", str(tmp_path / "pyproject.toml"), "") in in_force(
            audit(prefix, environ, folder=deep), "uv"
        )

    def test_a_broken_file_counts_as_none(self, prefix, environ):
        write(Path(environ["HOME"], ".config/uv/uv.toml"), "[[[")
        assert not in_force(audit(prefix, environ), "uv")

    def test_an_index_elsewhere_is_found_and_masked(self, prefix, environ):
        point_at(prefix, SECURE, environ)
        found = audit(
            prefix, environ | {"UV_INDEX": f"mine=https://me:secret@packages.example.com/simple {SECURE}"}
        )
        assert (found.state, found.pip_state) == ("insecure", "secure"), "uv counts, also where it comes later"
        assert [(finding.kind, finding.where) for finding in found.findings] == [("uv", "UV_INDEX")]
        assert "secret" not in str(found.to_dict())

    def test_a_file_of_constraints_that_cannot_be_looked_at_leaves_the_state_open(self, prefix, environ):
        point_at(prefix, SECURE, environ)
        found = audit(prefix, environ | {"UV_CONSTRAINT": "https://me:secret@host.example.com/c.txt"})
        assert (found.state, found.pip_state) == ("unknown", "secure")
        assert [finding.kind for finding in found.findings] == ["uv-unread"]
        assert "secret" not in str(found.to_dict())

    def test_the_secure_index_is_no_finding(self, prefix, environ):
        point_at(prefix, SECURE, environ)
        assert not audit(prefix, environ | {"UV_DEFAULT_INDEX": SECURE, "UV_INDEX": f"mine={SECURE}"}).findings


def used_by_uv(uv, environ, cwd):
    """Return the hosts of the indexes that uv says it uses: of several defaults only the first."""
    done = subprocess.run(
        [uv, "pip", "install", "--show-settings", "x"],
        env=environ,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    block = done.stdout[done.stdout.index("index_locations") :].split("python: ", 1)[0]
    hosts, default = set(), False
    for entry in re.split(r"\bIndex \{", block)[1:]:
        host = re.search(r'Domain\(\s*"([^"]+)"', entry)[1]
        if re.search(r"\bexplicit: true", entry) or (default and re.search(r"\bdefault: true", entry)):
            continue
        default = default or bool(re.search(r"\bdefault: true", entry))
        hosts.add(host)
    return hosts


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://aws:secret@host/simple", "https://aws:****@host/simple"),
        ("https://secret@host/simple", "https://****@host/simple"),
        ("https://a:se@cret@host/simple", "https://a:****@host/simple"),
        ("https://:secret@host/ http://x:y@z/", "https://:****@host/ http://x:****@z/"),
        ("pkg @ git+https://me:secret@host/x.git@v1", "pkg @ git+https://me:****@host/x.git@v1"),
        ("https://host/simple?a=b@c", "https://host/simple?a=b@c"),
        ("mine=https://host/simple", "mine=https://host/simple"),
        ("http://DOM\\user:p@se#cret@host:80/x y@z", "http://****@host:80/x y@z"),
        ("http://svc:sec#ret@host", "http://****@host"),
        ("http://svc:sec/ret@host", "http://****@host"),
        ("http://svc:se@c/ret@host", "http://****@host"),
        ("http://svc:80/ret@host", "http://****@host"),
        ("['http://host/','http://svc:sec?ret@host']", "['http://host/','http://****@host']"),
    ],
)
def test_credentials_are_masked_wherever_they_stand(text, shown):
    assert masked(text) == shown
    assert all_masked({"a": [text, {"b": text}], "n": 1}) == {"a": [shown, {"b": shown}], "n": 1}


def test_fifty_environments_take_well_under_a_tenth_of_a_second_of_the_processor(tmp_path, environ, user_file):
    write(user_file, f"[global]\nextra-index-url = {ELSEWHERE}\n[install]\nfind-links = /srv/wheels\n")
    prefixes = [tmp_path / f"env{n}" for n in range(50)]
    for prefix in prefixes:
        write(prefix / "pip.conf", f"[global]\nindex-url = {SECURE}\n[install]\nindex-url = {SECURE}\n")
    times = []  # of this process's own: what else the machine does is not the auditor's time
    for _ in range(5):
        started = time.process_time()
        auditor = Auditor(SECURE)
        assert {auditor.audit(prefix, environ).state for prefix in prefixes} == {"insecure"}
        times.append(time.process_time() - started)
    assert min(times) < 0.1
