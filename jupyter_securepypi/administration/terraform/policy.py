"""One policy as one Terraform resource."""

from __future__ import annotations

from ..policies import PolicyPurpose, document
from .hcl import References, expression, quoted

# kind → resource, the argument that holds the policy, and those that say whose policy it is.
_IDENTITY = ("aws_iam_policy", "policy", ("name",))
_RESOURCES = {
    "read-role-trust": ("aws_iam_role", "assume_role_policy", ("name",)),
    "domain-policy": (
        "aws_codeartifact_domain_permissions_policy",
        "policy_document",
        ("domain", "domain_owner"),
    ),
    "repository-policy": (
        "aws_codeartifact_repository_permissions_policy",
        "policy_document",
        ("domain", "domain_owner", "repository"),
    ),
}


def terraform(kind: str, purpose: PolicyPurpose) -> str:
    """Return the policy of `kind`, a key of `policies.KINDS`, as one resource.

    Raises:
        ConfigurationError: if something is missing that the kind needs.
    """
    repository = purpose.repository
    resource, argument, whose = _RESOURCES.get(kind, _IDENTITY)
    values = {
        "name": f"secure-pypi-{kind}-{repository.domain}",
        "domain": repository.domain,
        "domain_owner": repository.owner,
        "repository": repository.name,
    }
    width = max(map(len, whose))
    lines = [f"  {name:{width}} = {quoted(values[name])}" for name in whose]
    lines.append(f"  {argument} = {encoded(kind, purpose)}")
    label = "secure_pypi_" + kind.replace("-", "_")
    return f'resource "{resource}" "{label}" {{\n' + "\n".join(lines) + "\n}\n"


def encoded(kind: str, purpose: PolicyPurpose, references: References | None = None) -> str:
    """Return the call of jsonencode with the policy of `kind`, as the value of an argument of a resource.

    Raises:
        ConfigurationError: if something is missing that the kind needs.
    """
    text = f"jsonencode({expression(document(kind, purpose), references)})"
    return text.replace("\n", "\n  ")
