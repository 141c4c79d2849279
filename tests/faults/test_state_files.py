"""State files of any content: what is not as its schema says counts as damaged, and costs nothing else."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sequence_world import World

from jupyter_securepypi.clients.records import record_name
from jupyter_securepypi.clients.undo import restore
from jupyter_securepypi.core.errors import SecurePyPIError, Unreachable
from jupyter_securepypi.install import history
from jupyter_securepypi.server.installs import recent_installs

THEIRS = b"[global]\ntimeout = 7\n"
ODD = st.one_of(
    st.sampled_from(
        [
            None,
            True,
            False,
            0,
            -1,
            1e308,
            float("nan"),
            float("inf"),
            10**400,
            2**63,
            "",
            "\x00",
            "\ud800",
            "~nobody/x",
        ]
    ),
    st.sampled_from(
        ["http://[", "https://a b/", "relative", "9" * 30, "///", "\n", [], {}, [[]], {"a": None}, [None]]
    ),
    st.text(max_size=5),
    st.recursive(st.integers() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=2), max_leaves=3),
)
WHOLE = st.sampled_from(
    [b"", b"null", b"[]", b"5", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000, b"{}", b"[5]"]
)


def places(value, path=()):
    """Every place in a JSON value, the whole included."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield from places(one, (*path, name))


def replaced(value, path, odd):
    if not path:
        return odd
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], odd)
    return copy


def state_files(world):
    found = [
        path for path in world.root.rglob("*.json") if "securepypi" in str(path) and "kernels" not in str(path)
    ]
    return [*sorted(found), history.history_file()]


async def served(world):
    """What `refresh` and `status` of a running server answer, and the loop's own turn after it."""
    world.server.start()
    try:
        with suppress(SecurePyPIError):
            await asyncio.wait_for(world.server.refresh(), 60)
        await asyncio.wait_for(world.server.refresh(), 60)
        return world.server.status(), world.server.refreshing
    finally:
        await world.server.stop()


@settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_state_file_of_any_content_costs_nothing_else(data):
    world = World()
    try:
        restore()
        world.pip.write_bytes(THEIRS)
        world.look()
        world.install()
        if data.draw(st.booleans(), "there is a failure, too"):
            world.error = Unreachable("down")
            with suppress(SecurePyPIError):
                world.look(forced=True)
            world.error = None
        files = state_files(world)
        path = data.draw(st.sampled_from(files), "file")
        content = path.read_bytes().strip()
        if data.draw(st.booleans(), "whole"):
            path.write_bytes(data.draw(WHOLE, "content"))
        else:
            value = json.loads(content)
            place = data.draw(st.sampled_from(list(places(value))), "place")
            path.write_text(json.dumps(replaced(value, place, data.draw(ODD, "value"))))
        status, _ = asyncio.run(served(world))
        json.dumps(status.to_dict(), allow_nan=False)
        assert status.state == "fresh"
        assert world.stored().secret
        json.dumps([recent_installs(10), history.read()], allow_nan=False)
        done = restore()
        if path.name != record_name(world.pip):
            assert world.pip.read_bytes() == THEIRS, done.findings
        assert not world.netrc.exists() or b"aws" not in world.netrc.read_bytes(), done.findings
    finally:
        world.close()
