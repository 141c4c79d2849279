"""Lock files, downloads, origins, versions and audits, through the command line."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess

import pytest
from authorities import VARIABLES, WAYS, trusting
from by_day import pip_at_night
from client_tools import Tools

from jupyter_securepypi.core.requests.lock import parse
from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel
from jupyter_securepypi.sagemaker.bundle import write_bundle


@pytest.fixture
def locked(environment, engine):
    (environment.cwd / "requirements.txt").write_text("acme-features\n")
    environment.ok("lock", "--engine", engine, "-o", "pylock.toml", "requirements.txt")
    return environment.cwd / "pylock.toml"


def test_a_lock_file_has_hashes_and_no_credentials(locked, aws):
    text = locked.read_text()
    found = {one["name"]: one for one in parse(locked)["packages"]}
    assert sorted(found) == ["acme-core", "acme-features"]
    [wheel] = found["acme-core"]["wheels"]
    content = (aws.packages_dir / wheel["name"]).read_bytes()
    assert wheel["hashes"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert wheel["url"].startswith(aws.index_url.removesuffix("simple/"))
    assert "@" not in text


def test_it_installs_what_was_locked_with_either_engine(locked, environment, packages):
    build_wheel(packages, "acme-core", "1.5.0")
    reports = []
    for engine in ("pip", "uv"):
        reports.append(
            {one["name"]: one["version"] for one in environment.install("--engine", engine, "-r", locked)}
        )
        environment.empty()
    assert reports == [{"acme-core": "1.4.0", "acme-features": "1.2.0"}] * 2


def test_it_installs_in_strict_mode(locked, environment, engine):
    assert len(environment.install("--engine", engine, "--verify", "before", "-r", "pylock.toml")) == 2


def test_it_installs_in_a_container(locked, environment, aws, tmp_path):
    bundle = write_bundle(tmp_path)
    command = [str(environment.python), str(bundle), "install", "-r", str(locked)]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ}, cwd=tmp_path, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert environment.versions() == {"acme_core": "1.4.0", "acme_features": "1.2.0"}


def test_what_is_not_what_was_locked_is_not_installed(locked, environment, engine):
    for package in parse(locked)["packages"]:
        for wheel in package["wheels"]:
            locked.write_text(locked.read_text().replace(wheel["hashes"]["sha256"], "0" * 64))
    environment.fails("install", "--engine", engine, "-r", "pylock.toml")
    assert environment.versions() == {}


@pytest.mark.parametrize(
    "package",
    [
        '[packages.vcs]\ntype = "git"\nurl = "https://git.example.com/tool.git"\ncommit-id = "abc"\n',
        '[packages.archive]\nurl = "https://packages.example.com/tool-1.0.zip"\nhashes = { sha256 = "0" }\n',
        '[packages.directory]\npath = "tool"\n',
    ],
)
def test_a_lock_file_that_leads_elsewhere_is_refused(environment, package):
    text = f'lock-version = "1.0"\ncreated-by = "x"\n[[packages]]\nname = "tool"\nversion = "1.0"\n{package}'
    (environment.cwd / "pylock.toml").write_text(text)
    assert "locks tool without" in environment.fails("install", "-r", "pylock.toml")


@pytest.mark.parametrize("marker", ["'docs' in extras", "'dev' in dependency_groups"])
def test_a_lock_file_that_chooses_by_extra_or_group_is_refused(environment, marker):
    wheel = '{ name = "x", url = "x", hashes = { sha256 = "' + "0" * 64 + '" } }'
    text = 'lock-version = "1.0"\ncreated-by = "x"\nextras = ["docs"]\ndependency-groups = ["dev"]\n'
    text += f'[[packages]]\nname = "tool"\nversion = "1.0"\nmarker = "{marker}"\nwheels = [{wheel}]\n'
    (environment.cwd / "pylock.toml").write_text(text)
    said = environment.fails("install", "-r", "pylock.toml")
    assert "locks tool for some extras or dependency groups only" in said


@pip_at_night
def test_a_marker_in_a_lock_file_decides(locked, environment, engine):
    text = locked.read_text().replace('name = "acme-core"\n', 'name = "acme-core"\nmarker = "WHERE"\n', 1)
    for where, names in {"win32": {"acme-features"}, "linux": {"acme-features", "acme-core"}}.items():
        locked.write_text(text.replace("WHERE", f"sys_platform == '{where}'"))
        found = environment.install("--engine", engine, "-r", "pylock.toml")
        assert {one["name"] for one in found} == names
        environment.empty()


def test_both_engines_lock_the_same(environment, packages):
    plain = build_wheel(packages, "other-tool", "2.0", ["acme-core"])
    (packages / "other_tool-2.0-py3-none-win_amd64.whl").write_bytes(plain.read_bytes() + b"windows")
    (environment.cwd / "requirements.txt").write_text("acme-features\nother-tool\n")
    found = []
    for engine in ("pip", "uv"):
        environment.ok("lock", "--engine", engine, "-o", "pylock.toml", "requirements.txt")
        found.append(contents(environment.cwd / "pylock.toml"))
    assert found[0] == found[1]
    assert len(found[0]["other-tool", "2.0"]) == 2


def test_uv_locks_for_every_platform_and_pip_for_this_one(environment):
    (environment.cwd / "requirements.txt").write_text("acme-core\nacme-plots ; sys_platform == 'win32'\n")
    names = {}
    for engine in ("pip", "uv"):
        environment.ok("lock", "--engine", engine, "-o", "pylock.toml", "requirements.txt")
        names[engine] = [name for name, _ in contents(environment.cwd / "pylock.toml")]
    assert names == {"pip": ["acme-core"], "uv": ["acme-core", "acme-plots"]}


def contents(path):
    """(name, version) of each locked package → the addresses and hashes of its files."""
    return {
        (package["name"], package["version"]): {
            (file["url"], file["hashes"]["sha256"])
            for file in [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        }
        for package in parse(path)["packages"]
    }


def test_a_requirement_smuggled_into_a_lock_file_is_refused(environment):
    wheel = '{ name = "x", url = "x", hashes = { sha256 = "' + "0" * 64 + '" } }'
    text = 'lock-version = "1.0"\ncreated-by = "x"\n[[packages]]\nname = "tool"\n'
    text += f'version = "1.0\\n--extra-index-url http://127.0.0.1:9/"\nwheels = [{wheel}]\n'
    (environment.cwd / "pylock.toml").write_text(text)
    assert "cannot be understood as a requirement" in environment.fails("install", "-r", "pylock.toml")
    assert environment.versions() == {}


def test_a_download_has_the_content_that_the_index_promises(environment, aws):
    said = json.loads(environment.ok("download", "--json", "-d", "wheels", "acme-features"))
    names = sorted(os.path.basename(path) for path in said["files"])
    assert names == ["acme_core-1.4.0-py3-none-any.whl", "acme_features-1.2.0-py3-none-any.whl"]
    for name in names:
        assert (environment.cwd / "wheels" / name).read_bytes() == (aws.packages_dir / name).read_bytes()
    assert environment.versions() == {}


@pip_at_night
def test_the_list_knows_the_origin_of_what_we_installed(environment, engine, aws):
    environment.install("--engine", engine, "acme-core")
    found = {one["name"]: one for one in json.loads(environment.ok("list", "--json"))["packages"]}
    assert found["acme-core"]["repository"] == aws.repository_arn
    assert len(found["acme-core"]["sha256"]) == 64
    assert found["ipython"]["repository"] == ""


@pip_at_night
def test_the_origin_of_one_package(environment, engine):
    environment.install("--engine", engine, "acme-core")
    shown = environment.ok("show-origin", "Acme.Core")
    assert "acme/shared-pypi" in shown
    assert "acme_core-1.4.0-py3-none-any.whl" in shown
    assert f"with {engine}" in shown
    assert "not installed" in environment.fails("show-origin", "acme-plots")


def test_the_versions_come_from_the_index_newest_first(environment, packages):
    for version in ("1.10.0", "1.9.0", "2.0rc1"):
        build_wheel(packages, "acme-core", version)
    found = json.loads(environment.ok("search-versions", "--json", "Acme_Core"))["versions"]
    assert [one["version"] for one in found] == ["2.0rc1", "1.10.0", "1.9.0", "1.4.0"]
    assert "is not in" in environment.fails("search-versions", "acme-does-not-exist")


@pytest.fixture
def database(environment, aws):
    bugs = {
        "PYSEC-2024-1": [{"introduced": "0"}, {"fixed": "1.5.0"}],
        "PYSEC-2024-2": [{"introduced": "0"}, {"fixed": "1.4.0"}],
        "PYSEC-2024-3": [{"introduced": "1.0"}, {"last_affected": "1.4.0"}],
    }
    for name, events in bugs.items():
        aws.add_osv_record(bug_of_acme_core(name, events, "acme_core"))
    return aws.write_osv_database(environment.cwd / "all.zip")


def bug_of_acme_core(name, events, spelling="acme-core"):
    affected = {
        "package": {"name": spelling, "ecosystem": "PyPI"},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
    }
    return {"id": name, "affected": [affected]}


def test_an_audit_needs_no_internet_where_there_is_a_database(environment, database):
    environment.install("acme-core")
    done = environment.run("audit", "--json", "--database", database)
    assert done.returncode == 1, done.stderr
    found = {one["id"]: one["fixed_in"] for one in json.loads(done.stdout)["vulnerabilities"]}
    assert found == {"PYSEC-2024-1": ["1.5.0"], "PYSEC-2024-3": []}


def test_an_audit_without_findings_is_a_success(environment, database):
    environment.install("acme-plots")
    assert "0 known vulnerabilities" in environment.ok("audit", "--database", database)


def test_without_pip_audit_the_database_is_offered(environment, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['pip_audit'] = None\n")
    said = environment.fails("audit", PYTHONPATH=str(tmp_path))
    assert "pip-audit is not installed" in said
    assert "--database" in said


@pytest.fixture(scope="module")
def pip_audit(tmp_path_factory):
    """The variables with which an environment has the real pip-audit."""
    python = Tools(tmp_path_factory.mktemp("pip-audit")).python("pip-audit")
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    asked = subprocess.run([python, "-c", ask], check=True, capture_output=True, text=True)
    return {"PYTHONPATH": os.pathsep.join([asked.stdout.strip(), os.environ.get("PYTHONPATH", "")])}


def with_one_bug(emulator):
    """Return the address of an emulator's OSV service, which knows a vulnerability of acme-core 1.4.0."""
    emulator.add_osv_record(bug_of_acme_core("PYSEC-2024-1", [{"introduced": "0"}, {"fixed": "1.5.0"}]))
    return f"{emulator.osv_url}/v1/query"


