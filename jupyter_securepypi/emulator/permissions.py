"""The decision whether a principal may act: identity policies, resource policies and explicit denials together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import AwsError
from .faults import Faults
from .policies import Verdict, decide
from .principals import Principal


def authorize(
    who: Principal,
    action: str,
    resource: str,
    faults: Faults,
    *,
    owner: str = "",
    policy: str | Mapping[str, Any] | None = None,
    context: Mapping[str, str] | None = None,
) -> None:
    """Allow `who` to perform `action` on `resource`, or refuse in AWS's words.

    Args:
        who: the caller.
        action: like ``codeartifact:GetAuthorizationToken``.
        resource: its ARN, or ``*``.
        faults: may deny actions to everybody.
        owner: the account of the resource; by default the caller's.
        policy: the resource's own policy, if it has one. For a role this is its trust policy: without its consent no
        principal assumes the role, not even from the same account.
        context: condition keys and values in addition to those of every request.

    Raises:
        AwsError: ``AccessDenied`` with the action and the resource.
    """
    owner = owner or who.account
    values = {"aws:principalarn": who.role_arn or who.arn, "aws:principalaccount": who.account}
    values |= {key.lower(): value for key, value in (context or {}).items()}
    identity = decide(who.policies(), action, resource, values)
    by_resource = decide([policy], action, resource, values, who.names) if policy else Verdict.SILENT
    if faults.denies(action) or identity is Verdict.DENY:
        raise denied(who, action, resource, "with an explicit deny in an identity-based policy")
    if by_resource is Verdict.DENY:
        raise denied(who, action, resource, "with an explicit deny in a resource-based policy")

    consent_needed = owner != who.account or action == "sts:AssumeRole"
    if consent_needed and by_resource is Verdict.SILENT:
        raise denied(who, action, resource, f"because no resource-based policy allows the {action} action")
    # In its own account, a principal that the resource policy names needs no other permission.
    named = by_resource is Verdict.ALLOW and owner == who.account
    if not named and identity is not Verdict.ALLOW:
        raise denied(who, action, resource, f"because no identity-based policy allows the {action} action")
    if who.session_policy and decide([who.session_policy], action, resource, values) is not Verdict.ALLOW:
        raise denied(who, action, resource, f"because no session policy allows the {action} action")


def denied(who: Principal, action: str, resource: str, why: str = "") -> AwsError:
    """Return the refusal; for AssumeRole it has no reason, which could reveal the roles that exist."""
    reason = "" if action == "sts:AssumeRole" or not why else f" {why}"
    message = f"User: {who.arn} is not authorized to perform: {action} on resource: {resource}{reason}"
    return AwsError("AccessDenied", message, 403)
