"""`%secure_pip` in a real kernel, without any server: as in VS Code, nbclient or papermill."""

from __future__ import annotations

import json
import re
import threading
import time

import pytest
from notebooks import Notebook, empty, log_in

from jupyter_securepypi.demo import borrowing
from jupyter_securepypi.emulator.samples import build_wheel

DECOY = "https://packages.example.com/simple"


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A virtual environment to install into; it sees what this one has."""
    return str(borrowing.environment(tmp_path_factory.mktemp("magic") / "venv"))


@pytest.fixture
def notebook(environment, aws, home, monkeypatch):
    """A notebook of somebody who has the token already."""
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", aws.role_template)
    log_in(environment, home, aws)
    yield from opened(environment, home)


@pytest.fixture
def first_notebook(environment, aws, home, monkeypatch):
    """A notebook of somebody who has no token yet."""
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", aws.role_template)
    yield from opened(environment, home)


def opened(environment, home):
    found = Notebook(environment, home)
    yield found
    found.close()
    empty(environment)


def test_it_installs_and_says_from_where(first_notebook):
    shown = first_notebook.run("%secure_pip install acme-features")
    assert "2 installed, all from acme/shared-pypi." in shown
    assert re.search(r"acme-features\s+1\.2\.0\s+secure index\s+[0-9a-f]{12}", shown)
    assert "Restart" not in shown
    assert "1.2.0" in first_notebook.run("import acme_features; print(acme_features.__version__)")


def test_a_second_install_has_nothing_to_do_and_asks_aws_nothing(notebook, aws):
    notebook.run("%secure_pip install acme-core")
    before = {name: n for name, n in aws.calls()["counts"].items() if not name.startswith("index")}
    assert "Nothing to install" in notebook.run("%secure_pip install acme-core")
    after = {name: n for name, n in aws.calls()["counts"].items() if not name.startswith("index")}
    assert after == before


def test_a_cell_holds_a_requirement_a_line(first_notebook, home):
    (home / "more.txt").write_text("acme-plots\n")
    shown = first_notebook.run(
        "%%secure_pip install\n# what we need\nacme-core>=1.4  # the base\n\n-r more.txt\n"
    )
    assert "2 installed" in shown
    assert "Asking for the token" in shown, "the first word of the work"


def test_the_restart_hint_names_what_changed(notebook, aws):
    build_wheel(aws.packages_dir, "acme-plots", "0.2.0", modules={"acme_plots": "__version__ = '0.2.0'\n"})
    notebook.run("%secure_pip install acme-plots==0.2.0")
    notebook.run("import acme_plots")
    shown = notebook.run("%secure_pip install -U acme-plots acme-core")
    assert "Restart the kernel: acme_plots changed" in shown
    assert re.search(r"acme-plots\s+0\.2\.0 → 0\.3\.0", shown)


@pytest.mark.parametrize(
    "request_",
    [
        f"-i {DECOY} acme-core",
        f"--index-url={DECOY} acme-core",
        f"--index-u {DECOY} acme-core",
        f"-qi {DECOY} acme-core",
        f"acme-core --extra-index-url {DECOY}",
        f"acme-core -f {DECOY}",
        "acme-core --trusted-host packages.example.com",
        "acme-core --no-index",
        "git+https://git.example.com/tool.git",
        "https://packages.example.com/tool-1.0-py3-none-any.whl",
        "'tool @ https://packages.example.com/tool-1.0-py3-none-any.whl'",
        "./tool",
        "-e .",
        "-r nested.txt",
        "-c nested.txt acme-core",
    ],
)
def test_what_goes_around_the_index_is_refused_before_anything_runs(first_notebook, home, aws, request_):
    (home / "nested.txt").write_text("acme-core\n-r deeper.txt\n")
    (home / "deeper.txt").write_text(f"acme-plots\n\n--extra-index-url {DECOY}\n")
    before = aws.calls()["counts"].get("index:GET", 0)
    shown = first_notebook.fails(f"%secure_pip install {request_}")
    assert "RequestRefused" in shown
    assert "Traceback" not in shown
    assert "Asking for the token" not in shown
    if "nested" in request_:
        assert "deeper.txt" in shown
        assert "3" in shown
    assert aws.calls()["counts"].get("index:GET", 0) == before


@pytest.mark.parametrize("command", ["install", "uninstall -y"])
@pytest.mark.parametrize("tail", ["{ran.append(1)}", "$(touch ran)", "\\n!touch ran"])
def test_a_variable_is_filled_in_as_in_pip_and_what_it_holds_is_no_code(notebook, home, command, tail):
    notebook.run(f"ran = []; name = 'acme-core{tail}'")
    for spelled in ("{name}", "$name"):
        assert "RequestRefused" in notebook.fails(f"%secure_pip {command} {spelled}")
    assert "[]" in notebook.run("print(ran)")
    assert not (home / "ran").exists()


def test_a_refused_line_in_a_cell_is_named(notebook):
    shown = notebook.fails(f"%%secure_pip install\nacme-core\n--extra-index-url {DECOY}\n")
    assert "the cell" in shown
    assert "line 2" in shown


def test_a_missing_package_says_so_with_a_remedy(notebook):
    shown = notebook.fails("%secure_pip install acme-does-not-exist")
    assert "acme-does-not-exist is not in" in shown
    assert "try" in shown


def test_a_version_that_does_not_exist_lists_those_that_do(notebook):
    shown = notebook.fails("%secure_pip install acme-core==99")
    assert "1.4.0" in shown


@pytest.mark.parametrize(
    "code",
    [
        "%secure_pip install",
        "%secure_pip install -q",
        "%%secure_pip install\n \n",
        "%%secure_pip install\n# nothing yet\n",
        "%secure_pip install -r comments.txt",
        "%secure_pip install -c comments.txt",
    ],
)
def test_an_install_of_nothing_is_refused_before_anything_runs(first_notebook, home, aws, code):
    (home / "comments.txt").write_text("# nothing yet\n")
    assert "Nothing was asked for." in first_notebook.fails(code)
    assert aws.calls()["counts"] == {}


def test_the_token_is_asked_for_only_until_the_engine_starts(first_notebook):
    phases = "from jupyter_securepypi.notebook.display import Progress as P; seen = []; phase = P.phase\n"
    phases += "P.phase = lambda self, words: (seen.append(words), phase(self, words))[1]"
    first_notebook.run(phases)
    first_notebook.run("%secure_pip install acme-core")
    told = first_notebook.run("print(*seen[:3], sep='\\n')").split("\n")
    told = [line for line in told if line]
    assert "Asking for the token" in told[0]
    assert "Working out" in told[1]
    first_notebook.run("seen.clear()")
    first_notebook.run("%secure_pip install acme-plots")
    shown = first_notebook.run("print(*seen, sep='\\n')")
    assert "Working out" in shown
    assert "Asking" not in shown, "the token is at hand"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("%secure_pip refresh", "Interrupted."),
        ("%secure_pip install --engine pip acme-core", "Interrupted; nothing was installed."),
        ("%secure_pip install --engine uv acme-core", "Interrupted; nothing was installed."),
    ],
)
def test_an_interrupt_is_one_line(notebook, aws, code, told):
    if "install" in code:
        notebook.run("%secure_pip refresh")
    before = len(aws.calls()["calls"])
    aws.faults(hang=60.0)

    def interrupt():
        while len(aws.calls()["calls"]) == before:
            time.sleep(0.05)
        notebook.manager.interrupt_kernel()

    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        text = notebook.fails(code)
    finally:
        thread.join()
        aws.clear()
    assert text.strip().splitlines()[-1] == told
    assert "Traceback" not in text
    assert ".py" not in text


def test_dry_run_installs_nothing(notebook):
    assert "2 would be installed" in notebook.run("%secure_pip install --dry-run acme-features")
    assert "ModuleNotFoundError" in notebook.fails("import acme_features")


def test_an_install_that_breaks_something_says_so_under_the_table(notebook, aws):
    build_wheel(aws.packages_dir, "acme-plots", "0.1.0")
    build_wheel(aws.packages_dir, "acme-features", "0.1.0", ["acme-plots<0.2"])
    notebook.run("%secure_pip install acme-features==0.1.0")
    told = "acme-features 0.1.0 needs acme-plots<0.2, you have 0.3.0"
    assert f"all from acme/shared-pypi.\n! {told}." in notebook.run("%secure_pip install -U acme-plots")
    notebook.run("%secure_pip install acme-plots==0.1.0")
    [conflict] = json.loads(notebook.run("%secure_pip install --json -U acme-plots"))["conflicts"]
    assert (conflict["needs"], conflict["found"]) == ("acme-plots<0.2", "0.3.0")


def test_json_is_one_object(notebook):
    result = json.loads(notebook.run("%secure_pip install --json acme-core").strip())
    [package] = result["packages"]
    assert (package["name"], package["version"], package["previous"]) == ("acme-core", "1.4.0", None)
    assert len(package["sha256"]) == 64


@pytest.mark.parametrize("engine", ["pip", "uv"])
def test_either_engine_installs_and_what_it_brought_is_listed_with_its_origin(notebook, engine):
    assert "2 installed, all from acme/shared-pypi." in notebook.run(
        f"%secure_pip install --engine {engine} --verify before acme-features"
    )
    assert re.search(r"acme-core\s+1\.4\.0\s+acme/shared-pypi\s+[0-9a-f]{12}", notebook.run("%secure_pip list"))
    assert f"with {engine}" in notebook.run("%secure_pip show-origin acme-core")


def test_a_lock_is_written_and_installed(notebook, home):
    (home / "requirements.txt").write_text("acme-features\n")
    assert "2 locked" in notebook.run("%secure_pip lock -o pylock.toml requirements.txt")
    assert "2 installed" in notebook.run("%secure_pip install -r pylock.toml")


def test_the_index_says_which_versions_it_has(notebook):
    assert "1.4.0" in notebook.run("%secure_pip search-versions acme-core")
    assert "RequestRefused" in notebook.fails("%secure_pip search-versions")


def test_a_step_is_previewed(notebook):
    shown = notebook.run("%secure_pip preview training --route v3-model-trainer --image pytorch")
    assert "CA_REPOSITORY_ARN" in shown


def test_a_revoked_token_is_replaced_once_and_the_install_succeeds(notebook, aws):
    notebook.run("%secure_pip refresh")
    aws.faults(revoke="all")
    assert "1 installed" in notebook.run("%secure_pip install acme-core")


def test_status_and_help(notebook, aws):
    notebook.run("%secure_pip refresh")
    shown = notebook.run("%secure_pip status")
    assert "fresh" in shown
    assert aws.index_url in shown
    assert "%%secure_pip install" in notebook.run("%secure_pip help")
    assert "did you mean `%secure_pip install acme-core`?" in notebook.fails("%secure_pip instal acme-core")
    assert "%secure_pip install -r requirements.txt" in notebook.run("%secure_pip install --help")
    assert notebook.run("%secure_pip help install") == notebook.run("%secure_pip install -h")
    assert notebook.run("%secure_pip") == notebook.run("%secure_pip help")


def test_a_cell_needs_no_command(notebook):
    assert "1 installed" in notebook.run("%%secure_pip\nacme-core\n")


def test_what_was_installed_is_removed_again_and_the_kernel_hears_of_modules(notebook):
    notebook.run("%secure_pip install acme-features")
    notebook.run("import acme_core")
    shown = notebook.run("%secure_pip uninstall -y acme-core")
    assert "acme-core 1.4.0 removed" in shown
    assert "! acme-features 1.2.0 needs acme-core" in shown
    assert "Restart the kernel: acme_core was imported before it was removed." in shown
    assert "acme-features==1.2.0" in notebook.run("%secure_pip freeze")
    assert "acme-features 1.2.0 needs acme-core" in notebook.run("%secure_pip check")
    assert "required by  nothing" in notebook.run("%secure_pip show acme-features")


def test_a_question_that_nobody_can_answer_removes_nothing(notebook):
    notebook.run("%secure_pip install acme-core")
    notebook.client.allow_stdin = False
    assert "say yes with -y" in notebook.fails("%secure_pip uninstall acme-core")
    assert "acme-core" in notebook.run("%secure_pip list")


def test_a_failed_install_leaves_no_empty_output(notebook):
    shown = []
    code = "%secure_pip install acme-does-not-exist"
    notebook.client.execute_interactive(code, timeout=120, output_hook=shown.append)
    displays = [one["content"] for one in shown if one["msg_type"] in ("display_data", "update_display_data")]
    first = displays[0]["data"]["text/plain"]
    assert "Asking for the token" in first or "Working out" in first
    assert "part" in displays[0]["metadata"]["securepypi_progress"], "by which the panel knows progress"
    assert displays[-1]["data"] == displays[-1]["metadata"] == {}, "what a front end shows nothing for"


def test_tab_completes_commands_options_and_packages(notebook):
    def tab(code):
        content = notebook.client.complete(code, len(code), reply=True, timeout=60)["content"]
        return code[: content["cursor_start"]], content["matches"]

    assert tab("%secure_pip insta") == ("%secure_pip ", ["install"])
    # A TAB does not wait for what is imported for the first time: a further one has it.
    assert any("--dry-run" in tab("%secure_pip install --")[1] for _ in range(50))
    assert tab("%secure_pip install --on d")[1] == ["dask"]
    notebook.run("%secure_pip refresh")
    notebook.run("from jupyter_securepypi.config import load_options as o")
    notebook.run("from jupyter_securepypi.install.questions.index_names import index_names; index_names(o())")
    assert tab("%secure_pip install acme-c") == ("%secure_pip install ", ["acme-core"])
    assert tab("%%secure_pip install\nacme_f")[1] == ["acme-features"]
    assert "ipykernel" in tab("%secure_pip show ipyk")[1]


def test_the_public_index_needs_permission_and_is_shouted(notebook, aws, home):
    notebook.run("import os; os.environ['USE_SECURE_PYPI'] = 'false'")
    assert "not allowed" in notebook.fails("%secure_pip install acme-core")
    config = home / ".jupyter/jupyter_securepypi_config.json"
    config.parent.mkdir(exist_ok=True)
    url = "http://127.0.0.1:9/simple/"
    config.write_text(json.dumps({"SecurePyPI": {"allow_public": True, "public_index_url": url}}))
    assert "127.0.0.1:9" in notebook.fails("%secure_pip install acme-core"), (
        "it must have asked the public index"
    )


def test_no_secret_is_in_the_kernel(first_notebook, home):
    first_notebook.run("%secure_pip install -v acme-core")
    [store] = (home / ".local/share/jupyter/runtime/securepypi").glob("*.json")
    secret = json.loads(store.read_text())["token"]["secret"]
    assert secret not in first_notebook.run("import os; print(dict(os.environ))")
    assert secret not in (home / ".local/share/jupyter/securepypi/installs.jsonl").read_text()
    assert not (home / ".netrc").exists(), "without the server nothing is published"
    assert "boto" not in first_notebook.run(
        "import sys; print([m for m in sys.modules if m.startswith('boto')])"
    )
