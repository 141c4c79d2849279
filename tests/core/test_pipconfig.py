"""Reading pip's configuration, with pip itself as the judge."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pip._internal.configuration import Configuration
from pip._internal.exceptions import PipError

from jupyter_securepypi.core.pip.configuration import (
    ConfigFile,
    candidate_files,
    carried_over,
    config_files,
    effective,
    parse,
)
from jupyter_securepypi.core.pip.names import normalise, variable_key

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environ(tmp_path, monkeypatch):
    """A scratch home in force for this process too, so that pip's own code can be asked in it."""
    (tmp_path / "home/.config/pip").mkdir(parents=True)
    for name in [name for name in os.environ if name.startswith(("PIP_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "etc"))
    return os.environ


@pytest.fixture
def user_file(environ):
    return Path(environ["HOME"], ".config/pip/pip.conf")


def paths_of_pip():
    """Where pip looks, in its order of precedence (its own iteration order differs)."""
    found = {kind.value: paths for kind, paths in Configuration(isolated=False).iter_config_files()}
    return [(kind, path) for kind in ("global", "user", "site", "env") for path in found.get(kind, ())]


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"XDG_CONFIG_HOME": "/somewhere/config", "XDG_CONFIG_DIRS": "/a:/b/c"},
        {"XDG_CONFIG_HOME": "", "XDG_CONFIG_DIRS": ""},
        {"XDG_CONFIG_HOME": "relative", "XDG_CONFIG_DIRS": "relative:/a"},
        {"PIP_CONFIG_FILE": "/does/not/exist"},
        {"PIP_CONFIG_FILE": __file__},
    ],
)
def test_the_files_are_those_of_pip_in_its_order(variables, environ, monkeypatch):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert [(place.kind, place.path) for place in config_files(sys.prefix, environ)] == paths_of_pip()


def test_the_null_device_shuts_out_every_file(environ):
    assert config_files(sys.prefix, {**environ, "PIP_CONFIG_FILE": "/dev/null"}) == []


def test_the_files_on_windows():
    environ = {
        "USERPROFILE": r"C:\Users\jane",
        "APPDATA": r"C:\Users\jane\AppData\Roaming",
        "PROGRAMDATA": r"D:\Data",
    }

    assert candidate_files(r"C:\env", environ, "win32") == [
        ConfigFile("global", r"D:\Data\pip\pip.ini"),
        ConfigFile("user", r"C:\Users\jane\pip\pip.ini"),
        ConfigFile("user", r"C:\Users\jane\AppData\Roaming\pip\pip.ini"),
        ConfigFile("site", r"C:\env\pip.ini"),
    ]


def test_the_files_on_macos(tmp_path):
    def users():
        return candidate_files("/env", {"HOME": str(tmp_path)}, "darwin")

    assert [place.path for place in users()] == [
        "/Library/Application Support/pip/pip.conf",
        f"{tmp_path}/.pip/pip.conf",
        f"{tmp_path}/.config/pip/pip.conf",
        "/env/pip.conf",
    ]
    (tmp_path / "Library/Application Support/pip").mkdir(parents=True)
    assert users()[2].path == f"{tmp_path}/Library/Application Support/pip/pip.conf"


# Pieces that make lines of every kind, well and badly formed, with all that is special to this format.
_KEYS = ["index-url", "INDEX_URL", "--index-url", "pypi-url", "extra-index-url", "timeout", "no index", "x"]
_LINES = st.one_of(
    st.sampled_from(
        ["", " ", "\t", "# note", "  ; note", "\f", "[global]", "[install]", " [list]", "[DEFAULT]", "[]"]
    ),
    st.sampled_from(["[a] trailing", "lonely", "  continued", "\u00a0wide", "= x", ":", "[x"]),
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["", " ", "    ", "\t"]),
        st.sampled_from(_KEYS),
        st.sampled_from([" = ", "=", ": ", " :", " =\t"]),
        st.sampled_from(["", "https://a/simple", "10", "a = b ; c", "50%"]),
    ),
)
TEXTS = st.lists(st.tuples(_LINES, st.sampled_from(["\n", "\n", "\r\n", "\r"])), max_size=12).map(
    lambda lines: "".join(line + end for line, end in lines)
)


def pips_reading(path):
    """Return what pip reads in one file: ``section.key`` → value, or None if it refuses the file."""
    configuration = Configuration(isolated=False)
    try:
        parser = configuration._construct_parser(str(path))
    except PipError:
        return None
    return {
        key: value
        for section in parser.sections()
        for key, value in configuration._normalized_keys(section, parser.items(section)).items()
    }


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=TEXTS)
@example(text="[global]\nindex-url = a\nINDEX_URL = b\n")
@example(text="[DEFAULT]\nindex-url = \nINDEX_URL = \n")
@example(text="\ufeff[global]\n")
def test_a_file_is_read_as_pip_reads_it(text, tmp_path):
    (tmp_path / "pip.conf").write_bytes(text.encode())

    ours = parse(text.encode())

    theirs = pips_reading(tmp_path / "pip.conf")
    assert (theirs is None) == bool(ours.problem) or ours.doubled
    if theirs is not None:
        assert {
            f"{name}.{key}": value for name, keys in ours.sections.items() for key, value in keys.items()
        } == theirs


def test_a_problem_does_not_quote_the_file():
    parsed = parse(b"[global]\nhttps://aws/not-a-real-token\n")

    assert parsed.line == 2 or not parsed.problem
    assert "token" not in parsed.problem


