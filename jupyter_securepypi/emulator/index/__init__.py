"""The package index."""

from __future__ import annotations

from .app import Index

__all__ = ["Index"]
