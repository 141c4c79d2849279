"""The overview where a hub or a user's server answers amiss: it ends, stays short, and shows no password."""

from __future__ import annotations

import json
import threading

import pytest
from pretended_hub import STATUS, PretendedHub

from jupyter_securepypi.administration.hub.overview import overview
from jupyter_securepypi.administration.hub.words import overview_lines
from jupyter_securepypi.core.errors import AccessDenied, ConfigurationError, SecurePyPIError

USERS = [f"user{number:02}" for number in range(20)]
LONG = "x" * 1_000_000


@pytest.mark.parametrize(
    "said",
    [
        {**STATUS, "repository": {"label": LONG}},
        {**STATUS, "identity": LONG},
        {**STATUS, "version": LONG},
        {**STATUS, "policy": {"text": LONG}},
        {**STATUS, "policy": {"locked": [{"option": LONG}]}},
        {**STATUS, "policy": {"locked": [{"option": "short"}] * 50_000}},
        {**STATUS, "error": {"message": LONG, "why": LONG, "remedy": LONG}},
        {**STATUS, "error": {"message": [LONG], "why": "\x1b" * 200_000}},
    ],
    ids=["label", "identity", "version", "policy", "locked", "many locked", "error", "other error"],
)
def test_one_servers_long_words_stay_short(said: object) -> None:
    with PretendedHub(USERS[:3], status=lambda user: said if user == USERS[0] else STATUS) as hub:
        seen = overview(hub.url, "t")
    assert len(seen) == 3 and {one.state for one in seen} == {"fresh"}
    assert len("\n".join(overview_lines(seen))) < 15_000
    assert len(json.dumps([one.to_dict() for one in seen])) < 20_000


def test_what_is_as_long_as_ours_are_is_shown_whole() -> None:
    why = "User: arn:aws:sts::111122223333:assumed-role/r/u is not authorized to perform: " + "a" * 300
    error = {"message": "m" * 190, "why": why, "remedy": "r"}
    with PretendedHub(USERS[:1], status=lambda user: {**STATUS, "error": error}) as hub:
        [one] = overview(hub.url, "t")
    assert one.problem and one.problem.to_dict() == {"kind": "SecurePyPIError", **error}


@pytest.mark.parametrize(
    "url",
    [
        "http://user:geheim@127.0.0.1:1/hub/api",
        "htp://user:geheim@127.0.0.1/hub/api",
        "user:geheim@127.0.0.1/hub/api",
        "http://user:ge/heim@127.0.0.1/hub/api",
    ],
)
def test_an_address_with_a_password_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        overview(url, "t")
    assert "geheim" not in str(caught.value) and "heim" not in str(caught.value)
    _, why, remedy = str(caught.value).splitlines()
    assert why.startswith("  why ") and remedy.startswith("  try ")


@pytest.mark.parametrize(
    "url", ["http://[/hub/api", "http://h:0/hub/api", "http://h:x/hub/api", "/hub/api", ""]
)
def test_what_is_no_address_is_said(url: str) -> None:
    with pytest.raises(ConfigurationError, match="not the address of a hub's API"):
        overview(url, "t")


@pytest.mark.parametrize("answer", [(400, {"message": "no such scope"}), (500, {}), (503, "busy"), (201, [])])
def test_a_token_that_one_user_does_not_get_is_her_problem(answer: tuple[int, object]) -> None:
    with PretendedHub(USERS, tokens=lambda user: answer if user == USERS[7] else None) as hub:
        seen = overview(hub.url, "t")
        assert hub.held == set()
    assert [one.server.user for one in seen if one.problem] == [USERS[7]]
    assert {one.server.user for one in seen if one.state == "fresh"} == {*USERS} - {USERS[7]}


def test_a_hub_that_refuses_all_is_an_error_and_no_token_is_left() -> None:
    looked_at, refused = threading.Event(), threading.Event()

    def tokens(user: str) -> tuple[int, object] | None:
        if user == USERS[0]:
            return None
        assert looked_at.wait(20)
        refused.set()
        return 403, {"message": "no"}

    def status(user: str) -> object:
        looked_at.set()
        assert refused.wait(20)
        threading.Event().wait(0.5)  # it answers after the refusal has arrived
        return STATUS

    with PretendedHub(USERS, tokens=tokens, status=status) as hub:
        with pytest.raises(AccessDenied):
            overview(hub.url, "t")
        assert hub.held == set()


@pytest.mark.parametrize("following", [0, 2, -1])
def test_pages_that_do_not_go_on_end(following: int) -> None:
    def page(offset: int) -> object:
        assert len(hub.asked) < 10  # or the test would never end
        return hub.routes(USERS[:2], 2 if offset == 0 else following)

    with PretendedHub(USERS, page=page) as hub:
        with pytest.raises(SecurePyPIError, match="not the API of a hub"):
            overview(hub.url, "t")
        assert hub.asked == [0, 2]


def test_pages_that_go_on_are_read() -> None:
    with PretendedHub(
        USERS, page=lambda at: hub.routes(USERS[at : at + 7], at + 7 if at < 14 else None)
    ) as hub:
        assert len(overview(hub.url, "t")) == 20
        assert hub.asked == [0, 7, 14]
