"""The verdict on uv in one environment: can it reach another place than the secure index, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ..core.finding import Finding
from ..core.masking import masked
from . import locations
from .addresses import all_secure
from .base import CONFIGURE
from .constraint_files import ConstraintFiles
from .uv_audit import DEFAULTS, INDEX_OPTIONS, UvSource
from .uv_files import UvFiles, is_true, places
from .uv_variables import FILE_VARIABLES, REMOVED_KEYS
from .variables import redirecting_variables

CONFIGURE_UV = f'{CONFIGURE}, with "uv" in the option `clients`'
"""The remedy for what stands in the user's own file, or should."""
_FLAGS = ("UV_INSECURE_NO_ZIP_VALIDATION", "UV_NO_VERIFY_HASHES", "UV_SKIP_WHEEL_FILENAME_CHECK")
_BUILD_WORDS = ("config-settings", "config-settings-package")
_DIRECT = re.compile(r"@|://")


class UvVerdicts:
    """Judges what uv reads, for environments that share files.

    Args:
        index_url: the secure index.
        folder: the folder of notebooks, for project files; None leaves these out.
        files: uv's configuration files that this pass has read.
        constraint_files: the requirement and constraint files that this pass has read.
    """

    def __init__(
        self, index_url: str, folder: Path | None, files: UvFiles, constraint_files: ConstraintFiles
    ) -> None:
        self._index_url = index_url
        self._folder = folder
        self._files = files
        self._constraint_files = constraint_files

    def verdict(
        self, sources: Sequence[UvSource], environ: Mapping[str, str], *, reachable: bool
    ) -> tuple[str, list[Finding]]:
        """Return the verdict, and the findings that explain it.

        Args:
            sources: what uv reads there.
            environ: the variables that uv sees.
            reachable: a uv is installed there. Without one, that nothing names an index does no harm.

        Returns:
            ``secure``, ``insecure``, or ``unknown`` if uv does not run, or reads a file that cannot be looked at.
        """
        findings = [one for source in sources if source.in_force for one in self._about(source, environ)]
        broken = [
            Finding(
                str(path),
                f"uv refuses its configuration file {path}, and does not run.",
                remedy="mend or remove that file",
                kind="uv-broken",
            )
            for _, path in places(environ, self._folder, self._files)
            if reachable and self._files.is_broken(path)
        ]
        if findings or broken:
            state = "insecure" if any(one.kind == "uv" for one in findings) else "unknown"
            return state, findings + broken
        if reachable and not any(one.option in (*DEFAULTS, "no-index") for one in sources if one.in_force):
            return "insecure", [_unset(environ)]
        return "secure", []

    def _about(self, one: UvSource, environ: Mapping[str, str]) -> Iterable[Finding]:
        """Yield the findings about a setting in force that leads elsewhere or takes away a check."""
        where = f"{one.source} [{one.section}]" if one.section else one.source
        if one.option in FILE_VARIABLES:
            key = "build-constraint" if one.option == "UV_BUILD_CONSTRAINT" else "constraint"
            for refusal in self._constraint_files.refusals(one.value, key, environ):
                what = f"{masked(refusal.name)}, a file that the variable {one.option} names: {refusal.message}"
                remedy = f"unset {one.option} where the kernel is started; or {refusal.remedy}"
                kind = "uv" if refusal.leads_elsewhere else "uv-unread"
                yield Finding(one.source, what, remedy=remedy, kind=kind)
        elif effect := self._effect(one):
            what = f"{where} sets {one.option}, so uv {effect}."
            yield Finding(one.source, what, remedy=_remedy(one, environ), kind="uv")

    def _effect(self, one: UvSource) -> str:
        """Return what a setting makes uv do, or an empty text if it does no harm."""
        if one.option in (*INDEX_OPTIONS, "no-index"):
            away = not all_secure(one.option, one.value, self._index_url)
            return "looks outside the secure index" if away else ""
        if one.option in ("UV_INSECURE_HOST", "allow-insecure-host"):
            return "does not check who answers for a host"
        if one.option == "verify-hashes" or one.option in _FLAGS:
            off = one.value == "false" if one.option == "verify-hashes" else is_true(one.value)
            return "does not check what it is given" if off else ""
        if one.option in _BUILD_WORDS:
            handed = "--global-option" in one.value or "--build-option" in one.value
            return "hands words to builds, which can name another index" if handed else ""
        if one.option == "extra-build-variables":
            parts = [part.split("=") for part in one.value.split(", ")]  # PACKAGE=VARIABLE=VALUE
            names = redirecting_variables({part[1]: part[-1] for part in parts if len(part) > 2})
            return "builds with another index" if names else ""
        if one.option in ("UV_TORCH_BACKEND", "torch-backend"):
            return "takes PyTorch from an index of its own"
        return "takes packages from an address" if _DIRECT.search(one.value) else ""


def _remedy(one: UvSource, environ: Mapping[str, str]) -> str:
    """Return what ends it. UV_DEFAULT_INDEX would not: it sets the default, and all other indexes come before it."""
    if one.kind == "variable":
        return f"unset {one.source} where the kernel is started"
    remove = f"remove {one.option} from {one.source}"
    if one.kind == "project":
        return (
            f"{remove}; or set UV_CONFIG_FILE={locations.UV.path(environ)}, so that uv reads no project's file"
        )
    if one.kind == "env":
        return f"{remove}, or unset UV_CONFIG_FILE where the kernel is started"
    if one.kind == "user" and one.option in (*INDEX_OPTIONS, *REMOVED_KEYS):
        return CONFIGURE_UV
    return f"{remove}, or ask its owner to"


def _unset(environ: Mapping[str, str]) -> Finding:
    """Return the finding that uv uses the public index by default."""
    if environ.get("UV_CONFIG_FILE"):
        why = f"UV_CONFIG_FILE makes {environ['UV_CONFIG_FILE']} the only file that it reads"
        remedy = "unset UV_CONFIG_FILE where the kernel is started, or name the index in that file"
        return Finding("UV_CONFIG_FILE", _UNSET, why, remedy, kind="uv-unset")
    if is_true(environ.get("UV_NO_CONFIG", "")):
        remedy = "unset UV_NO_CONFIG where the kernel is started"
        return Finding("UV_NO_CONFIG", _UNSET, "UV_NO_CONFIG makes it read no file", remedy, kind="uv-unset")
    return Finding("", _UNSET, remedy=CONFIGURE_UV, kind="uv-unset")


_UNSET = "Nothing sets an index for uv, so the public one is used."
