"""The roles that exist at the start, in moto's IAM."""

from __future__ import annotations

import json
from typing import Any

from moto.iam.models import iam_backends

from .callers import CALLER_ROLES

READ = {
    "Effect": "Allow",
    "Action": [
        "codeartifact:GetAuthorizationToken",
        "codeartifact:GetRepositoryEndpoint",
        "codeartifact:ReadFromRepository",
        "codeartifact:Describe*",
        "codeartifact:List*",
    ],
    "Resource": "*",
}
_BEARER = {
    "Effect": "Allow",
    "Action": "sts:GetServiceBearerToken",
    "Resource": "*",
    "Condition": {"StringEquals": {"sts:AWSServiceName": "codeartifact.amazonaws.com"}},
}
_PUBLISH = {
    "Effect": "Allow",
    "Action": "codeartifact:PublishPackageVersion",
    "Resource": "*",
}


def seed_roles(partition: str, home: str, partner: str) -> None:
    """Make the roles of the accounts `home` and `partner`, or make them again as they were."""
    trust_home = {"AWS": f"arn:{partition}:iam::{home}:root"}
    trust_partner = {"AWS": f"arn:{partition}:iam::{partner}:root"}
    trust_sagemaker = {"Service": "sagemaker.amazonaws.com"}
    assume = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Resource": f"arn:{partition}:iam::*:role/SecurePyPI*",
    }
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    _role(partition, home, CALLER_ROLES["reader"], trust_sagemaker, [READ, _BEARER, assume], hours=12)
    _role(partition, home, f"SecurePyPIReadRole_{partner}", trust_home, [READ, _BEARER])
    _role(partition, partner, f"SecurePyPIReadRole_{home}", trust_home, [READ, _BEARER])
    _role(partition, home, "SecurePyPIPublishRole", trust_home, [READ, _BEARER, _PUBLISH])
    _role(partition, home, "SecurePyPINobodyRole", trust_home, [])
    _role(partition, home, "AdministratorRole", trust_home, [everything])
    _role(partition, home, "SecurePyPIForeignRole", trust_partner, [READ, _BEARER])


def _role(
    partition: str,
    account: str,
    name: str,
    trust: dict[str, str],
    statements: list[dict[str, Any]],
    hours: int = 1,
) -> None:
    backend = iam_backends[account][partition]
    for role in [role for role in backend.get_roles() if role.name == name]:
        del backend.roles[role.id]
    document = {"Effect": "Allow", "Principal": trust, "Action": "sts:AssumeRole"}
    role = backend.create_role(
        role_name=name,
        assume_role_policy_document=json.dumps({"Version": "2012-10-17", "Statement": [document]}),
        path="/",
        permissions_boundary=None,
        description="",
        tags=[],
        max_session_duration=str(hours * 3600),
    )
    if statements:
        role.put_policy("permissions", json.dumps({"Version": "2012-10-17", "Statement": statements}))
