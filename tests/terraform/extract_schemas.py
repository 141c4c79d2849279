"""Write `schemas.json`: what the published Terraform providers say of the resources that we describe.

    npm pack @cdktf/provider-aws@21.22.1 @cdktf/provider-google@16.12.1
    pip download --no-deps cfn-lint==1.20.0
    python extract_schemas.py *.tgz *.whl

The two npm packages are generated from the schemas of the providers aws 6.25 and google. The provider awscc is made
from CloudFormation's schemas, which that version of cfn-lint brings. An attribute is ``required``, ``optional`` or
``computed``; the packages do not say of an optional one whether the provider computes it where it is left out.
"""

from __future__ import annotations

import json
import re
import sys
import tarfile
import zipfile
from pathlib import Path

AWS = (
    "codeartifact-domain",
    "codeartifact-domain-permissions-policy",
    "codeartifact-repository",
    "codeartifact-repository-permissions-policy",
    "data-aws-codeartifact-repository-endpoint",
    "iam-role",
    "iam-role-policy",
    "kms-key",
    "sagemaker-studio-lifecycle-config",
)
GOOGLE = ("artifact-registry-repository", "artifact-registry-repository-iam-member")
GROUP = "cfnlint/data/schemas/providers/us_east_1/aws-codeartifact-packagegroup.json"
_TYPES = {
    "String": "string",
    "Number": "number",
    "Boolean": "bool",
    "StringMap": ["map", "string"],
    "List": ["list", "string"],
}
_CLASS = re.compile(r"^class (\w+) extends cdktf\.(\w+) \{(.*?)^\}", re.DOTALL | re.MULTILINE)
_GETTER = re.compile(r"get (\w+)\(\) \{\s*return (cdktf\.Fn\.tolist\()?this\.get(\w+)Attribute\('(\w+)'\)")
_BLOCK = re.compile(r'this\._(\w+) = new (\w+?)(OutputReference|List)\(this, "(\w+)"(?:, (true|false))?\)')
_INTERFACE = r"export interface {}(?: extends [\w.]+)? \{{(.*?)^\}}"


class Module:
    """One resource or data source of a package that cdktf has generated."""

    def __init__(self, code: str, declarations: str) -> None:
        self.code = code
        self.classes = {name: (base, body) for name, base, body in _CLASS.findall(code)}
        self.declarations = declarations

    def schema(self) -> tuple[str, str, dict]:
        """Return ``resources`` or ``data``, the type's name, and its schema."""
        for name, (base, body) in self.classes.items():
            if base in ("TerraformResource", "TerraformDataSource"):
                kind = re.search(rf'^{name}\.tfResourceType = "(\w+)"', self.code, re.MULTILINE)
                where = "resources" if base == "TerraformResource" else "data"
                assert kind is not None, name
                return where, kind[1], self.block(body, f"{name}Config")
        raise SystemExit("no resource found")

    def block(self, body: str, interface: str) -> dict:
        given = self.given(interface)
        attributes = {}
        for camel, is_set, kind, name in _GETTER.findall(body):
            found = _TYPES[kind]
            found = ["set", "string"] if is_set else found
            mode = given.get(camel, "computed")
            attributes[name] = {"type": found, mode: True}
        blocks = {}
        for camel, struct, form, name, wraps in _BLOCK.findall(body):
            if camel not in given:
                continue  # what is computed, and cannot be written
            inner = self.classes[f"{struct}OutputReference"][1]
            nesting: dict[str, object] = {"nesting": "set" if wraps == "true" else "list"}
            if form == "OutputReference":
                nesting = {
                    "nesting": "single" if name == "timeouts" else "list",
                    "max_items": 1,
                }
            blocks[name] = {**nesting, given[camel]: True, **self.block(inner, struct)}
        return {"attributes": attributes, "blocks": blocks} if blocks else {"attributes": attributes}

    def given(self, interface: str) -> dict[str, str]:
        found = re.search(_INTERFACE.format(interface), self.declarations, re.DOTALL | re.MULTILINE)
        assert found is not None, interface
        members = re.findall(r"^    readonly (\w+)(\?)?:", found[1], re.MULTILINE)
        return {name: "optional" if mark else "required" for name, mark in members}


def _text(archive: tarfile.TarFile, name: str) -> str:
    file = archive.extractfile(name)
    assert file is not None, name
    return file.read().decode()


def of_package(path: Path, names: tuple[str, ...]) -> dict:
    found: dict = {"resources": {}, "data": {}}
    with tarfile.open(path) as archive:
        for name in names:
            code, declarations = (_text(archive, f"package/lib/{name}/index.{end}") for end in ("js", "d.ts"))
            where, kind, schema = Module(code, declarations).schema()
            found[where][kind] = schema
    return {"source": f"npm {path.name}", **{where: one for where, one in found.items() if one}}


def of_cloudformation(path: Path) -> dict:
    with zipfile.ZipFile(path) as archive:
        schema = json.loads(archive.read(GROUP))
    root = {"properties": schema["properties"], "required": schema["required"]}
    read_only = [one.rpartition("/")[2] for one in schema["readOnlyProperties"]]
    attributes = _attributes(root, schema["definitions"], read_only)
    attributes["id"] = {"type": "string", "computed": True}
    resource = {"awscc_codeartifact_package_group": {"attributes": attributes}}
    return {"source": f"PyPI {path.name}, {schema['typeName']}", "resources": resource}


def _attributes(part: dict, definitions: dict, read_only: list[str]) -> dict:
    found = {}
    for name, one in part["properties"].items():
        mode = "required" if name in part.get("required", ()) else "optional"
        mode = "computed" if name in read_only else mode
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        found[snake] = {**_type(one, definitions), mode: True}
    return found


def _type(one: dict, definitions: dict) -> dict:
    if "$ref" in one:
        inner = definitions[one["$ref"].rpartition("/")[2]]
        return {"nested": "single", "attributes": _attributes(inner, definitions, [])}
    if one["type"] == "array":
        items = _type(one["items"], definitions)
        if "type" in items:
            return {"type": ["list", items["type"]]}
        return {**items, "nested": "set"}
    return {"type": one["type"]}


def main(paths: list[str]) -> None:
    found = {}
    for path in map(Path, paths):
        if "provider-aws" in path.name:
            found["aws"] = of_package(path, AWS)
        elif "provider-google" in path.name:
            found["google"] = of_package(path, GOOGLE)
        else:
            found["awscc"] = of_cloudformation(path)
    text = json.dumps(found, indent=1, sort_keys=True)
    # An attribute a line.
    text = re.sub(r"\{\s+([^{}]*?)\s+\}", lambda one: "{" + re.sub(r"\s+", " ", one[1]) + "}", text)
    Path(__file__).with_name("schemas.json").write_text(text + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
