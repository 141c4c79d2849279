"""The options of this package: what they are, where they are read from, and which of them an administrator locks."""

from .files import config_fingerprint, hold_variables, load_options
from .options import SecurePyPI
from .places import CONFIG_NAME
from .user_file import save_repository

__all__ = [
    "CONFIG_NAME",
    "SecurePyPI",
    "config_fingerprint",
    "hold_variables",
    "load_options",
    "save_repository",
]
