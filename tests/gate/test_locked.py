"""What an administrator locks, no file, variable or call of a user loosens."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from another_user import USER, become, needs_another_user
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

pytestmark = needs_another_user
ARN = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
OTHER = ARN.replace("shared", "team")
CONFIG = "jupyter_securepypi_config"


class Machine:
    """A machine with an administrator's folder, and a user who can write only the home.

    Attributes:
        admin: the system's folder of configuration.
        home: the user's home.
    """

    def __init__(self):
        self._root = Path(tempfile.mkdtemp(prefix="locked-of-securepypi-"))
        self._root.chmod(0o755)
        self.admin, self.home = self._root / "etc", self._root / "home"
        self.admin.mkdir()
        self.home.mkdir()
        os.chown(self.home, USER, USER)
        worker = Path(__file__).with_name("options_worker.py")
        self._process = subprocess.Popen(
            [sys.executable, str(worker), str(self.admin)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
            preexec_fn=become,
            env={**os.environ, "HOME": str(self.home)},
        )

    @property
    def user_file(self):
        return self.home / f".jupyter/{CONFIG}.json"

    def lock(self, names, **values):
        text = json.dumps({"SecurePyPI": {**values, "locked": list(names)}})
        (self.admin / f"{CONFIG}.json").write_text(text)

    def folder_of_somebody_else(self, section):
        """A folder with a file that the user can neither write nor replace; return it."""
        folder = self._root / "somebody-else"
        folder.mkdir(exist_ok=True)
        (folder / f"{CONFIG}.json").write_text(json.dumps({"SecurePyPI": section}))
        return folder

    def options(self, user=None, variables=None, call=None, more=None):
        """The answer of the worker, where the user's file says `user`."""
        files = {
            str(self.user_file): None if user is None else json.dumps({"SecurePyPI": user}),
            **(more or {}),
        }
        said = {
            "files": files,
            "variables": {"HOME": str(self.home), "PATH": os.defpath, **(variables or {})},
            "call": call or {},
        }
        self._process.stdin.write(json.dumps(said) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self):
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()
        shutil.rmtree(self._root, ignore_errors=True)


@pytest.fixture
def machine():
    made = Machine()
    yield made
    made.close()


def test_a_locked_value_holds_and_says_which_file_locks_it(machine):
    machine.lock(["minimum_age"], minimum_age="7 days")
    answer = machine.options()
    assert answer["options"]["minimum_age"] == 604_800
    assert answer["files"] == {"minimum_age": str(machine.admin / f"{CONFIG}.json")}


@pytest.mark.parametrize(
    ("option", "held", "looser"),
    [
        ("minimum_age", "7 days", "1 day"),
        ("minimum_age", "7 days", 0),
        ("minimum_age_exempt", ["acme-*"], ["acme-*", "pandas"]),
        ("minimum_age_exempt", ["acme-?"], ["acme-*"]),
        ("unknown_age", "refuse", "allow"),
        ("malware", "block", "warn"),
        ("vulnerabilities", "medium", "high"),
        ("osv_database", "/srv/all.zip", "/home/me/empty.zip"),
        ("verify", "before", "after"),
        ("allow_public", False, True),
        ("allow_direct", False, True),
        ("use_secure_pypi", True, False),
        ("repository", ARN, OTHER),
    ],
)
def test_loosening_in_a_file_is_an_error_that_names_both(machine, option, held, looser):
    machine.lock([option], **{option: held})
    said = machine.options({option: looser})["error"]
    assert f"SecurePyPI.{option}" in said
    assert str(machine.user_file) in said
    assert str(machine.admin / f"{CONFIG}.json") in said


@pytest.mark.parametrize(
    ("option", "held", "stricter"),
    [
        ("minimum_age", "7 days", 1_209_600.0),
        ("minimum_age_exempt", ["acme-*", "tools"], ["acme-core"]),
        ("minimum_age_exempt", ["acme-?"], ["acme-a"]),
        ("malware", "warn", "block"),
        ("vulnerabilities", "high", "low"),
        ("verify", "after", "before"),
        ("allow_public", True, False),
    ],
)
def test_tightening_is_allowed(machine, option, held, stricter):
    machine.lock([option], **{option: held})
    assert machine.options({option: stricter})["options"][option] == stricter