@pytest.mark.parametrize(
    ("user", "site", "variables", "expected"),
    [
        ("[global]\nindex-url=u", "", {}, ("u", "user")),
        ("[global]\nindex-url=u", "[global]\nindex_url=s", {}, ("s", "site")),
        ("[install]\nindex-url=u", "[global]\nindex-url=s", {}, ("u", "user")),
        ("[install]\nindex-url=u", "[install]\n--index-url=s", {}, ("s", "site")),
        ("[download]\nindex-url=u", "", {}, None),
        ("[global]\nindex-url=u", "[install]\nindex-url=", {}, ("u", "user")),
        ("[global]\nindex-url=u", "[global]\nindex-url=", {}, None),
        ("[global]\nindex-url=u\npypi-url=v", "[global]\nindex-url=s", {}, ("v", "user")),
        ("[install]\nindex-url=u", "", {"PIP_INDEX_URL": "e"}, ("e", "variable")),
        ("[install]\nindex-url=u", "", {"PIP_INDEX_URL": ""}, ("u", "user")),
        ("[install]\nindex-url=u", "", {"PIP___pypi_url": "e"}, ("e", "variable")),
    ],
)
def test_the_setting_in_force_is_pips_and_its_source_is_named(
    user, site, variables, expected, environ, user_file, tmp_path, monkeypatch
):
    from pip._internal.commands import create_command
    from pip._internal.models.index import PyPI

    user_file.write_text(user)
    (tmp_path / "pip.conf").write_text(site)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    found = effective(str(tmp_path), os.environ).settings.get("index-url")

    assert create_command("install").parser.get_default_values().index_url == (
        found.value if found else PyPI.simple_url
    )
    assert (found and (found.value, found.kind)) == expected


def test_a_setting_says_where_it_stands_and_keeps_its_value_to_itself(environ, user_file, tmp_path):
    user_file.write_text("[install]\nindex-url = https://aws:not-a-real-token@host/\n")

    setting = effective(str(tmp_path), environ).settings["index-url"]

    assert str(setting) == f"{user_file} [install]"
    assert "not-a-real-token" not in repr(setting)
    assert str(effective(str(tmp_path), {"PIP_PROXY": "p"}).settings["proxy"]) == "the variable PIP_PROXY"


def test_a_file_that_pip_refuses_is_a_problem_and_no_exception(environ, user_file, tmp_path):
    user_file.write_text("[global]\ntimeout = 1\ntimeout = 2\n")

    found = effective(str(tmp_path), environ)

    assert found.problems == (f"{user_file}, line 3: timeout stands there twice",)
    assert "timeout" not in found.settings


@pytest.mark.parametrize("name", ["PIP_INDEX_URL", "PIP_index_url", "PIP___INDEX_URL", "PIP_INDEX-URL"])
def test_every_spelling_of_a_variable_is_known(name):
    assert variable_key(name) == "index-url" == normalise("--Index_URL")


def test_other_variables_set_no_option():
    assert [variable_key(name) for name in ("UV_INDEX_URL", "PIP_VERSION", "pip_index_url", "XPIP_PROXY")] == [
        ""
    ] * 4


def test_harmless_settings_are_carried_over_and_indexes_are_not(environ, user_file, tmp_path):
    machine = carried_over(str(tmp_path), environ).variables  # /etc/pip.conf counts on every machine
    user_file.write_text(
        "[global]\nbreak-system-packages = true\nindex-url = https://decoy\ntrusted-host = decoy\nproxy = p1\n"
        "no-binary = numpy\nkeyring-provider = import\nunknown = 1\n"
        "[install]\nextra-index-url = https://decoy\nfind-links = /decoy\nno-index = true\ntarget = /decoy\n"
        "default-timeout = 7\nno_binary = scipy\nconstraint = /a/c.txt\n    https://b/d.txt\n"
        "[download]\nretries = 9\n"
    )

    found = carried_over(str(tmp_path), {**environ, "PIP_PROXY": "p2", "PIP_EXTRA_INDEX_URL": "https://decoy"})

    assert found.variables == {
        **machine,
        "PIP_BREAK_SYSTEM_PACKAGES": "true",
        "PIP_PROXY": "p2",
        "PIP_NO_BINARY": "numpy,scipy",
        "PIP_TIMEOUT": "7",
    }
    assert found.constraints == ["/a/c.txt", "https://b/d.txt"]


def test_it_all_works_on_python_3_8(environ, user_file, tmp_path):
    python = _python38()
    if python is None:
        pytest.skip(
            "no Python 3.8 here: neither python3.8 on PATH nor under PYENV_ROOT; the core's floor is untested"
        )
    user_file.write_text("[install]\ntimeout = 5\nindex-url = https://u\n[x]\n# é\n")
    script = (
        "import json, sys; sys.path.insert(0, sys.argv[1])\n"
        "from jupyter_securepypi.core.pip.configuration import carried_over, effective\n"
        "import os; found = effective(sys.argv[2], os.environ)\n"
        "variables = carried_over(sys.argv[2], os.environ).variables\n"
        "print(json.dumps([found.value('index-url'), found.problems, variables['PIP_TIMEOUT']]))"
    )

    done = subprocess.run(
        [python, "-W", "error", "-c", script, str(ROOT), str(tmp_path)],
        env=environ, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["https://u", [], "5"]


def _python38():
    root = Path(os.environ.get("PYENV_ROOT", ""))
    found = sorted(root.glob("versions/3.8*/bin/python")) if root.is_absolute() else []
    return str(found[0]) if found else shutil.which("python3.8")
