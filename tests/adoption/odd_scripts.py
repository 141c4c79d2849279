"""Pieces of scripts for tests: a token, and an install with it."""

from __future__ import annotations

from copied_scripts import HOST, PATH

HEAD = """\
import os, subprocess, sys
import boto3
def token():
    return boto3.client("codeartifact").get_authorization_token(domain="acme")["authorizationToken"]
"""
URL = f'f"https://aws:{{token()}}@{HOST}/{PATH}"'


def install(words: str, call: str = "subprocess.check_call", more: str = "") -> str:
    """Return a call of pip with the token, for `words` as Python writes them in a list."""
    return f'{call}([sys.executable, "-m", "pip", "install", "-i", {URL}, {words}]{more})'


def plain(words: str) -> str:
    """Return the same call without an index."""
    return f'subprocess.check_call([sys.executable, "-m", "pip", "install", {words}])'


SETUP = f"{HEAD}def setup(pkgs):\n    {install('*pkgs')}\n"
"""A function that goes, if its calls are understood."""