@pytest.fixture
def osv(aws):
    return with_one_bug(aws)


@pytest.fixture
def osv_of_a_company():
    """The address of such a service behind TLS, and the file with the authority that vouches for it."""
    with Emulator(tls=True) as emulator:
        yield with_one_bug(emulator), emulator.ca_file


def test_pip_audit_asks_the_service_that_it_is_given(environment, pip_audit, osv):
    environment.install("acme-core", "acme-plots")
    done = environment.run("audit", "--json", "--osv-url", osv, **pip_audit)
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    [bug] = found["vulnerabilities"]
    assert (bug["name"], bug["version"], bug["id"]) == ("acme-core", "1.4.0", "PYSEC-2024-1")
    assert bug["fixed_in"] == ["1.5.0"]
    assert found["audited"] > 2


@pytest.mark.parametrize("way", WAYS)
def test_pip_audit_trusts_whom_pips_user_named(
    environment, pip_audit, osv_of_a_company, home, monkeypatch, way
):
    url, ca_file = osv_of_a_company
    environment.install("acme-core")
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert "CERTIFICATE_VERIFY_FAILED" in environment.fails("audit", "--osv-url", url, **pip_audit)
    done = environment.run("audit", "--json", "--osv-url", url, **pip_audit, **trusting(way, ca_file, home))
    assert [bug["id"] for bug in json.loads(done.stdout)["vulnerabilities"]] == ["PYSEC-2024-1"]


