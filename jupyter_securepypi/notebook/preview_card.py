"""The card of `%secure_pip preview`: the panel's form and table, for notebooks without the panel."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..core.errors import SecurePyPIError
from ..core.finding import Finding
from ..core.foreign_text import for_html
from ..sagemaker.parser import ask, for_step, settled, verdict_words
from ..sagemaker.preview import StepPreview, choices
from ..sagemaker.routes import find_image, find_route
from ..sagemaker.verdicts import Variable
from .cards import ALARM, CALM, CAUTION, PLAIN, alert, verdict

if TYPE_CHECKING:
    from ipywidgets import VBox

_STEPS = (("Training", "training"), ("Processing", "processing"))
_FORMATS = (
    ("Python", "python"),
    ("SDK v2", "sdk_v2"),
    ("SDK v3", "sdk_v3"),
    ("config.yaml", "config_yaml"),
    ("JSON", "json"),
)
_VERDICTS = {"honoured": ("✓", CALM), "ignored": ("✕", ALARM), "unknown": ("?", PLAIN)}
_SEVERITIES = {
    "error": ("✕", "Error", ALARM),
    "warning": ("▲", "Warning", CAUTION),
    "info": ("", "Note", PLAIN),
}
_CODE = (
    "<style>.securepypi-code textarea "
    "{ font-family: var(--jp-code-font-family, monospace); font-size: 12px; white-space: pre }</style>"
)
_CELL = "text-align: left; vertical-align: top; padding: 4px 12px 4px 0"
_WIDTHS = {
    "Variable": "white-space: nowrap",
    "Value": "overflow-wrap: anywhere; min-width: 10em",
    "Verdict": "min-width: 11em",
    "Reason": "min-width: 14em",
}


class PreviewCard:
    """Form, variables with their verdicts, findings, and code to copy.

    Args:
        options: what the magic was asked for; files that it names are read again at each look.
        result: the preview of that.

    Raises:
        ImportError: if ipywidgets is not installed.
    """

    def __init__(self, options: Namespace, result: StepPreview) -> None:
        from ipywidgets import HTML, Button, Checkbox, Dropdown, Text, Textarea, VBox

        look: dict[str, Any] = {"style": {"description_width": "8em"}, "layout": {"width": "32em"}}
        asked = settled(options)
        route = find_route(asked.route, asked.step, asked.sdk_version)
        self._given = options
        self._offered = choices()
        self._filling = False
        self._step = Dropdown(description="Step", options=_STEPS, value=asked.step, **look)
        self._route = Dropdown(
            description="Started with", options=self._routes(asked.step), value=route.id, **look
        )
        images = [(image["label"], image["id"]) for image in self._offered["images"]]
        self._image = Dropdown(description="Image", options=images, value=find_image(asked.image).id, **look)
        self._version = Text(
            description="SDK version",
            value=asked.sdk_version,
            placeholder="the newest",
            continuous_update=False,
            disabled=not route.sdk,
            **look,
        )
        secure = result.environment.get("USE_SECURE_PYPI") == "true"
        self._secure = Checkbox(description="use_secure_pypi", value=secure, **look)
        self._again = Button(
            description="Refresh",
            icon="refresh",
            tooltip="Work it out again, from the files and the configuration as they are now",
            layout={"width": "auto", "align_self": "flex-start"},
        )
        self._facts = HTML()
        self._format = Dropdown(description="Copy as", options=_FORMATS, **look)
        self._code = Textarea(description="Code", style=look["style"], layout={"width": "auto"})
        self._code.add_class("securepypi-code")
        self._snippets = result.snippets
        self._fill(result)

        for field in (self._step, self._route, self._image, self._version, self._secure):
            field.observe(self._changed, names="value")
        self._format.observe(lambda change: self._write_code(), names="value")
        self._again.on_click(lambda button: self._look())
        style = HTML(_CODE, layout={"display": "none"})
        form = (self._step, self._route, self._image, self._version, self._secure, self._again)
        self.widget: VBox = VBox([*form, self._facts, self._format, self._code, style])

    def _routes(self, step: str) -> list[tuple[str, str]]:
        return [(route["label"], route["id"]) for route in self._offered["routes"] if step in route["steps"]]

    def _changed(self, change: Any) -> None:
        """Follow a field: another step brings its own route and image, another route its SDK's version."""
        if self._filling:
            return
        self._filling = True
        try:
            if change.owner is self._step:
                defaults = self._offered["defaults"][self._step.value]
                self._route.options = self._routes(self._step.value)
                self._route.value, self._image.value = defaults["route"], defaults["image"]
                self._version.value = defaults["sdk_version"]
            elif change.owner is self._route and not self._version.value.startswith(f"{self._sdk}."):
                self._version.value = ""
            self._version.disabled = not self._sdk
        finally:
            self._filling = False
        self._look()

    @property
    def _sdk(self) -> str:
        """The SDK's major version on the chosen route; empty for none."""
        return find_route(self._route.value).sdk

    def _look(self) -> None:
        """Work the preview out again."""
        asked = for_step(self._given, self._step.value)
        asked.route, asked.image = self._route.value, self._image.value
        asked.sdk_version, asked.use_secure_pypi = self._version.value.strip(), self._secure.value
        try:
            self._fill(ask(asked))
        except SecurePyPIError as error:
            self._facts.value, self._snippets = alert(str(error)), {}
            self._write_code()

    def _fill(self, result: StepPreview) -> None:
        self._facts.value, self._snippets = facts(result), result.snippets
        self._write_code()

    def _write_code(self) -> None:
        text = self._snippets.get(self._format.value, "").rstrip("\n")
        self._code.value, self._code.rows = text, min(24, text.count("\n") + 2)


