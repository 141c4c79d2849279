"""One hub for a whole test file: its shared environment, its accounts, and AWS credentials of each user's own."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hub_accounts import Account, accounts
from hub_environment import hub_environment
from hub_world import Hub
from throwaway import NotMade, not_made

from jupyter_securepypi.emulator import Emulator

# One is without the extension. Twenty at AWS's limit start with each landing, too: in tests/test_server_starts.py.
USERS = 21 if os.environ.get("SECUREPYPI_NIGHTLY") else 6


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder of root's that every account can enter, as those of pytest are not."""
    folder = Path(tempfile.mkdtemp(prefix="hub-of-securepypi-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def cloud() -> Iterator[Emulator]:
    with Emulator() as running:
        for file in running.packages_dir.iterdir():  # old enough for the page's gate
            os.utime(file, (time.time() - 30 * 86_400,) * 2)
        yield running


@pytest.fixture(scope="module")
def users(open_folder: Path, cloud: Emulator) -> Iterator[list[Account]]:
    """Accounts of this machine; each has a login of her own at AWS."""
    homes = open_folder / "home"
    homes.mkdir()
    with ExitStack() as kept:
        try:
            made = kept.enter_context(accounts(USERS, homes))
        except NotMade as error:
            not_made(error)
        for user in made:
            log_in(user, cloud)
        yield made


@pytest.fixture(scope="module")
def hub(open_folder: Path, users: list[Account], cloud: Emulator) -> Iterator[Hub]:
    try:
        scripts = hub_environment(open_folder / "jupyterhub")
    except NotMade as error:
        not_made(error)
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "CA_REPOSITORY_ARN")
    shared = {name: value for name, value in cloud.environment().items() if name not in keys}
    with Hub(scripts, open_folder / "hub", users, shared) as running:
        yield running


def log_in(user: Account, cloud: Emulator) -> None:
    """Write the user's own credentials, as `aws sso login` or `aws configure` would."""
    keys = cloud.credentials("SageMakerExecutionRole", name=user.name, seconds=12 * 3600)
    folder = user.home / ".aws"
    folder.mkdir(mode=0o700)
    file = folder / "credentials"
    file.touch(mode=0o600)
    file.write_text("[default]\n" + "".join(f"{name.lower()} = {value}\n" for name, value in keys.items()))
    for path in (folder, file):
        shutil.chown(path, user.name)
