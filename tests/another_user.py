"""Run a command as a user who can read everything and write only what is theirs: for tests that root runs.

Root can write every file, so what an administrator keeps from a user can only be shown with another user. That one may
read all (CAP_DAC_READ_SEARCH), because the environment that runs the tests often lies in a folder of root's alone.
"""

from __future__ import annotations

import ctypes
import os
import sys

import pytest

USER = 65_534  # nobody
_READ_SEARCH = 2
_VERSION = 0x20080522  # capabilities in two words of 32 bits, capset(2)
_KEEP_CAPABILITIES, _AMBIENT, _RAISE = 8, 47, 2  # prctl(2)

needs_another_user = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root on Linux can become another user"
)


def become() -> None:
    """Become that user in this process, which then starts another program (`subprocess`'s `preexec_fn`).

    Raises:
        OSError: this container does not let root do so.
    """
    libc = ctypes.CDLL(None, use_errno=True)

    def check(result: int) -> None:
        if result != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    check(libc.prctl(_KEEP_CAPABILITIES, 1, 0, 0, 0))
    os.setgroups([])
    os.setgid(USER)
    os.setuid(USER)
    mask = 1 << _READ_SEARCH
    header = (ctypes.c_uint32 * 2)(_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)(
        mask, mask, mask, 0, 0, 0
    )  # effective, permitted, inheritable; low words first
    check(libc.capset(header, sets))
    check(libc.prctl(_AMBIENT, _RAISE, _READ_SEARCH, 0, 0))
