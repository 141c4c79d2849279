"""Mistakes in what writes pip's configuration files."""

from __future__ import annotations

from .mutation import Mutation

_TESTS = ("clients/test_pip.py",)

PIP_FILES = (
    Mutation(
        "mode of a file with a password",
        "clients/pip_edit.py",
        "return mode, 0o600 if secret else mode",
        "return mode, mode",
        _TESTS,
    ),
    Mutation(
        "file right above the chosen one",
        "clients/pip_plan.py",
        "for place in places[rank + 1 :]:",
        "for place in places[rank + 2 :]:",
        _TESTS,
    ),
    Mutation(
        "trusted host",
        "clients/pip_edit.py",
        '_KEYS = (*INDEX_KEYS, "trusted-host")',
        "_KEYS = INDEX_KEYS",
        _TESTS,
    ),
    Mutation(
        "version check that is switched on",
        "clients/pip_edit.py",
        "not (key == _UPDATE_CHECK[1] and is_true(have))",
        "not (key == _UPDATE_CHECK[1] and have)",
        _TESTS,
    ),
    Mutation(
        "user's file behind PIP_CONFIG_FILE",
        "clients/pip_user.py",
        "else [plain, machine.environ]:",
        "else [machine.environ]:",
        ("clients/test_pip_user.py",),
    ),
)
