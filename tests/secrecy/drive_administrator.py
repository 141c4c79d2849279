"""What an administrator does: mirror, promote, protect, look at a hub; each once with success, and once without."""

from __future__ import annotations

import time

from canary_support import Canary
from pretended_hub import STATUS, PretendedHub
from public_stand_in import PublicStandIn

from jupyter_securepypi.emulator.samples import build_wheel


def repositories(canary: Canary) -> None:
    """Carry packages in with a zip file and directly, and copy others between repositories."""
    keys = canary.aws.credentials("AdministratorRole")
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    with (canary.box.home / ".aws/credentials").open("a") as file:
        file.write("[administrator]\n" + "".join(f"{name.lower()} = {keys[name]}\n" for name in names))
    as_administrator = {"AWS_PROFILE": "administrator"}

    def cli(*words: str) -> str:
        return canary.cli(*words, "--role", "", **as_administrator)

    folder = canary.root / "public"
    folder.mkdir()
    for name in ("fetched-one", "fetched-two"):
        build_wheel(folder, name, "1.0", uploaded=time.time() - 864_000)
    with PublicStandIn(folder) as public:
        (canary.box.work / "carried.txt").write_text("fetched-one\n")
        fill = ("mirror", "-r", "carried.txt", "--from", public.url, "--folder", "disk.zip")
        assert "1 fetched" in canary.cli(*fill)
        assert "1 uploaded" in cli("mirror", "--folder", "disk.zip", "--to", "shared-pypi")
        (canary.box.work / "direct.txt").write_text("fetched-two\n")
        directly = ("mirror", "-r", "direct.txt", "--from", public.url, "--to", "shared-pypi")
        canary.aws.faults(deny=["codeartifact:PublishPackageVersion"])
        assert "1 failed" in cli(*directly)
        canary.aws.clear()
        assert "1 uploaded" in cli(*directly, "--minimum-age", "P7D")
        assert public.logins == []
    (canary.box.work / "promoted.txt").write_text("numfast\n")
    promotion = ("promote", "-r", "promoted.txt", "--from", "pypi-store", "--to", "shared-pypi")
    canary.aws.faults(deny=["codeartifact:CopyPackageVersions"])
    assert "1 failed" in cli(*promotion)
    canary.aws.clear()
    assert "1 copied" in cli(*promotion)
    cli("protect", "--plan")


def hub(canary: Canary) -> None:
    """Look at every server of a hub, where one answers with an error and the hub refuses another."""
    canary.hub_token.write_text(canary.hub + "\n")
    canary.hub_token.chmod(0o600)

    def refused(user: str) -> tuple[int, object] | None:
        return (403, {"message": "no token for you"}) if user == "carol" else None

    def status(user: str) -> object:
        return {**STATUS, "error": {"message": "m", "why": "w", "remedy": "r"}} if user == "bob" else STATUS

    words = ("--token-file", str(canary.hub_token), "--textfile", str(canary.box.work / "hub.prom"))
    with PretendedHub(["alice", "bob"], status=status, mark=canary.hub) as pretended:
        said = canary.cli("hub", "--url", pretended.url, *words)
        assert "alice" in said and "bob" in said, said
        assert pretended.held == set(), "each token that was made is taken back"
    with PretendedHub(["alice", "carol"], refused, mark=canary.hub) as pretended:
        assert "refuses" in canary.cli("hub", "--url", pretended.url, "--json", *words)
    canary.cli("hub", "--url", pretended.url, *words)  # nobody is there any more
