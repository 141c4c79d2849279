"""What the start program does on Google Cloud only: a token from the metadata server. See `start_program`.

Without google-auth, which the image may lack: the metadata server and the IAM Credentials API are plain HTTP (Compute
Engine's documentation, "Authenticate workloads"; IAM Credentials REST reference, `generateAccessToken`).
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from pathlib import Path

from .start_program import Json, Trouble


# ---- from here on it is a part of the program
def mint(options: Json) -> tuple[str, str, str]:
    """Return the repository's endpoint, and user name and access token."""
    _, project, _, location, _, name = options["repository"].split("/")
    host = os.environ.get("GCE_METADATA_HOST") or "metadata.google.internal"
    token = ask(
        "access_token",
        f"http://{host}/computeMetadata/v1/instance/service-accounts/default/token",
        {"Metadata-Flavor": "Google"},
        # The metadata server is not asked through a proxy.
        urllib.request.build_opener(urllib.request.ProxyHandler({})),
    )
    if options["role_arn"]:
        scope = {"scope": ["https://www.googleapis.com/auth/cloud-platform"], "lifetime": "900s"}
        token = ask(
            "accessToken",
            "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/"
            f"{options['role_arn']}:generateAccessToken",
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            urllib.request.build_opener(),
            json.dumps(scope).encode(),
        )
    return f"https://{location}-python.pkg.dev/{project}/{name}/", "oauth2accesstoken", token


def ask(
    name: str,
    url: str,
    headers: dict[str, str],
    opener: urllib.request.OpenerDirector,
    body: bytes | None = None,
) -> str:
    """Return the token that the answer of one call has under a name."""
    try:
        with opener.open(urllib.request.Request(url, body, headers), timeout=15) as answer:  # noqa: S310
            found = json.load(answer)
        token = found.get(name) if isinstance(found, dict) else None
        if not token or not isinstance(token, str):
            raise ValueError(f"the answer has no {name}")
        return token
    except urllib.error.HTTPError as error:
        said = error.read(2000).decode(errors="replace")
        raise Trouble(f"{url}: {error.code} {' '.join(said.split())[:300]}") from None
    except (OSError, ValueError) as error:
        raise Trouble(f"{url}: {error}") from None


def fetched(source: str, lines: list[str], folder: Path, options: Json) -> str:
    """Return the folder of wheels."""
    return source
