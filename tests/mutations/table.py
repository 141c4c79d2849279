"""All mutations, by the part of the heart that they are planted in."""

from __future__ import annotations

from .mutation import Mutation
from .of_addresses import ADDRESSES
from .of_netrc import NETRC
from .of_originals import ORIGINALS
from .of_pip_files import PIP_FILES
from .of_proof import PROOF
from .of_requests import REQUESTS
from .of_the_gate import GATE
from .of_tokens import TOKENS

PARTS: dict[str, tuple[Mutation, ...]] = {
    "requests": REQUESTS,
    "addresses": ADDRESSES,
    "proof": PROOF,
    "gate": GATE,
    "tokens": TOKENS,
    "netrc": NETRC,
    "pip's files": PIP_FILES,
    "originals": ORIGINALS,
}
MUTATIONS = tuple(mutation for part in PARTS.values() for mutation in part)
