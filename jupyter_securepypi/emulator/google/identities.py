"""Application default credentials of every kind, as files that google-auth reads, for identities of this world."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from .names import IAM, OAUTH, STS
from .world import NUMBER, PROJECT, USER

KINDS = ("metadata", "key", "user", "federation", "impersonated", "none")
"""Kinds of application default credentials; ``metadata`` is a metadata server, ``none`` has none at all."""
AUDIENCE = f"//iam.googleapis.com/projects/{NUMBER}/locations/global/workloadIdentityPools/ci/providers/builds"


class Identities:
    """Credentials, below `folder`.

    Args:
        folder: where the files go.
        marker: text that is literally in every secret, so that a scan finds a leaked part of it.
    """

    def __init__(self, folder: Path, marker: str = "") -> None:
        self._folder = folder
        self._key: rsa.RSAPrivateKey | None = None
        self.refresh_token = f"1//{marker}{secrets.token_urlsafe(64)}"
        self.subject_token = f"{marker}{secrets.token_urlsafe(64)}"

    def public_key(self) -> bytes:
        """Return the key that assertions are checked with, in PEM form."""
        return (
            self._private()
            .public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )

    def file(self, kind: str, email: str) -> Path:
        """Write the credentials of a kind, and return their file.

        Args:
            kind: one of `KINDS` with a file.
            email: the service account of a key, or the one to impersonate.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{kind}-{email.partition('@')[0]}.json"
        path.write_text(json.dumps(self._content(kind, email)))
        path.chmod(0o600)
        return path

    def _content(self, kind: str, email: str) -> dict[str, Any]:
        impersonation = f"https://{IAM}/v1/projects/-/serviceAccounts/{email}:generateAccessToken"
        if kind == "key":
            return self._key_file(email)
        if kind == "user":
            return self._user()
        if kind == "impersonated":
            kinds = {"type": "impersonated_service_account", "service_account_impersonation_url": impersonation}
            return {**kinds, "delegates": [], "source_credentials": self._user()}
        token = self._folder / "subject-token"
        token.write_text(self.subject_token)
        return {
            "type": "external_account",
            "audience": AUDIENCE,
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",  # nosec B105
            "token_url": f"https://{STS}/v1/token",
            "credential_source": {"file": str(token)},
        }

    def _key_file(self, email: str) -> dict[str, Any]:
        pem = self._private().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "made-up",
            "private_key": pem.decode(),
            "client_email": email,
            "client_id": "1",
            "token_uri": f"https://{OAUTH}/token",
        }

    def _user(self) -> dict[str, Any]:
        return {
            "type": "authorized_user",
            "client_id": "made-up.apps.example.com",
            "client_secret": "made-up",  # nosec B105
            "refresh_token": self.refresh_token,
            "account": USER,
        }

    def _private(self) -> rsa.RSAPrivateKey:
        if self._key is None:
            self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return self._key