def test_what_a_user_blocks_adds_to_what_is_locked_and_takes_nothing_away(machine):
    machine.lock(["blocked"], blocked={"requests<2.32": "theirs"})
    found = machine.options({"blocked": {"numpy": "mine", "requests<2.32": "never mind"}})["options"]["blocked"]
    assert found == {"numpy": "mine", "requests<2.32": "theirs"}


def test_a_variable_that_loosens_is_named(machine):
    machine.lock(["malware"], malware="block", osv_database="/srv/all.zip")
    said = machine.options(variables={"SECURE_PYPI_MALWARE": "off"})["error"]
    assert "The variable SECURE_PYPI_MALWARE" in said


def test_a_call_cannot_loosen_either(machine):
    machine.lock(["verify"], verify="before")
    assert "This call sets SecurePyPI.verify to 'after'" in machine.options(call={"verify": "after"})["error"]


def test_a_lock_in_a_file_that_the_user_can_write_is_not_held_and_reported(machine):
    answer = machine.options({"minimum_age": 60, "locked": ["minimum_age"]})
    assert answer["files"] == {}
    assert answer["not_held"] == [str(machine.user_file)]


def test_a_folder_of_somebody_else_on_jupyters_path_is_not_the_administrators(machine):
    machine.lock(["minimum_age"], minimum_age="7 days")
    others = machine.folder_of_somebody_else({"minimum_age": 0, "locked": ["minimum_age"]})
    said = machine.options(variables={"JUPYTER_CONFIG_PATH": str(others)})["error"]
    assert str(others / f"{CONFIG}.json") in said
    assert "locks it at 7 days" in said


def test_an_address_with_a_password_is_not_shown(machine):
    machine.lock(["osv_url"], osv_url="https://us:pass-one@osv.example.com")
    said = machine.options({"osv_url": "https://us:pass-two@osv.example.com"})["error"]
    assert "pass-one" not in said
    assert "pass-two" not in said


@pytest.mark.parametrize("names", [["minimum_agee"], ["locked"]])
def test_what_is_no_option_cannot_be_locked(machine, names):
    machine.lock(names)
    assert "no option that can be locked" in machine.options()["error"]


AGES = st.sampled_from([0, 60, 86_400, 604_800, "7 days", "P14D", "1 hour"])
VALUES = {
    "minimum_age": AGES,
    "minimum_age_exempt": st.lists(
        st.sampled_from(["acme-*", "acme-core", "*", "pandas", "Acme_Core"]), max_size=3
    ),
    "unknown_age": st.sampled_from(["refuse", "allow"]),
    "malware": st.sampled_from(["off", "warn", "block"]),
    "vulnerabilities": st.sampled_from(["off", "warn", "critical", "high", "medium", "low"]),
    "blocked": st.dictionaries(
        st.sampled_from(["a", "b<2", "c>=1"]), st.sampled_from(["one", "two"]), max_size=3
    ),
    "osv_database": st.sampled_from(["/a.zip", "/b.zip", ""]),
    "verify": st.sampled_from(["after", "before"]),
    "allow_public": st.booleans(),
    "allow_direct": st.booleans(),
    "use_secure_pypi": st.booleans(),
    "repository": st.sampled_from([ARN, OTHER]),
}
SECONDS = {"7 days": 604_800, "P14D": 1_209_600, "1 hour": 3_600}
RANKS = {
    "unknown_age": ["allow", "refuse"],
    "malware": ["off", "warn", "block"],
    "vulnerabilities": ["off", "warn", "critical", "high", "medium", "low"],
    "verify": ["after", "before"],
    "allow_public": [True, False],
    "allow_direct": [True, False],
    "use_secure_pypi": [False, True],
}
NAMES = ["acme-core", "acme-plots", "pandas", "x"]


def exempted(patterns):
    from fnmatch import fnmatch

    return {name for name in NAMES for one in patterns if fnmatch(name, one.lower().replace("_", "-"))}


