"""The card of `%secure_pip preview`: a form and its answer by the widget protocol alone, as in VS Code."""

from __future__ import annotations

import json

import pytest
from notebook_support import VIEW, Frontend

ARN = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
PREVIEW = "%secure_pip preview training --route v3-model-trainer --image pytorch --sdk-version 3.10.0"


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    found = Frontend(CA_REPOSITORY_ARN=ARN, HOME=str(home), JUPYTER_CONFIG_DIR=str(home / ".jupyter"))
    found.run("%load_ext jupyter_securepypi")
    yield found
    found.close()


@pytest.fixture
def frontend(kernel):
    kernel.widgets.clear()
    return kernel


def code(frontend):
    return frontend.named("TextareaModel")[1]["value"]


def test_one_display_serves_widgets_html_and_text(frontend):
    [data], _ = frontend.run(PREVIEW)
    assert set(data) == {VIEW, "text/html", "text/plain"}
    assert data["text/html"] == frontend.card
    for shown in (data["text/html"], data["text/plain"]):
        assert ARN in shown
        assert "honoured by install_requirements.py of the SDK" in " ".join(shown.split())
        assert "codeartifact:GetAuthorizationToken" in shown
        assert "hands the token to pip" in shown


def test_another_image_changes_verdict_and_code(frontend):
    frontend.run("%secure_pip preview training --route v2-estimator --image pytorch")
    assert "honoured by" in frontend.card
    frontend.choose("Image", "XGBoost")
    frontend.until(lambda: "honoured by" not in frontend.card)
    assert "ignored" in frontend.card


def test_another_step_brings_its_own_routes_and_no_repository(frontend):
    frontend.run(f"{PREVIEW} --ca-repository-arn {ARN}")
    frontend.choose("Step", "Processing")
    frontend.until(lambda: "SECURE_PYPI_INDEX" in frontend.card and "CA_REPOSITORY_ARN" not in code(frontend))
    labels = frontend.labelled("Started with")[1]["_options_labels"]
    assert "SDK v3 FrameworkProcessor" in labels
    assert "SDK v3 ModelTrainer" not in labels
    frontend.choose("Step", "Training")
    frontend.until(lambda: "CA_REPOSITORY_ARN" in code(frontend))


def test_a_route_of_the_other_sdk_forgets_the_version(frontend):
    frontend.run(PREVIEW)
    frontend.choose("Started with", "SDK v2 Estimator")
    frontend.until(lambda: frontend.labelled("SDK version")[1]["value"] == "")
    frontend.until(lambda: "install_requirements.py" not in frontend.card)
    assert "honoured by" in frontend.card
    assert "alert" not in frontend.card


def test_a_version_that_is_none_is_a_problem_with_a_remedy(frontend):
    frontend.run(PREVIEW)
    frontend.fill("SDK version", "newest")
    frontend.until(lambda: "alert" in frontend.card)
    assert "no version of the SageMaker Python SDK" in frontend.card
    assert "try" in frontend.card
    frontend.until(lambda: code(frontend) == "")
    frontend.fill("SDK version", "3.10.0")
    frontend.until(lambda: "alert" not in frontend.card and code(frontend))


def test_refresh_reads_the_files_again(frontend, tmp_path):
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("acme-core\n")
    frontend.run(f"{PREVIEW} --requirements {requirements}")
    assert "opens a second source" not in frontend.card
    requirements.write_text("acme-core\n--extra-index-url https://packages.example.com/simple\n")
    frontend.click()
    frontend.until(lambda: "opens a second source" in frontend.card)
    requirements.unlink()
    frontend.click()
    frontend.until(lambda: "alert" in frontend.card)
    assert str(requirements) in frontend.card


def test_the_code_to_copy_follows_format_and_form(frontend):
    frontend.run(PREVIEW)
    variables = {}
    exec(code(frontend), variables)
    frontend.choose("Copy as", "JSON")
    frontend.until(lambda: code(frontend).startswith("{"))
    assert json.loads(code(frontend))["Environment"] == variables["environment"]
    assert variables["environment"]["CA_REPOSITORY_ARN"] == ARN
    frontend.fill("use_secure_pypi", False)
    frontend.until(lambda: "CA_REPOSITORY_ARN" not in code(frontend))


def test_what_the_user_wrote_is_text_and_not_markup(frontend):
    [data], _ = frontend.run(f"{PREVIEW} --env 'OWN=<script>alert(1)</script>'")
    assert "&lt;script&gt;" in frontend.card
    assert "<script" not in frontend.card + data["text/html"]


@pytest.mark.parametrize("option", ["--json", "--snippet json"])
def test_what_is_asked_for_programs_is_printed_without_a_card(frontend, option):
    displays, text = frontend.run(f"{PREVIEW} {option}")
    assert displays == []
    assert "CA_REPOSITORY_ARN" in json.dumps(json.loads(text))
