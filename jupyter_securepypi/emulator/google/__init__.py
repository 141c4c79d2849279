"""A Google Cloud on loopback: metadata server, tokens, Artifact Registry and its Python index, under Google's names."""

from __future__ import annotations

from .emulator import GoogleEmulator

__all__ = ["GoogleEmulator"]
