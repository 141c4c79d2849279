"""``configure``: what the server does to configuration files, once and without a server."""

from __future__ import annotations

import argparse
import json

from jupyter_client.kernelspec import KernelSpecManager
from traitlets.config.loader import Config, ConfigFileNotFound, JSONFileConfigLoader

from ..clients.publish import publish
from ..config import load_options
from ..kernels.resolve import resolve_all
from ..token.broker import TokenBroker


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Write the files and print which."""
    settings = load_options()
    grant = TokenBroker.of(settings).current()
    specs = KernelSpecManager(config=_jupyter_config()).get_all_specs() if settings.manage_kernels else {}
    done = publish(settings, grant, resolve_all(specs))
    written = [str(path) for path in done.changed]
    findings = [str(finding) for finding in done.findings]
    if options.json:
        print(json.dumps({"index_url": grant.index_url, "written": written, "findings": findings}))
        return 0
    print(f"index    {grant.index_url}")
    for path in written:
        print(f"written  {path}")
    for finding in findings:
        print(f"!        {finding}")
    if not written:
        print("nothing to change")
    return 0


def _jupyter_config() -> Config:
    """Return what Jupyter's own files say of kernel specs, so that the same kernels are found as by a server."""
    from jupyter_core.paths import jupyter_config_path

    merged = Config()
    for folder in reversed(jupyter_config_path()):
        for name in ("jupyter_config.json", "jupyter_server_config.json"):
            try:
                merged.merge(JSONFileConfigLoader(name, path=folder).load_config())
            except ConfigFileNotFound:
                continue
    return merged
