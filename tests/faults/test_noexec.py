"""A kernel's Python on a disk that is mounted noexec, as many scratch disks: it is there, and that is said."""

from __future__ import annotations

from jupyter_securepypi.kernels.resolve import resolve


def resolved(program):
    return resolve("one", {"argv": [str(program), "-m", "ipykernel_launcher"], "language": "python"})


def test_a_program_on_a_noexec_disk_is_not_called_missing(disk):
    program = disk.path / "python"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    disk.without_execution()
    found = resolved(program)
    assert found.kind == "unresolved"
    assert "noexec" in found.reason


def test_a_program_that_may_not_be_executed_is_not_called_missing(tmp_path):
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o644)
    assert "chmod +x" in resolved(program).reason
