"""A proxy address that cannot be read: named by its variable, never shown, and with what to do."""

from __future__ import annotations

import subprocess
import sys

import pytest

from jupyter_securepypi.core.proxy_address import is_readable

PARTS = ("Winter", "Zq8w", "DOM\\")
MALFORMED = [
    r"http://DOM\user:Winter@p@127.0.0.1:9",
    "http://user:Winter#Zq8w@127.0.0.1:9",
    "http://user:Winter/Zq8w@127.0.0.1:9",
    "http://user:Winter?Zq8w@127.0.0.1:9",
    "http://user:Winter[Zq8w@127.0.0.1:9",
    "http://user:Winter Zq8w@127.0.0.1:9",
    "http://user:WinterZq8w@127.0.0.1:9\n",
    "http://user:80/Winter@127.0.0.1:9",
    "user:Winter#Zq8w@127.0.0.1:9",
    "http//user:Winter@127.0.0.1:9",
    "http://user:Winter@127.0.0.1:portZq8w",
    "http://user:Winter@:9",
]
WELL_FORMED = [
    "http://127.0.0.1:9",
    "127.0.0.1:9",
    "https://proxy.example.com",
    "http://proxy.example.com:3128/",
    "http://user:WinterZq8w@[::1]:9",
    "http://DOM%5Cuser:Winter%23%40Zq8w@127.0.0.1:9",
    "http://user:Winter@Zq8w@127.0.0.1:9",
    "socks5h://user@127.0.0.1:9",
]


def everywhere(said, home):
    """Hold that nothing of the address is in `said` or in any file below `home`."""
    texts = [said, *(path.read_text(errors="replace") for path in home.rglob("*") if path.is_file())]
    assert not [part for part in PARTS for text in texts if part in text]


@pytest.fixture
def through(monkeypatch):
    """Let loopback be reached through a proxy, as any other host, and that be `address`."""

    def set_(address, name="http_proxy"):
        for variable in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(variable, raising=False)
        monkeypatch.setenv(name, address)

    return set_


@pytest.mark.parametrize("address", MALFORMED)
def test_asking_for_a_token_names_the_variable_and_nothing_of_the_address(environment, home, through, address):
    through(address)
    said = environment.fails("refresh")
    assert "The proxy's address in http_proxy is not valid" in said
    assert "percent-encode" in said
    assert list(home.rglob("*.failure.json"))
    everywhere(said + environment.ok("status"), home)


@pytest.mark.parametrize("address", MALFORMED[:2])
@pytest.mark.parametrize("command", ["install", "download", "search-versions"])
def test_so_do_installing_and_asking_the_index(environment, home, through, engine, address, command):
    environment.ok("refresh")
    through(address, "ALL_PROXY")
    words = ["--engine", engine] if command == "install" else []
    said = environment.fails(command, *words, "acme-core")
    assert "The proxy's address in ALL_PROXY is not valid" in said
    assert "percent-encode" in said
    everywhere(said + environment.ok("list"), home)


@pytest.mark.parametrize("address", MALFORMED[:2])
def test_so_does_an_address_among_pips_options(environment, home, engine, address):
    said = environment.fails("install", "--engine", engine, "acme-core", PIP_PROXY=address)
    assert "The proxy's address in pip's `proxy` is not valid" in said
    everywhere(said, home)


def test_so_does_the_doctor(environment, home, through):
    environment.ok("refresh")
    through(MALFORMED[1])
    done = environment.run("doctor")
    assert "The proxy's address in http_proxy is not valid" in done.stdout
    everywhere(done.stdout + done.stderr, home)


def test_a_bad_address_for_another_scheme_or_for_other_hosts_is_let_be(environment, through):
    through(MALFORMED[1], "https_proxy")
    environment.ok("refresh")
    through(MALFORMED[1])
    environment.ok("refresh", NO_PROXY="127.0.0.1")


@pytest.mark.parametrize("address", WELL_FORMED)
def test_what_pip_connects_to_is_not_refused(address):
    # pip itself says of each that nobody listens there, or that its kind is not supported, and not that it is none.
    code = (
        "from pip._vendor import requests\n"
        f"try: requests.get('http://packages.invalid/', proxies={{'http': {address!r}}}, timeout=1)\n"
        "except requests.exceptions.RequestException as error: print(type(error).__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() in ("ProxyError", "InvalidSchema", "ConnectTimeout")
    assert is_readable(address)


def test_a_password_in_a_well_formed_address_is_not_shown_either(environment, home, through, engine):
    environment.ok("refresh")
    through("http://user:WinterZq8w@127.0.0.1:9")
    said = environment.fails("install", "--engine", engine, "-v", "acme-core")
    assert "The proxy does not let requests through" in said
    everywhere(said, home)
