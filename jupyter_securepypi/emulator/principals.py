"""The callers: users and role sessions with their keys, from moto's IAM and STS."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from .world import World


@dataclass(frozen=True)
class Principal:
    """A user or a role session; its repr shows no key.

    Attributes:
        arn: the ARN that GetCallerIdentity returns.
        user_id: the unique id; for a session, its name follows.
        secret_key: the key that signs its requests.
        session_token: the third part of temporary credentials, or an empty string.
        expires_at: epoch seconds by this machine's clock, or None for a user.
        role_arn: the role of a session; empty for a user.
        session_policy: JSON text that narrows the session, or an empty string.
    """

    arn: str
    account: str
    partition: str
    user_id: str
    name: str
    access_key: str
    secret_key: str
    session_token: str = ""
    expires_at: float | None = None
    role_arn: str = ""
    session_policy: str = ""

    def __repr__(self) -> str:
        return f"Principal({self.arn})"

    @property
    def seconds_left(self) -> float:
        """Seconds until the credentials end; infinite for a user."""
        return float("inf") if self.expires_at is None else max(0.0, self.expires_at - time.time())

    @property
    def names(self) -> tuple[frozenset[str], frozenset[str]]:
        """The names in a resource policy that mean this principal, and those that mean its account."""
        account = frozenset({self.account, f"arn:{self.partition}:iam::{self.account}:root"})
        return frozenset({self.arn, self.role_arn} - {""}), account

    def policies(self) -> list[str]:
        """Return the identity-based policy documents in force now, as JSON texts."""
        backend = iam_backends[self.account][self.partition]
        holders: list[Any]
        if self.role_arn:
            holders = [role for role in list(backend.get_roles()) if role.arn == self.role_arn]
        else:
            user = backend.users.get(self.name)
            holders = [] if user is None else [user, *backend.get_groups_for_user(self.name)]
        return [document for holder in holders for document in _documents(holder)]


def _documents(holder: Any) -> list[str]:
    managed = [
        version.document
        for policy in list(holder.managed_policies.values())
        for version in policy.versions
        if version.is_default
    ]
    return [*list(holder.policies.values()), *managed]


class Keyring:
    """Finds principals by access key, and opens role sessions."""

    def __init__(self, world: World, marker: str = "") -> None:
        self._world = world
        self._marker = marker
        self._sessions: dict[str, Principal] = {}

    def find(self, access_key: str) -> Principal | None:
        """Return the principal with `access_key`, or None if there is none."""
        return self._sessions.get(access_key) or self._user(access_key)

    def find_role(self, arn: str) -> Any | None:
        """Return moto's role `arn`, or None if it does not exist in the two accounts."""
        for account in self._world.accounts:
            for role in list(iam_backends[account][self._world.home.partition].get_roles()):
                if role.arn == arn:
                    return role
        return None

    def open_session(self, role: Any, name: str, seconds: float, policy: str = "") -> Principal:
        """Return a new session of moto's `role` that lasts `seconds`."""
        home = self._world.home
        assumed = sts_backends[role.account_id][home.partition].assume_role(
            region_name=home.region,
            role_session_name=name,
            role_arn=role.arn,
            policy=policy,
            duration=int(seconds),
            external_id="",
        )
        if self._marker:
            assumed.secret_access_key = (self._marker + assumed.secret_access_key)[: max(40, len(self._marker))]
        session = Principal(
            arn=assumed.arn,
            account=role.account_id,
            partition=home.partition,
            user_id=assumed.user_id,
            name=name,
            access_key=assumed.access_key_id,
            secret_key=assumed.secret_access_key,
            session_token=assumed.session_token,
            expires_at=time.time() + seconds,
            role_arn=role.arn,
            session_policy=policy,
        )
        self._sessions[session.access_key] = session
        return session

    def _user(self, access_key: str) -> Principal | None:
        for account in self._world.accounts:
            backend = iam_backends[account][self._world.home.partition]
            key = backend.access_keys.get(access_key)
            user = backend.users.get(key.user_name) if key is not None and key.user_name else None
            if key is None or user is None or key.status != "Active":
                continue
            return Principal(
                arn=user.arn,
                account=account,
                partition=self._world.home.partition,
                user_id=user.id,
                name=user.name,
                access_key=access_key,
                secret_key=key.secret_access_key,
            )
        return None
