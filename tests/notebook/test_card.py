"""The card of `%secure_pip status`, which refreshes; and for every card the text where widgets cannot render."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from notebook_support import VIEW, Frontend

STATUS = "%load_ext jupyter_securepypi\n%secure_pip status"
BOTH = f"{STATUS}\n%secure_pip preview training"

# Loads the extension as IPython does, and says what it brought.
LOAD = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
before = set(sys.modules)
shell.run_line_magic("load_ext", "jupyter_securepypi")
new = {name.partition(".")[0] for name in set(sys.modules) - before}
print(json.dumps(sorted(new & {"ipywidgets", "pydantic", "boto3", "botocore", "jupyter_server"})))
"""


@pytest.fixture
def frontend(aws, home, monkeypatch):
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", aws.role_template)
    found = Frontend()
    yield found
    found.close()


def test_one_display_serves_widgets_html_and_text(frontend, aws):
    [data], _ = frontend.run(
        "%load_ext jupyter_securepypi\n_ = get_ipython().run_line_magic('secure_pip', 'status')"
    )
    assert set(data) == {VIEW, "text/html", "text/plain"}
    assert data[VIEW]["model_id"] == frontend.named("VBoxModel")[0]
    assert "none yet" in data["text/plain"]
    assert "acme/shared-pypi" in data["text/html"]
    assert "none yet" in frontend.card


def test_the_card_tells_which_policy_is_in_force(frontend):
    frontend.run("import os; os.environ['SECURE_PYPI_MINIMUM_AGE'] = '7 days'")
    frontend.run(STATUS)
    assert re.search(r"<th[^>]*>Gate</th><td>7 days old at least</td>", frontend.card)


def test_the_button_refreshes_and_the_card_follows(frontend, aws):
    frontend.run(STATUS)
    frontend.click()
    frontend.until(lambda: frontend.idle and "fresh" in frontend.card)
    assert aws.index_url in frontend.card
    assert "assumed-role/SecurePyPIReadRole_675292366480/" in frontend.card
    assert re.search(r'role="progressbar".*aria-valuenow="100"', frontend.card)


def test_the_kernel_stays_free_while_aws_hangs(frontend, aws):
    frontend.run(STATUS)
    aws.faults(hang=600.0)
    frontend.click()
    frontend.until(lambda: not frontend.idle)
    _, text = frontend.run("print(6 * 7)")
    assert text.strip() == "42"
    assert not frontend.idle, "it must still be asking"


def test_a_failure_shows_on_the_card_with_its_remedy(frontend, aws):
    frontend.run(STATUS)
    aws.faults(deny=["sts:GetServiceBearerToken"])
    frontend.click()
    frontend.until(lambda: frontend.idle and "alert" in frontend.card)
    assert "sts:GetServiceBearerToken" in frontend.card
    assert "try" in frontend.card
    assert "Refresh now" in frontend.named("ButtonModel")[1]["description"]


def test_neither_card_nor_messages_hold_the_token(frontend, home):
    frontend.run(STATUS)
    frontend.click()
    frontend.until(lambda: frontend.idle and "fresh" in frontend.card)
    frontend.run(STATUS.splitlines()[1])
    [store] = (home / ".local/share/jupyter/runtime/securepypi").glob("*.json")
    secret = json.loads(store.read_text())["token"]["secret"]
    assert secret not in "".join(frontend.traffic)


def test_without_ipywidgets_the_text_is_there(aws, tmp_path):
    # A package of that name that cannot be imported stands for none.
    (tmp_path / "ipywidgets.py").write_text("raise ImportError('not installed')\n")
    frontend = Frontend(PYTHONPATH=os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    try:
        shown, _ = frontend.run(BOTH)
    finally:
        frontend.close()
    for data in shown:
        assert set(data) == {"text/html", "text/plain"}
        assert "acme/shared-pypi" in data["text/plain"]


def test_json_is_printed_without_a_card(frontend):
    displays, text = frontend.run(STATUS + " --json")
    assert displays == []
    assert json.loads(text.strip().splitlines()[-1])["state"] == "missing", (
        "where the magic loads by itself, IPython says so first"
    )


def test_a_terminal_shows_lines_of_text(aws):
    code = "for words in 'status', 'preview training': get_ipython().run_line_magic('secure_pip', words)"
    start = [sys.executable, "-m", "IPython", "--no-banner", "--quick", "--ext=jupyter_securepypi", "-c", code]
    done = subprocess.run(start, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^token +none yet$", done.stdout, re.MULTILINE)
    assert re.search(r"^The step gets:\n  USE_SECURE_PYPI=true$", done.stdout, re.MULTILINE)


def test_a_converted_notebook_shows_the_facts(aws, tmp_path):
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "cells": [
            {
                "cell_type": "code",
                "id": "a",
                "metadata": {},
                "source": BOTH,
                "outputs": [],
                "execution_count": None,
            }
        ],
    }
    (tmp_path / "one.ipynb").write_text(json.dumps(notebook))
    convert = [
        sys.executable,
        "-m",
        "nbconvert",
        "--execute",
        "--to",
        "markdown",
        "--stdout",
        str(tmp_path / "one.ipynb"),
    ]
    done = subprocess.run(convert, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "acme/shared-pypi" in done.stdout
    assert "Nothing of SageMaker reads USE_SECURE_PYPI" in done.stdout
    assert "VBox(" not in done.stdout


def test_loading_the_magic_brings_no_library():
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []
