"""The certificate authorities that the AWS SDK trusts, so that our own requests to AWS succeed and fail as its do.

This imports the SDK, so it is for child processes only.
"""

from __future__ import annotations

import os
from pathlib import Path

from ...errors import ConfigurationError
from ...proxy_and_trust import ProxyAndTrust


def as_the_sdk_does(profile: str) -> ProxyAndTrust:
    """Return how botocore reaches AWS: environment variables name the proxy, and one file has the authorities.

    The file is AWS_CA_BUNDLE or `ca_bundle` in the profile, else REQUESTS_CA_BUNDLE, else Mozilla's authorities.
    The system's do not count (botocore's ``session.py``, ``endpoint.py`` and ``httpsession.py``).

    Args:
        profile: a profile of the SDK's configuration; empty for the default one.

    Raises:
        ConfigurationError: the file that is named cannot be read.
    """
    own, shared = _configured(profile), os.environ.get("REQUESTS_CA_BUNDLE", "")
    named = own or shared
    if not named:
        return ProxyAndTrust(authorities=_mozilla())
    by = "AWS_CA_BUNDLE, or `ca_bundle` in the AWS configuration," if own else "REQUESTS_CA_BUNDLE"
    try:
        content = Path(named).read_bytes()
    except OSError as error:
        # A folder fails here too: pip reads one, the SDK does not.
        raise _unusable(by, named, error.strerror or str(error)) from None
    if b"-----BEGIN CERTIFICATE-----" not in content:
        raise _unusable(by, named, "there is no certificate in PEM form in it")
    return ProxyAndTrust(authorities=content)


def _configured(profile: str) -> str:
    try:
        import botocore.session
    except Exception:  # noqa: BLE001 a botocore too old for this Python raises anything; the AWS CLI needs none
        return os.environ.get("AWS_CA_BUNDLE", "")
    session = botocore.session.Session(profile=profile or None)
    return str(session.get_config_variable("ca_bundle") or "")


def _mozilla() -> bytes:
    """Return the authorities that come with the SDK; empty if there are none, which means the system's."""
    try:
        from botocore.httpsession import get_cert_path

        return Path(str(get_cert_path(True))).read_bytes()
    except Exception:  # noqa: BLE001 as above
        return b""


def _unusable(by: str, named: str, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"{by} names the certificate authorities {named}, and the AWS SDK cannot read them.",
        why=why,
        remedy="name a file with certificates in PEM form",
    )
