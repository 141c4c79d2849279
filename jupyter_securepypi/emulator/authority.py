"""The emulator's certificate authority, and the certificates that it gives to names."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import trustme
from cheroot.ssl.builtin import BuiltinSSLAdapter


class Authority:
    """A certificate authority of its own.

    Args:
        folder: where its file and the certificate of loopback go.

    Attributes:
        file: what clients must trust.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._authority = trustme.CA()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self.file = folder / "ca.pem"
        self._authority.cert_pem.write_to_path(str(self.file))

    def adapter(self, *hosts: str) -> BuiltinSSLAdapter:
        """Return what makes a server speak TLS under `hosts`."""
        bundle = self._folder / "server.pem"
        bundle.touch(mode=0o600)
        certificate = self._authority.issue_cert(*hosts)
        certificate.private_key_and_cert_chain_pem.write_to_path(str(bundle))
        return BuiltinSSLAdapter(str(bundle), str(bundle))

    def adapter_for_names(self, serves: Callable[[str], bool]) -> BuiltinSSLAdapter:
        """Return what makes a server speak TLS under every name that `serves` accepts, each with its certificate.

        A client that asks for another name is refused, as AWS does not answer for others either.
        """
        adapter = self.adapter("localhost")

        def choose(connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> int | None:
            if name is None or not serves(name):
                return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
            connection.context = self._context(name.lower())
            return None

        adapter.context.sni_callback = choose
        return adapter

    def _context(self, name: str) -> ssl.SSLContext:
        if name not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._authority.issue_cert(name).configure_cert(context)
            self._contexts[name] = context
        return self._contexts[name]
