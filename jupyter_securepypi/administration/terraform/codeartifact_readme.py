"""The README of a configuration for CodeArtifact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.providers.codeartifact.administration.api import group_arn
from ..policies import domain_arn
from .hcl import quoted
from .studio import FILE
from .templates import filled

if TYPE_CHECKING:
    from .codeartifact import CodeArtifactPlan

# Whether there are package groups → what is said where everything of public PyPI can be installed.
_OWN_NAMES = {
    True: "Packages that have your own names are kept out by `own_names`.",
    False: "Say `--protect` for your own names, or anybody may answer for them.",
}


def text(plan: CodeArtifactPlan) -> str:
    """Return the README of `plan`."""
    repository = plan.repository
    values = {
        "TITLE": f"CodeArtifact repository {repository}",
        "COMMAND": plan.command or "jupyter securepypi terraform",
        "OWNER": repository.owner,
        "ARN": repository.arn,
        "DOMAIN": repository.domain,
        "REPOSITORY": repository.name,
        "STORE": plan.store,
        "ROLE": plan.read_role,
        "ROLE_ARN": plan.read_role_arn,
        "WHO": _grantee(plan),
        "OWN_NAMES": _OWN_NAMES[bool(plan.groups)],
        "CONTENT": _content(plan),
        "STUDIO_ROW": f"| `{FILE}` | what Studio runs when an app starts |\n" if plan.studio else "",
        "READERS": _readers(plan),
        "IMPORTS": "\n".join(_imports(plan)),
    }
    upstream = ("connected" if plan.connected else "promoted") if plan.store else "closed"
    parts = {
        "UPSTREAM": filled(f"codeartifact/{upstream}.md", values),
        "STUDIO": filled("codeartifact/studio.md", values) if plan.studio else "",
        "EXISTING": "" if plan.makes_domain else filled("codeartifact/existing.md", values),
        "DESTROY": filled("codeartifact/destroy.md", values) if plan.makes_domain else "",
    }
    return filled("codeartifact/README.md", {**values, **parts})


def _content(plan: CodeArtifactPlan) -> str:
    parts = [
        ("domain, its key and its policy", plan.makes_domain),
        (f"`{plan.store}`, which takes in from public PyPI", plan.makes_store),
        (f"repository `{plan.repository.name}` and its policy", True),
        ("package groups for own names", bool(plan.groups)),
        ("read role", True),
        ("Studio's lifecycle configuration", plan.studio is not None),
    ]
    return "; ".join(words for words, wanted in parts if wanted)


def _readers(plan: CodeArtifactPlan) -> str:
    only = " All must belong to `var.organization_id`." if plan.readers.organization_id else ""
    listed = "`var.readers`" if plan.readers.roles else "All members of the organisation"
    also = ", and `var.writers` publish" if plan.writers else ""
    return f"{listed} install{also}.{only}"


def _grantee(plan: CodeArtifactPlan) -> str:
    given = {
        "--roles": ",".join(plan.readers.roles),
        "--writers": ",".join(plan.writers),
        "--organization-id": plan.readers.organization_id,
    }
    return "".join(f" {option} {value}" for option, value in given.items() if value)


def _imports(plan: CodeArtifactPlan) -> list[str]:
    repository, domain = plan.repository, domain_arn(plan.repository)
    store = repository.arn.removesuffix(repository.name) + plan.store
    ids = {
        "aws_kms_key.packages": "the key's id" if plan.makes_domain else "",
        "aws_codeartifact_domain.main": domain if plan.makes_domain else "",
        "aws_codeartifact_domain_permissions_policy.main": domain if plan.makes_domain else "",
        "aws_codeartifact_repository.store": store if plan.makes_store else "",
        "aws_codeartifact_repository.main": repository.arn,
        "aws_codeartifact_repository_permissions_policy.main": repository.arn,
        "aws_iam_role.reader": plan.read_role,
    }
    for group in plan.groups:
        ids[f"awscc_codeartifact_package_group.own_names[{quoted(group)}]"] = group_arn(repository, group)
    return [f"import {{\n  to = {to}\n  id = {quoted(one)}\n}}\n" for to, one in ids.items() if one]
