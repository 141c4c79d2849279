"""What a kernel shows of an interrupt or a failure, values of variables and all: the secret is in none of it."""

from __future__ import annotations

import time
from threading import Thread

import pytest
from canary_support import canary

from jupyter_securepypi.core.errors import SecurePyPIError
from jupyter_securepypi.demo.kernel import Kernel
from jupyter_securepypi.demo.leaks import texts_with

# Whatever shows variables: IPython, the standard library, Rich, and what walks through containers, as Sentry does.
_SHOWN = """
%xmode Verbose
import io, traceback
from contextlib import contextmanager
from rich.console import Console
from rich.traceback import Traceback
from jupyter_securepypi import install_packages
from jupyter_securepypi.config import load_options
from jupyter_securepypi.token.broker import TokenBroker

def walked(value, depth=4):
    if depth and isinstance(value, dict):
        return {repr(name): walked(one, depth - 1) for name, one in value.items()}
    if depth and isinstance(value, (list, tuple, set)):
        return [walked(one, depth - 1) for one in value]
    return repr(value)

@contextmanager
def shown():
    try:
        yield
    except BaseException as error:
        print(*traceback.TracebackException.from_exception(error, capture_locals=True).format())
        trace = Traceback.from_exception(type(error), error, error.__traceback__, show_locals=True)
        Console(file=io.StringIO(), record=True)
        Console(width=200).print(trace)
        for frame, _ in traceback.walk_tb(error.__traceback__):
            print(walked(dict(frame.f_locals)))
        raise
"""
_PAGE = """
with shown():
    from jupyter_securepypi.core.index import Index
    from jupyter_securepypi.core.page_requests import page_of
    from jupyter_securepypi.core.proxy_and_trust import ProxyAndTrust
    page_of("acme-core", Index.of(TokenBroker.of(load_options()).current(), None), ProxyAndTrust())
"""
_INSTALL = "with shown(): install_packages(['acme-core'], engine={!r})"
_REFRESH = """
with shown():
    broker = TokenBroker.of(load_options())
    broker.current(newer_than=broker.current().token.minted_at)
"""
_INDEX = {"hang": 60.0, "operations": ["index:*"]}


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """A machine with marks, and a kernel of its own that shows variables."""
    with canary(tmp_path_factory.mktemp("frames")) as found:
        found.box.start()
        found.until("fresh")
        kernel = Kernel(found.box)
        kernel.run(_SHOWN)
        yield found, kernel
        kernel.close()
        found.stop()


def shown(machine, cell, fault):
    """Run a cell that fails, and return what it showed; one that hangs is interrupted."""
    found, kernel = machine
    [running] = found.box.get("api/kernels")
    asked = len(found.aws.calls()["calls"])
    found.aws.faults(**fault)

    def interrupt():
        deadline = time.monotonic() + 60
        while len(found.aws.calls()["calls"]) == asked and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)  # then it waits for the answer
        found.box.post(f"api/kernels/{running['id']}/interrupt", {})

    thread = Thread(target=interrupt)
    if "hang" in fault:
        thread.start()
    try:
        with pytest.raises(SecurePyPIError) as raised:
            kernel.run(cell)
    finally:
        if thread.ident:
            thread.join()
        found.aws.clear()
    assert texts_with(found.token, {"shown": raised.value.why}) == []
    return str(raised.value.why)


@pytest.mark.parametrize("engine", ["pip", "uv"])
def test_an_interrupted_install(machine, engine):
    text = shown(machine, _INSTALL.format(engine), _INDEX)
    assert "KeyboardInterrupt" in text
    assert "core/pip/install.py" in text
    assert "****" in text


def test_an_interrupted_request(machine):
    text = shown(machine, _PAGE, _INDEX)
    assert "KeyboardInterrupt" in text
    assert "page_requests.py" in text


def test_an_interrupted_refresh(machine):
    text = shown(machine, _REFRESH, {"hang": 60.0})
    assert "KeyboardInterrupt" in text
    assert "core/minting.py" in text


def test_a_failed_refresh(machine):
    text = shown(machine, _REFRESH, {"deny": ["codeartifact:GetAuthorizationToken"]})
    assert "AccessDenied" in text
    assert "token/broker.py" in text


@pytest.mark.parametrize("engine", ["pip", "uv"])
@pytest.mark.parametrize("package", ["acme-broken", "no-such-package"])
def test_a_failed_install(machine, engine, package):
    text = shown(machine, _INSTALL.format(engine).replace("acme-core", package), {})
    assert "Error" in text or "NotFound" in text
    assert "core/installation.py" in text
