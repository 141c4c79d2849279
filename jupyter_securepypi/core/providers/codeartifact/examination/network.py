"""Remedies for a host of AWS that is out of reach: VPC endpoints, trust and proxies."""

from __future__ import annotations

from ....reach import Remedies

# Which VPC endpoint serves a host (AWS PrivateLink, "AWS services that integrate"); package files come from S3.
_VPC_ENDPOINTS = {
    "sts": "sts",
    "codeartifact": "codeartifact.api",
    "index": "codeartifact.repositories, with the S3 gateway",
}


def remedies_for(service: str) -> Remedies:
    """Return the remedies for a host that is out of reach.

    Args:
        service: ``sts``, ``codeartifact`` or ``index``.
    """
    vpc = f"without internet the VPC needs the endpoint {_VPC_ENDPOINTS[service]}"
    # pip asks the index; the SDK asks the others, and it reads neither pip's settings nor the system's authorities.
    names = "REQUESTS_CA_BUNDLE, or pip's `cert`," if service == "index" else "AWS_CA_BUNDLE"
    return Remedies(
        unknown=f"check the region and this machine's DNS; {vpc}, private DNS on",
        unreachable=f"{vpc}, a security group that lets port 443 through; or set HTTPS_PROXY",
        untrusted=f"behind an inspecting proxy set {names} to its certificate authority",
        private="through a VPC endpoint",
    )
