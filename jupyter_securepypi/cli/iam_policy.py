"""``iam-policy``: print a policy for the configured repository."""

from __future__ import annotations

import argparse
import json
import re
import sys

from ..administration.bindings import ROLES, as_commands, as_json, binding
from ..administration.policies import KINDS, Grantee, PolicyPurpose, document
from ..administration.terraform.policy import terraform
from ..config import SecurePyPI, load_options
from ..core.errors import ConfigurationError
from ..core.providers.artifact_registry.repository import Repository as GoogleRepository
from ..core.providers.codeartifact.repository import Repository
from ..core.providers.registry import repository_of
from ..sagemaker.repository import configured_repository


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    purposes = "; ".join(f"{name}: {kind.purpose}" for name, kind in KINDS.items())
    purposes += f"; for Artifact Registry: {', '.join(ROLES)} (who may be the service account that installs)"
    parser.add_argument("kind", choices=list(dict.fromkeys([*KINDS, *ROLES])), metavar="KIND", help=purposes)
    parser.add_argument("--repository-arn", metavar="ARN", help="default: the configured repository")
    parser.add_argument("--role-arn", metavar="ARN", help="role to assume; default: the configured one")
    parser.add_argument("--account", metavar="ID", default="", help="account that {account_id} stands for")
    parser.add_argument(
        "--upstream",
        "--from",
        metavar="ARN",
        action="append",
        default=[],
        help="another repository to read, to promote from, or that the one to protect has above it; repeatable",
    )
    parser.add_argument(
        "--member",
        metavar="MEMBER",
        action="append",
        default=[],
        help="for Artifact Registry: who is let in; repeatable",
    )
    parser.add_argument("--roles", metavar="ARN,ARN", default="", help="who is let in, by ARN")
    parser.add_argument(
        "--writers",
        metavar="ARN,ARN",
        default="",
        help="whom the repository's policy also lets publish, by ARN",
    )
    parser.add_argument(
        "--organization-id", metavar="o-...", default="", help="let in this organisation, or its --roles only"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the policy document; the default for AWS")
    form.add_argument("--terraform", action="store_true", help="print a Terraform resource")


def run(options: argparse.Namespace) -> int:
    """Print the policy; if it needs a counterpart, say so on standard error."""
    configured = load_options()
    given = options.repository_arn
    named = repository_of(given or configured.repository) if given or configured.repository else None
    if isinstance(named, GoogleRepository):
        return _bind(options, configured, named)
    if options.kind not in KINDS:
        raise ConfigurationError(
            f"There is no policy {options.kind!r} for this repository.", remedy=f"there are {', '.join(KINDS)}"
        )
    repository = Repository.parse(given) if given else configured_repository(configured)
    if options.account and not re.fullmatch(r"\d{12}", options.account, re.ASCII):
        raise ConfigurationError(f"This is not an account: {options.account!r}.", remedy="give its 12 digits")
    purpose = PolicyPurpose(
        repository=repository,
        role_arn=configured.role_arn if options.role_arn is None else options.role_arn,
        account=options.account,
        upstreams=tuple(Repository.parse(arn) for arn in options.upstream),
        grantee=Grantee(_arns(options.roles), options.organization_id),
        writers=_arns(options.writers),
    )
    print(
        terraform(options.kind, purpose)
        if options.terraform
        else json.dumps(document(options.kind, purpose), indent=2)
    )
    if options.kind in ("reader", "publisher", "execution-role"):
        print(
            f"Callers outside account {repository.owner} also need the owner's consent: domain-policy and "
            "repository-policy print it.",
            file=sys.stderr,
        )
    return 0


def _bind(options: argparse.Namespace, configured: SecurePyPI, repository: GoogleRepository) -> int:
    if options.terraform:
        raise ConfigurationError(
            "This command prints no Terraform for Artifact Registry.",
            remedy="`jupyter securepypi terraform` writes repository and members; or leave --terraform out",
        )
    account = configured.role_arn if options.role_arn is None else options.role_arn
    found = binding(options.kind, repository, options.member, account)
    print(json.dumps(as_json(found), indent=2) if options.json else as_commands(found))
    return 0


def _arns(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())
