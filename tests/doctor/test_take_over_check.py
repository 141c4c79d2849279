"""The doctor says in which kernels `%pip install` does what `%secure_pip install` does."""

from __future__ import annotations

import json


def test_a_kernel_that_loads_the_magic_has_the_option_and_another_one_waits_for_it(doctor, healthy, home):
    assert "%pip of acme" not in doctor()
    config = home / ".jupyter/jupyter_securepypi_config.json"
    config.write_text(json.dumps({"SecurePyPI": {"take_over_pip": True}}))
    [waiting] = doctor()["%pip of acme"]
    assert waiting["ok"] is None
    assert "%load_ext jupyter_securepypi" in waiting["message"]
    file = healthy / "etc/ipython/startup/50-jupyter_securepypi.py"
    file.parent.mkdir(parents=True)
    file.touch()
    [check] = doctor()["%pip of acme"]
    assert check["ok"] is True
    assert "!pip" in check["message"]
