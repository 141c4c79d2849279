"""The options of ``preview`` and its answer as text, the same for command line and magic."""

from __future__ import annotations

import argparse
import json
import textwrap
from pathlib import Path

from ..core.errors import ConfigurationError, FileProblem
from .facts import HONOURED
from .preview import StepPreview, choices, preview_step
from .verdicts import Variable

SNIPPETS = ("python", "sdk_v2", "sdk_v3", "config_yaml", "json")
_WIDTH = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``preview``."""
    offered = choices()
    routes = ", ".join(route["id"] for route in offered["routes"])
    images = ", ".join(image["id"] for image in offered["images"])
    parser.add_argument("step", choices=["training", "processing"], help="the kind of step")
    parser.add_argument("--route", metavar="ROUTE", help=f"how the job is started: {routes}")
    parser.add_argument("--image", metavar="IMAGE", help=f"family of the image: {images}")
    parser.add_argument("--sdk-version", metavar="VERSION", help="of the SageMaker Python SDK, like 3.10.0")
    parser.add_argument("--requirements", metavar="FILE", help="a requirements file to look at")
    parser.add_argument("--script", metavar="FILE", help="the script that the container runs, to look at")
    parser.add_argument("--ca-repository-arn", metavar="ARN", help="the repository; else the configured one")
    parser.add_argument(
        "--role-arn", metavar="ARN", help="role that install_packages() assumes; else the configured one"
    )
    parser.add_argument(
        "--env", action="append", default=[], metavar="NAME=VALUE", help="a variable of your own"
    )
    parser.add_argument("--network-isolation", action="store_true", help="the job has no network")
    parser.add_argument(
        "--use-secure-pypi",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="install from the secure index; else as configured",
    )
    parser.add_argument("--snippet", choices=SNIPPETS, help="print this piece of code and nothing else")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def answer(options: argparse.Namespace, result: StepPreview) -> str:
    """Return `result` as `options` ask for it: as text, as JSON, or one of its snippets."""
    if options.json:
        return json.dumps(result.to_dict())
    if options.snippet:
        return str(result.snippets[options.snippet]).rstrip("\n")
    return "\n".join(preview_lines(result))


def preview_lines(result: StepPreview) -> list[str]:
    """Return `result` for people: variables with their verdicts, identity, actions, findings."""
    lines = ["The step gets:"]
    for variable in result.variables:
        lines += [f"  {variable.name}={variable.value}"]
        lines += _wrapped(f"{verdict_words(variable)}: {variable.reason}", "      ")
        if variable.source:
            lines += _wrapped(f"source: {variable.source}", "      ")
    lines += ["", *_wrapped(f"Identity: {result.identity}", "")]
    if result.actions:
        lines += _wrapped(f"It needs: {', '.join(result.actions)}", "")
    for finding in result.findings:
        lines += ["", *_wrapped(f"{finding.severity}: {finding.message}", "")]
        if finding.remedy:
            first, *code = finding.remedy.rstrip("\n").split("\n")
            lines += _wrapped(f"try   {first}", "  ")
            lines += [f"        {line}".rstrip() for line in code]
    lines += ["", f"Code for this step: --snippet {'|'.join(SNIPPETS)}"]
    return lines


def verdict_words(variable: Variable) -> str:
    """Return the verdict, with the software that honours the variable, or would have to."""
    if not variable.by:
        return variable.verdict
    return (
        f"{variable.verdict} by {variable.by}"
        if variable.verdict == HONOURED
        else f"{variable.verdict} ({variable.by})"
    )


def settled(options: argparse.Namespace) -> argparse.Namespace:
    """Return `options` with defaults for a missing route, image and version of the SDK."""
    defaults = choices()["defaults"][options.step]
    version = options.sdk_version
    if version is None and options.route is None:
        version = defaults["sdk_version"]
    chosen = {
        "route": options.route or defaults["route"],
        "image": options.image or defaults["image"],
        "sdk_version": version or "",
    }
    return argparse.Namespace(**{**vars(options), **chosen})


def for_step(options: argparse.Namespace, step: str) -> argparse.Namespace:
    """Return `options` for a step of another kind: a processing step names no repository of its own."""
    changes = {"step": step} if step == "training" else {"step": step, "ca_repository_arn": None}
    return argparse.Namespace(**{**vars(options), **changes})


def ask(options: argparse.Namespace) -> StepPreview:
    """Return the preview that `options` ask for; the files they name are read now.

    Raises:
        ConfigurationError: if an option names what does not exist, or holds a secret.
        FileProblem: if a file cannot be read.
    """
    options = settled(options)
    return preview_step(
        options.step,
        route=options.route,
        image=options.image,
        sdk_version=options.sdk_version,
        use_secure_pypi=options.use_secure_pypi,
        repository=options.ca_repository_arn,
        role=options.role_arn,
        requirements=_content(options.requirements),
        script=_content(options.script),
        network_isolation=options.network_isolation,
        existing=_variables(options.env),
    )


def _variables(words: list[str]) -> dict[str, str]:
    found = {}
    for word in words:
        name, separator, value = word.partition("=")
        if not separator or not name:
            raise ConfigurationError("An --env is not of the form NAME=VALUE.", remedy="write --env NAME=VALUE")
        found[name] = value
    return found


def _content(name: str | None) -> str | None:
    if name is None:
        return None
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise FileProblem(f"Cannot read {name}: {reason}.", remedy="check its name") from None


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