def facts(result: StepPreview) -> str:
    """Return a preview as HTML: variables, findings, and the rest in a fold."""
    rows = "".join(map(_row, result.variables))
    head = "".join(_cell("th", name, name) for name in _WIDTHS)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    notes = [finding for finding in result.findings if finding.severity == "info"]
    problems = [finding for finding in result.findings if finding.severity != "info"]
    more = [f"<p>Who asks: {for_html(result.identity)}</p>"]
    if result.actions:
        actions = ", ".join(f"<code>{for_html(action)}</code>" for action in result.actions)
        more.append(f"<p>Permissions it needs: {actions}</p>")
    more += [_findings(notes), _sources(result.variables)]
    return (
        '<div role="group" aria-label="Step environment" style="line-height: 1.4">'
        f"{table if rows else '<p>The step gets no variables.</p>'}{_findings(problems)}"
        f"<details><summary>More about the step</summary>{''.join(more)}</details></div>"
    )


def _row(variable: Variable) -> str:
    mark, colour = _VERDICTS[variable.verdict]
    contents = {
        "Value": f"<code>{for_html(variable.value)}</code>",
        "Verdict": verdict(mark, verdict_words(variable), colour),
        "Reason": for_html(variable.reason),
    }
    cells = "".join(_cell("td", column, content) for column, content in contents.items())
    return f"<tr>{_cell('th', 'Variable', f'<code>{for_html(variable.name)}</code>')}{cells}</tr>"


def _cell(tag: str, column: str, content: str) -> str:
    return f'<{tag} style="{_CELL}; {_WIDTHS[column]}">{content}</{tag}>'


def _findings(findings: Iterable[Finding]) -> str:
    items = []
    for finding in findings:
        mark, word, colour = _SEVERITIES[finding.severity]
        remedy, _, code = finding.remedy.rstrip("\n").partition("\n")
        text = f"{verdict(mark, word, colour)}: {for_html(finding.message)}"
        text += f"<br>try: {for_html(remedy)}" if remedy else ""
        text += f"<pre>{for_html(code)}</pre>" if code else ""
        items.append(f'<li style="margin: 4px 0">{text}</li>')
    return f'<ul style="list-style: none; padding-left: 0">{"".join(items)}</ul>' if items else ""


def _sources(variables: Iterable[Variable]) -> str:
    known = [variable for variable in variables if variable.source]
    items = "".join(f"<li>{for_html(found.name)}: {for_html(found.source)}</li>" for found in known)
    return f"<p>Where the verdicts were read:</p><ul>{items}</ul>" if items else ""
