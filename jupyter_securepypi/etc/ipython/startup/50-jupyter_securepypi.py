"""Loads the %secure_pip magic into every IPython of this environment; a failure never stops IPython's start."""

# Runs in the user's namespace: it defines and imports nothing there.
try:
    get_ipython().extension_manager.load_extension("jupyter_securepypi")  # type: ignore[name-defined]  # noqa: F821
except Exception as error:  # noqa: BLE001
    # This file may outlive the package, or the package may be broken.
    get_ipython().log.warning(  # type: ignore[name-defined]  # noqa: F821
        "%%secure_pip is not available: %s: %s", type(error).__name__, error
    )
