"""A bill of materials of this environment in CycloneDX 1.6, with the origins that the install history knows."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from ...config import SecurePyPI
from ...core.address import without_credentials
from ...core.errors import ConfigurationError, SecurePyPIError
from ...core.index import Index
from ...core.masking import masked
from ...core.page_requests import page_of
from ...core.project_page import base_name
from ...core.proxy_and_trust import ProxyAndTrust
from .index import ask
from .origins import Origin

if TYPE_CHECKING:
    from cyclonedx.model.component import Component

SECURE, PUBLIC, NOT_FROM_HERE, UNKNOWN = "secure index", "public index", "not from here", "unknown"
"""What the property ``securepypi:origin`` says. Of what is unknown nothing tells where it came from."""
_PREFIX = "securepypi:"
_AT_ONCE = 8


def bill_of_materials(packages: Sequence[Origin], uploaded: Mapping[str, float]) -> str:
    """Return a CycloneDX document about `packages`, JSON text.

    Each component has its package URL, and what is known of its file: address, SHA-256, and in properties whose names
    begin with ``securepypi:`` where it is from, which engine installed it when, and when it was uploaded.

    Args:
        packages: what is installed.
        uploaded: the times of upload that are known, epoch seconds by the file's address.

    Raises:
        ConfigurationError: the library for it is not installed.
    """
    try:
        from cyclonedx.model.bom import Bom
        from cyclonedx.model.component import Component, ComponentType
        from cyclonedx.output import make_outputter
        from cyclonedx.schema import OutputFormat, SchemaVersion
    except ImportError as error:
        raise ConfigurationError(
            f"A bill of materials needs a library that is not installed: {error.name}.",
            why="it is an extra, because not everybody writes bills of materials",
            remedy='pip install "jupyter_securepypi[sbom]"',
        ) from None
    root = Component(
        name="Python environment",
        version=platform.python_version(),
        type=ComponentType.APPLICATION,
        bom_ref="environment",
    )
    components = [_component(one, uploaded.get(one.url)) for one in packages]
    bom = Bom(components=components)
    bom.metadata.component = root
    bom.metadata.tools.components.add(_tool())
    bom.register_dependency(root, components)
    return make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2)


def upload_times(packages: Sequence[Origin], options: SecurePyPI) -> dict[str, float]:
    """Return when the files of `packages` were uploaded, epoch seconds by address, as far as the index tells.

    Raises:
        SecurePyPIError: there is no token.
    """
    here = options.require_repository().id
    ours = [one for one in packages if one.repository == here and one.url]

    def times(index: Index) -> dict[str, float]:
        way = ProxyAndTrust.of(sys.prefix, os.environ)

        def time_of(one: Origin) -> float | None:
            try:
                files = page_of(one.name, index, way)
            except SecurePyPIError:
                return None  # withdrawn since, or the index does not say: then it is not known
            return next((file.uploaded for file in files if file.filename == base_name(one.url)), None)

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = zip(ours, pool.map(time_of, ours), strict=True)
            return {one.url: uploaded for one, uploaded in found if uploaded is not None}

    return ask(options, times)


def origin_word(package: Origin) -> str:
    """Return where a package is from, in the words of the property ``securepypi:origin``."""
    if not package.repository:
        return NOT_FROM_HERE if package.by_other_means else UNKNOWN
    if package.repository == "public":
        return PUBLIC
    return "direct reference" if package.repository == package.url else SECURE


def _component(package: Origin, uploaded: float | None) -> Component:
    from cyclonedx.model import (
        ExternalReference,
        ExternalReferenceType,
        HashAlgorithm,
        HashType,
        Property,
        XsUri,
    )
    from cyclonedx.model.component import Component, ComponentType
    from packageurl import PackageURL

    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=package.sha256)] if package.sha256 else []
    references = []
    if package.url:
        url = XsUri(without_credentials(package.url))
        references = [ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=url, hashes=hashes)]
    known = {
        "origin": origin_word(package),
        "repository": masked(package.repository),
        "engine": package.engine,
        "installed": _moment(package.time or None),
        "uploaded": _moment(uploaded),
    }
    purl = PackageURL("pypi", name=canonicalize_name(package.name), version=package.version)
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        bom_ref=purl.to_string(),
        purl=purl,
        hashes=hashes,
        external_references=references,
        properties=[Property(name=_PREFIX + name, value=value) for name, value in known.items() if value],
    )


def _tool() -> Component:
    from cyclonedx.model.component import Component, ComponentType

    from ..._version import __version__

    return Component(name="jupyter_securepypi", version=__version__, type=ComponentType.APPLICATION)


def _moment(epoch: float | None) -> str:
    return "" if epoch is None else datetime.fromtimestamp(epoch, timezone.utc).isoformat(timespec="seconds")
