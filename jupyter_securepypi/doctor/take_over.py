"""The checks of the option `take_over_pip`: in which kernels it has effect, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Iterable

from ..config import SecurePyPI
from ..core.check import Check
from ..core.environment import PythonEnvironment

# A file of this package's wheel, by which every IPython of the environment loads the magic.
_LOADS_THE_MAGIC = "etc/ipython/startup/50-jupyter_securepypi.py"


def take_over(environments: Iterable[PythonEnvironment], options: SecurePyPI) -> list[Check]:
    """Return a check for each kernel on this machine; none where the option is off."""
    kernels = [kernel for kernel in environments if kernel.prefix] if options.take_over_pip else []
    return [_kernel(kernel) for kernel in kernels]


def _kernel(kernel: PythonEnvironment) -> Check:
    name = f"%pip of {kernel.name}"
    if kernel.prefix and (kernel.prefix / _LOADS_THE_MAGIC).is_file():
        return Check.passed(
            name, "installs as %secure_pip does, %uv pip too (take_over_pip); !pip and !uv are left alone"
        )
    # Not a finding: whether a notebook loads it is not to be seen from here.
    return Check.untried(
        name, f"take_over_pip waits for `%load_ext jupyter_securepypi`: nothing in {kernel.prefix} loads it"
    )