@pytest.mark.parametrize("service", [["--osv-url", "http://127.0.0.1:9/v1/query"], []])
def test_without_internet_pip_audit_says_so_and_the_database_is_offered(environment, pip_audit, service):
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    said = environment.fails("audit", *service, **pip_audit, **nowhere)
    assert "pip-audit cannot reach its vulnerability service." in said
    assert "jupyter securepypi audit --database all.zip" in said
    assert ".py" not in said, "no source of others"


@pytest.mark.parametrize("known", [True, False])
def test_what_pip_audits_service_does_not_know_is_not_called_safe(environment, known):
    # A pip-audit that answers as the real one does behind a mirror: it cannot reach its service here.
    # It stands where pip installs: in a folder of PYTHONPATH it would not hide a real one.
    fake = environment.packages / "pip_audit.py"
    fake.write_text(
        "import json, sys\n"
        "names = [line.split('==')[0] for line in open(sys.argv[sys.argv.index('-r') + 1])]\n"
        "skip = [{'name': name, 'skip_reason': 'Dependency not found'} for name in names]\n"
        "bug = {'id': 'PYSEC-1', 'fix_versions': []}\n"
        f"if {known}: skip[0] = {{'name': names[0], 'version': '1', 'vulns': [bug]}}\n"
        "print(json.dumps({'dependencies': skip}))\n"
    )
    environment.install("acme-core")
    done = environment.run("audit")
    fake.unlink()
    assert done.returncode == 1
    if known:
        assert "1 packages audited with pip-audit: 1 known" in done.stdout
        assert "not audited: " in done.stdout
    else:
        assert "knows none of the packages" in done.stderr
        assert "--database" in done.stderr
