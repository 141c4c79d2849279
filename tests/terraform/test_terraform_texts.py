"""A text is that text to the real Terraform, whatever is in it."""

from __future__ import annotations

import pytest
from real_terraform import Terraform, terraform_python

from jupyter_securepypi.administration.terraform.hcl import expression, quoted

__all__ = ["terraform_python"]
TEXTS = [
    "plain",
    'a "quoted" one \\ with a backslash, and \\n that is none',
    "${file(x)} and %{ if true } and $ and % and $$ and {",
    "lines\nand\ttabs\r\b\f\x1b",
    "Müller \N{SNOWMAN} \N{PILE OF POO}",
]


@pytest.fixture
def terraform(terraform_python, tmp_path):
    folder = tmp_path / "configuration"
    folder.mkdir()
    return Terraform(terraform_python, folder, tmp_path / "scratch", {})


def test_a_text_is_never_an_expression(terraform):
    value = {"texts": TEXTS, "a key": {"a:b": 1, "c": [{"d": True}, {}], "e": None, "f": []}}
    lines = [f'output "text{number}" {{\n  value = {quoted(text)}\n}}\n' for number, text in enumerate(TEXTS)]
    body = expression(value).replace("\n", "\n  ")
    lines.append(f'output "value" {{\n  value = {body}\n}}\n')
    (terraform.folder / "main.tf").write_text("\n".join(lines))
    assert terraform.formatted()
    terraform.apply()
    found = terraform.outputs()
    assert [found[f"text{number}"] for number in range(len(TEXTS))] == TEXTS
    assert found["value"] == value
