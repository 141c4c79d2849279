"""What the start program does on AWS only: a token of CodeArtifact, and wheels from S3. See `start_program`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from .start_program import Json, Trouble, normal


# ---- from here on it is a part of the program
def mint(options: Json) -> tuple[str, str, str]:
    """Return the repository's endpoint, and user name and token for the shortest time there is."""
    _, partition, _, region, owner, path = options["repository"].split(":")
    _, domain, name = path.split("/")
    role = options["role_arn"].replace("{partition}", partition)
    keys: Json = {}
    if "{account_id}" in role:
        account = aws(region, {}, "sts", "get_caller_identity")["Account"]
        role = role.replace("{account_id}", account)
    if role:
        answer = aws(region, {}, "sts", "assume_role", RoleArn=role, RoleSessionName="securepypi-on-start")
        keys = answer["Credentials"]
    where = {"domain": domain, "domainOwner": owner}
    token = aws(region, keys, "codeartifact", "get_authorization_token", durationSeconds=900, **where)
    try:
        wanted = {"repository": name, "format": "pypi", **where}
        url = aws(region, keys, "codeartifact", "get_repository_endpoint", **wanted)["repositoryEndpoint"]
    except Trouble:
        if partition != "aws":
            raise
        url = f"https://{domain}-{owner}.d.codeartifact.{region}.amazonaws.com/pypi/{name}"
    return url.rstrip("/") + "/", "aws", token["authorizationToken"]


def aws(region: str, keys: Json, service: str, operation: str, **request: object) -> Json:
    """Return the answer of one call."""
    import boto3
    from botocore.config import Config

    values = [keys[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")] if keys else []
    try:
        session: Any = boto3.session.Session(*values)
        client = session.client(
            service,
            region_name=region,
            endpoint_url=os.environ.get("AWS_ENDPOINT_URL_" + service.upper()) or None,
            config=Config(connect_timeout=5, read_timeout=15, retries={"mode": "standard", "max_attempts": 5}),
        )
        answer: Json = getattr(client, operation)(**request)
        return answer
    except Exception as error:  # noqa: BLE001 botocore's many kinds
        raise Trouble(f"{operation}: {type(error).__name__}: {error}") from None


def fetched(source: str, lines: list[str], folder: Path, options: Json) -> str:
    """Return the folder of wheels: `source`, or `folder` with those that `lines` pin, copied from S3."""
    if not source.startswith("s3://"):
        return source
    region = os.environ.get("AWS_REGION") or options["repository"].split(":")[3]
    bucket, _, key = source[5:].partition("/")
    if key.endswith(".whl"):
        keys = [key]
    else:
        key = key.rstrip("/") + "/" if key else ""
        answer = aws(region, {}, "s3", "list_objects_v2", Bucket=bucket, Prefix=key)
        if answer.get("IsTruncated"):
            raise Trouble(f"{source} holds more than a listing shows: use a prefix of its own")
        pinned = [re.match(r"([^=\s]+)==([^\s;]+)", line) for line in lines]
        stems = tuple(f"{normal(pin[1])}-{pin[2]}-" for pin in pinned if pin)
        keys = [item["Key"] for item in answer.get("Contents", ())]
        keys = [key for key in keys if key.endswith(".whl") and stem(key).startswith(stems)]
    for key in keys:
        body = aws(region, {}, "s3", "get_object", Bucket=bucket, Key=key)["Body"]
        (folder / key.rpartition("/")[2]).write_bytes(body.read())
    return "."


def stem(key: str) -> str:
    """Return the file name of a wheel with its distribution's name in normal form."""
    name, _, rest = key.rpartition("/")[2].partition("-")
    return f"{normal(name)}-{rest}"
