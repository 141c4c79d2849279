"""What the panel sees of kernels and installs, and how one kernel is put right."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from opened import opened
from tornado.httpclient import HTTPClientError

from jupyter_securepypi.core.errors import RequestRefused
from jupyter_securepypi.core.report import InstalledPackage, InstallReport
from jupyter_securepypi.install.history import history_file, record
from jupyter_securepypi.server.extension import INSTALLS_EVENT, KERNELS_EVENT

ELSEWHERE = "https://me:hidden@packages.example.com/simple"


async def get(jp_fetch, *path, **params):
    return json.loads((await jp_fetch("securepypi", *path, params=params)).body)


async def fix(jp_fetch, body):
    body = body if isinstance(body, (str, bytes)) else json.dumps(body)
    answer = await jp_fetch("securepypi", "kernels", "fix", method="POST", body=body)
    return json.loads(answer.body)


async def refused(awaitable):
    """Return status and answer of a request that must fail."""
    with pytest.raises(HTTPClientError) as caught:
        await awaitable
    return caught.value.code, json.loads(caught.value.response.body)


async def until(found, seconds=60.0):
    """Await `found()` until it is true, and return it."""
    deadline = time.monotonic() + seconds
    while not (result := await found()):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    return result


async def fresh(jp_fetch):
    async def look():
        [kernel] = (await get(jp_fetch, "kernels"))["kernels"]
        return kernel if kernel["state"] == "secure" else None

    return await until(look)


@pytest.fixture
def specification(jp_data_dir):
    return jp_data_dir / "kernels/acme/kernel.json"


@pytest.fixture
def spoilt(jp_server_config, specification):
    """A kernel whose specification sets a variable that beats every file."""
    spec = json.loads(specification.read_text())
    spec["env"] = {"PIP_EXTRA_INDEX_URL": ELSEWHERE, "KEPT": "yes"}
    specification.write_text(json.dumps(spec))
    return spec


@pytest.fixture
def events(jp_serverapp):
    """The events of ours that the server has announced."""
    heard: list = []

    async def listen(logger, schema_id, data):
        heard.append((schema_id, {name: value for name, value in data.items() if not name.startswith("__")}))

    for schema in (INSTALLS_EVENT, KERNELS_EVENT):
        jp_serverapp.event_logger.add_listener(schema_id=schema, listener=listen)
    return heard


async def test_a_managed_kernel_is_secure_by_its_own_file(jp_fetch, aws, prefix):
    # Returns when the server has written what it writes by itself: kernels come last.
    await jp_fetch("securepypi", "refresh", method="POST", body="{}")
    kernel = await fresh(jp_fetch)
    assert (kernel["name"], kernel["kind"], kernel["prefix"]) == ("acme", "python", str(prefix))
    assert kernel["index_url"] == aws.index_url
    assert kernel["decided_by"] == {"kind": "site", "source": str(prefix / "pip.conf"), "section": "global"}
    assert kernel["reason"] == ""


async def test_kernels_are_listed_while_aws_hangs(jp_fetch, aws):
    aws.faults(hang=600.0)
    [kernel] = (await get(jp_fetch, "kernels"))["kernels"]
    assert kernel["state"] in ("unknown", "secure")
    status = await get(jp_fetch, "status")
    assert (status["state"], status["refreshing"]) == ("missing", True), "nobody waited for AWS"
    aws.clear()


async def test_a_variable_of_the_specification_is_named_masked_and_not_ours_to_fix_unasked(
    jp_fetch, spoilt, aws
):
    # Returns when the server has written what it writes by itself.
    await jp_fetch("securepypi", "refresh", method="POST", body="{}")

    async def insecure():
        [kernel] = (await get(jp_fetch, "kernels"))["kernels"]
        return kernel if kernel["state"] == "insecure" and kernel["decided_by"]["kind"] == "site" else None

    kernel = await until(insecure)
    [source] = [one for one in kernel["sources"] if one["source"] == "PIP_EXTRA_INDEX_URL"]
    assert (source["kind"], source["in_force"]) == ("variable", True)
    assert source["value"] == ELSEWHERE.replace("hidden", "****")
    assert "hidden" not in json.dumps(kernel)
    assert not kernel["fixable"]


async def test_fix_of_a_kernel_does_not_touch_its_specification(jp_fetch, aws, spoilt, specification):
    # Returns when the server has written what it writes by itself.
    await jp_fetch("securepypi", "refresh", method="POST", body="{}")
    before = specification.read_bytes()
    await refused(fix(jp_fetch, {"kernel": "acme"}))
    assert specification.read_bytes() == before


class TestWhereFilesAreNotManaged:
    @pytest.fixture
    def options(self):
        # Nor is the user's file, which would serve the kernel.
        return {"poll_interval": 0.2, "manage_kernels": False, "clients": ["pip", "uv", "netrc"]}

    async def test_fix_writes_the_kernels_file_when_asked(self, jp_fetch, aws, prefix, events):
        async def insecure():
            [kernel] = (await get(jp_fetch, "kernels"))["kernels"]
            return kernel["state"] == "insecure" and kernel["fixable"]

        await until(insecure)
        done = await fix(jp_fetch, {"kernel": "acme"})
        assert done["kernel"]["state"] == "secure"
        assert str(prefix / "pip.conf") in done["written"]
        assert aws.index_url in (prefix / "pip.conf").read_text()
        assert (KERNELS_EVENT, {"action": "changed"}) in events


class TestWherePipIsNotAmongTheClients:
    @pytest.fixture
    def options(self):
        return {"poll_interval": 0.2, "clients": ["uv", "netrc"]}

    @pytest.fixture
    def leading_elsewhere(self, prefix):
        (prefix / "pip.conf").write_text("[global]\nindex-url = https://packages.example.com/simple\n")
        return prefix / "pip.conf"

    async def insecure(self, jp_fetch):
        async def look():
            [kernel] = (await get(jp_fetch, "kernels"))["kernels"]
            return kernel if kernel["state"] == "insecure" else None

        return await until(look)

    async def test_the_audit_offers_no_fix_and_names_the_option(self, leading_elsewhere, jp_fetch, aws):
        kernel = await self.insecure(jp_fetch)
        assert not kernel["fixable"]
        [finding] = [one for one in kernel["findings"] if one["kind"] == "unmanaged"]
        assert "c.SecurePyPI.clients" in finding["remedy"]

    async def test_fix_refuses_names_the_option_and_writes_nothing(self, leading_elsewhere, jp_fetch, aws):
        await self.insecure(jp_fetch)
        before = leading_elsewhere.read_bytes()
        code, error = await refused(fix(jp_fetch, {"kernel": "acme"}))
        assert (code, error["kind"]) == (409, "ConfigurationError")
        assert "acme" in error["message"]
        assert "c.SecurePyPI.clients" in error["remedy"]
        assert leading_elsewhere.read_bytes() == before


async def test_an_unknown_kernel_is_told_the_known_ones(jp_fetch):
    await fresh(jp_fetch)
    code, error = await refused(fix(jp_fetch, {"kernel": "../acme"}))
    assert (code, error["kind"]) == (404, "UnknownKernel")
    assert "acme" in error["remedy"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        (b"\xff", "not JSON"),
        ("[" * 100000, "not JSON"),
        ("[]", "must be an object"),
        ("{}", "lacks 'kernel'"),
        ({"kernel": 5}, "Kernel must be a string"),
        ({"kernel": None}, "Kernel must be a string"),
        ({"kernel": ""}, "at least 1 characters"),
        ({"kernel": "x" * 300}, "at most 256 characters"),
        ({"kernel": "acme", "prefix": "/tmp"}, "unknown members"),
        ({"kernel": "acme", "index_url": "https://x.example.com"}, "unknown members"),
        ('"' + "x" * 300_000 + '"', "bytes"),
    ],
)
async def test_what_cannot_be_understood_is_refused_with_words(jp_fetch, prefix, body, words):
    code, error = await refused(fix(jp_fetch, body))
    assert (code, error["kind"]) == (400, "BadRequest")
    assert words in error["message"]
    assert "xxx" not in error["message"]


async def test_fix_without_a_token_says_what_to_do_first(jp_fetch, aws):
    aws.faults(deny=["codeartifact:GetAuthorizationToken"])
    await until(lambda: failing(jp_fetch))
    code, error = await refused(fix(jp_fetch, {"kernel": "acme"}))
    assert code == 409
    assert "refresh" in error["remedy"]


async def failing(jp_fetch):
    return (await get(jp_fetch, "status"))["error"]


def install(name, at="https://me:hidden@host.example.com/x.whl"):
    package = InstalledPackage(name, "1.0", None, at, "ab" * 32, requested=True)
    record([name], repository="arn:x", outcome=InstallReport((package,)), seconds=1.5)


@pytest.fixture
def long_history(jp_environ):
    """A history that nobody can read as a whole: 500 records behind a hole of a tebibyte."""
    history_file().parent.mkdir(parents=True, mode=0o700)
    with history_file().open("wb") as file:
        file.truncate(2**40)
    for n in range(500):
        install(f"p{n}")


class TestInstalls:
    async def test_there_are_none_at_first(self, jp_fetch):
        assert await get(jp_fetch, "installs") == {"installs": []}

    async def test_the_newest_come_first_without_credentials(self, jp_fetch):
        install("one")
        refusal = RequestRefused("https://me:hidden@host/ is refused.", remedy="do not")
        record(["https://me:hidden@host/"], repository="arn:x", outcome=refusal, seconds=0.1)
        newest, oldest = (await get(jp_fetch, "installs"))["installs"]
        assert oldest["packages"][0]["name"] == "one"
        assert oldest["packages"][0]["url"] == "https://me:****@host.example.com/x.whl"
        assert (newest["ok"], newest["error"]["kind"]) == (False, "RequestRefused")
        assert newest["arguments"] == ["https://me:****@host/"]
        assert "hidden" not in json.dumps([newest, oldest])

    async def test_the_limit_is_kept(self, jp_fetch):
        for n in range(60):
            install(f"p{n}")
        assert len((await get(jp_fetch, "installs"))["installs"]) == 50
        assert [
            one["packages"][0]["name"] for one in (await get(jp_fetch, "installs", limit=2))["installs"]
        ] == [
            "p59",
            "p58",
        ]

    async def test_of_a_long_history_only_the_end_is_read(self, long_history, jp_fetch):
        installs = (await get(jp_fetch, "installs", limit=500))["installs"]
        assert [one["packages"][0]["name"] for one in installs] == [f"p{n}" for n in reversed(range(500))]

    @pytest.mark.parametrize("limit", ["0", "501", "-1", "ten", "1e2", "9" * 400, "", "1.5"])
    async def test_a_limit_out_of_bounds_is_refused(self, jp_fetch, limit):
        code, error = await refused(get(jp_fetch, "installs", limit=limit))
        assert (code, error["kind"]) == (400, "BadRequest")
        assert error["message"].startswith("Limit must be")

    async def test_records_of_another_make_do_no_harm(self, jp_fetch):
        install("one")
        with history_file().open("ab") as file:
            file.write(b'\n{"time": "soon", "packages": "none", "error": 5, "arguments": [1]}\n\n[]\n{half')
        strange, good = (await get(jp_fetch, "installs"))["installs"]
        assert (strange["time"], strange["ok"], strange["packages"], strange["arguments"]) == (
            0,
            False,
            [],
            ["1"],
        )
        assert good["ok"]

    async def test_an_install_of_any_process_is_announced(self, jp_fetch, events):
        await get(jp_fetch, "installs")
        install("one")
        install("two")

        async def heard():
            return [data for schema, data in events if schema == INSTALLS_EVENT]

        def total(found):
            return sum(data["count"] for data in found)

        async def both():
            return total(await heard()) == 2

        await until(both)
        assert all(data["ok"] and data["action"] == "recorded" for data in await heard())
        record(["x"], repository="arn:x", outcome=RequestRefused("no"), seconds=0.1)

        async def third():
            return total(await heard()) == 3

        await until(third)
        assert not (await heard())[-1]["ok"]

    async def test_a_cleared_history_is_watched_on(self, jp_fetch, events):
        async def heard():
            return sum(data["count"] for schema, data in events if schema == INSTALLS_EVENT)

        async def two():
            return await heard() == 2

        async def three():
            return await heard() == 3

        install("one")
        install("another")
        await until(two)
        history_file().unlink()
        install("two")
        await until(three)


async def test_a_kernel_that_comes_is_announced_and_listed(jp_fetch, jp_data_dir, events, specification):
    # Returns when the server has written, and announced, what it writes by itself.
    await jp_fetch("securepypi", "refresh", method="POST", body="{}")
    events.clear()
    spec = json.loads(specification.read_text())
    spec["display_name"] = "another name"
    specification.write_text(json.dumps(spec))

    async def heard():
        return (KERNELS_EVENT, {"action": "changed"}) in events

    await until(heard)
    [kernel] = (await get(jp_fetch, "kernels"))["kernels"]
    assert kernel["display_name"] == "another name"


async def test_nothing_is_announced_while_nothing_changes(jp_fetch, events):
    # Returns when the server has written, and announced, what it writes by itself.
    await jp_fetch("securepypi", "refresh", method="POST", body="{}")
    events.clear()
    await asyncio.sleep(1.5)  # several looks
    assert events == []


class TestWithFiftyKernels:
    @pytest.fixture
    def jp_server_config(self, jp_server_config, jp_data_dir, tmp_path):
        for n in range(49):
            folder = tmp_path / f"env{n}"
            (folder / "bin").mkdir(parents=True)
            (folder / "pyvenv.cfg").write_text("home = /usr/bin\n")
            (folder / "bin/python").write_text("#!/bin/sh\nexit 1\n")
            (folder / "bin/python").chmod(0o755)
            file = jp_data_dir / f"kernels/k{n}/kernel.json"
            file.parent.mkdir(parents=True)
            argv = [str(folder / "bin/python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            file.write_text(json.dumps({"argv": argv, "display_name": f"K {n}", "language": "python"}))
        return {**jp_server_config, "KernelSpecManager": {"ensure_native_kernel": False}}

    @pytest.fixture
    def options(self):
        return {"poll_interval": 30}

    async def test_an_answer_reads_no_file_twice(self, jp_fetch, tmp_path):
        async def all_secure():
            kernels = (await get(jp_fetch, "kernels"))["kernels"]
            ours = [kernel for kernel in kernels if kernel["name"].startswith(("k", "acme"))]
            # The user's own file makes them secure before each has a file of its own.
            own = len(list(tmp_path.glob("env*/pip.conf"))) == 49 and (tmp_path / "prefix/pip.conf").exists()
            return own and len(ours) == 50 and all(kernel["state"] == "secure" for kernel in ours)

        async def each_file_once():
            """Of several answers, since the refresher may still be writing for other clients during the first."""
            with opened(tmp_path) as files:
                await jp_fetch("securepypi", "kernels")
            assert sum(path.endswith("pip.conf") for path in files) >= 50, "it looked at every kernel"
            return set(files.values()) == {1}

        await until(all_secure)
        await until(each_file_once)


class TestWhereUvIsNotAmongTheClients:
    @pytest.fixture
    def options(self):
        return {"poll_interval": 0.2, "clients": ["pip", "netrc"]}

    async def test_a_kernel_is_not_secure_by_its_pip_alone_and_the_option_is_named(self, jp_fetch, aws):
        async def unset():
            [kernel] = (await get(jp_fetch, "kernels"))["kernels"]
            return kernel if [one["kind"] for one in kernel["findings"]] == ["uv-unset"] else None

        kernel = await until(unset)
        assert (kernel["state"], kernel["fixable"]) == ("insecure", False)
        assert "`clients`" in kernel["findings"][0]["remedy"]


async def test_fix_points_uv_too(jp_fetch, aws, home):
    await jp_fetch("securepypi", "refresh", method="POST", body="{}")
    own = home / ".config/uv/uv.toml"
    own.write_text(f'extra-index-url = ["https://packages.example.com/simple"]\n{own.read_text()}')
    [kernel] = (await get(jp_fetch, "kernels"))["kernels"]
    assert (kernel["state"], kernel["fixable"]) == ("insecure", True)
    done = await fix(jp_fetch, {"kernel": "acme"})
    assert (done["kernel"]["state"], done["written"]) == ("secure", [str(own)])