def holds(option, held, found):
    """Whether `found` is as strict as `held`, by a model of its own."""
    if option == "minimum_age":
        return found >= SECONDS.get(held, held)
    if option == "minimum_age_exempt":
        return exempted(found) <= exempted(held)
    if option == "blocked":
        return held.items() <= found.items()
    if option in RANKS:
        return RANKS[option].index(found) >= RANKS[option].index(held)
    return found == held


steps: list[bool] = []


class Loosening(RuleBasedStateMachine):
    """A user who tries everything."""

    def __init__(self):
        super().__init__()
        self.machine = Machine()
        self.held, self.user, self.variables, self.call, self.more = {}, {}, {}, {}, {}

    def teardown(self):
        self.machine.close()

    @initialize(data=st.data())
    def an_administrator_locks(self, data):
        names = data.draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=6, unique=True))
        self.held = {name: data.draw(VALUES[name], name) for name in names}
        self.machine.lock(names, **self.held)

    @rule(data=st.data(), name=st.sampled_from(sorted(VALUES)))
    def the_user_writes_a_file(self, data, name):
        self.user[name] = data.draw(VALUES[name])

    @rule(name=st.sampled_from(sorted(VALUES)))
    def the_user_takes_it_back(self, name):
        self.user.pop(name, None)

    @rule(
        data=st.data(),
        name=st.sampled_from(["minimum_age", "malware", "blocked", "unknown_age", "vulnerabilities"]),
    )
    def the_user_sets_a_variable(self, data, name):
        value = data.draw(VALUES[name])
        self.variables[f"SECURE_PYPI_{name.upper()}"] = json.dumps(value) if name == "blocked" else str(value)

    @rule(value=st.sampled_from(["true", "false"]))
    def the_user_asks_for_the_public_index(self, value):
        self.variables["USE_SECURE_PYPI"] = value

    @rule(arn=st.sampled_from([ARN, OTHER]))
    def the_user_names_another_repository(self, arn):
        self.variables["CA_REPOSITORY_ARN"] = arn

    @rule(
        name=st.sampled_from(["JUPYTER_NO_CONFIG", "JUPYTER_PREFER_ENV_PATH"]),
        value=st.sampled_from(["1", "0"]),
    )
    def the_user_turns_jupyters_path(self, name, value):
        self.variables[name] = value

    @rule(data=st.data(), name=st.sampled_from(sorted(VALUES)))
    def the_user_adds_a_folder_to_jupyters_path(self, data, name):
        folder = self.machine.home / "more"
        self.variables["JUPYTER_CONFIG_PATH"] = str(folder)
        section = {name: data.draw(VALUES[name]), "locked": [name]}
        self.more[str(folder / f"{CONFIG}.json")] = json.dumps({"SecurePyPI": section})

    @rule(data=st.data(), name=st.sampled_from(sorted(VALUES)))
    def the_user_adds_a_folder_of_somebody_else(self, data, name):
        section = {name: data.draw(VALUES[name]), "locked": [name]}
        self.variables["JUPYTER_CONFIG_PATH"] = str(self.machine.folder_of_somebody_else(section))

    @rule(where=st.sampled_from(["elsewhere", ".jupyter"]))
    def the_user_moves_the_folder(self, where):
        self.variables["JUPYTER_CONFIG_DIR"] = str(self.machine.home / where)

    @rule()
    def the_user_starts_anew(self):
        self.user, self.variables, self.call = {}, {}, {}
        self.more = dict.fromkeys(self.more)

    @rule(value=st.sampled_from(["after", "before"]))
    def the_user_says_it_in_a_call(self, value):
        self.call["verify"] = value

    @invariant()
    def what_is_locked_holds(self):
        if not self.held:
            return
        answer = self.machine.options(self.user, self.variables, self.call, self.more)
        steps.append("error" in answer)
        for option, held in self.held.items() if "options" in answer else ():
            assert holds(option, held, answer["options"][option]), (option, held, answer["options"][option])


def test_no_sequence_of_options_variables_and_files_loosens_a_locked_policy(nightly):
    steps.clear()
    run_state_machine_as_test(
        Loosening,
        settings=settings(
            max_examples=400 if nightly else 25,
            stateful_step_count=30,
            derandomize=not nightly,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert len(steps) > 200
    assert 0.05 < sum(steps) / len(steps) < 0.95, "the sequences try too little, or nothing but errors"
