"""ARN and URL: any text is a repository, unmistakably, or a clear error of ours that keeps passwords to itself."""

from __future__ import annotations

import re

import botocore.session
from fuzz_support import drawn
from hypothesis import example, given
from hypothesis import strategies as st

from jupyter_securepypi.core.errors import ConfigurationError
from jupyter_securepypi.core.providers.codeartifact.repository import Repository

# What AWS itself says a name may be: the service model that boto3 checks requests against.
MODEL = botocore.session.get_session().get_service_model("codeartifact")
NAMES = {
    "domain": MODEL.shape_for("DomainName").metadata["pattern"],
    "owner": MODEL.shape_for("AccountId").metadata["pattern"],
    "name": MODEL.shape_for("RepositoryName").metadata["pattern"],
}
SECRET = "hunter2"

LETTERS, DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"
PLACES = [
    ("us-west-2", "aws"),
    ("eu-central-1", "aws"),
    ("us-gov-west-1", "aws-us-gov"),
    ("cn-north-1", "aws-cn"),
    ("us-isob-east-1", "aws-iso-b"),
]
REPOSITORIES = st.builds(
    lambda place, **names: Repository(region=place[0], partition=place[1], **names),
    place=st.sampled_from(PLACES),
    domain=st.text(LETTERS + DIGITS + "-", min_size=0, max_size=48).map("d{}0".format),
    owner=st.integers(0, 10**12 - 1).map("{:012}".format),
    name=st.text(LETTERS + LETTERS.upper() + DIGITS + "._-", min_size=1, max_size=99).map("r{}".format),
)
ODD = st.sampled_from(list(":/@[]%?# \t\n\r\0\\.-_aA0\u0661\uff19\xe9\u2028\ufeff\ud800"))


def spellings(repository: Repository) -> list[str]:
    """Return every way to write a repository: its ARN, and, where they are known, the three kinds of index URL."""
    domain, region, name = f"{repository.domain}-{repository.owner}", repository.region, repository.name
    if repository.partition not in ("aws", "aws-us-gov"):
        return [repository.arn]
    return [
        repository.arn,
        f"https://{domain}.d.codeartifact.{region}.amazonaws.com/pypi/{name}/simple/",
        f"https://{domain}.codeartifact.{region}.on.aws/pypi/{name}/",
        f"https://vpce-0a.d.codeartifact.{region}.vpce.amazonaws.com/d/{domain}/pypi/{name}/simple",
    ]


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Draw a spelling with one to three characters put in, taken out or replaced."""
    text = draw(st.sampled_from(spellings(draw(REPOSITORIES))))
    for _ in range(draw(st.integers(1, 3))):
        at, over = draw(st.integers(0, len(text))), draw(st.integers(0, 1))
        text = text[:at] + draw(st.one_of(st.just(""), ODD, st.characters())) + text[at + over :]
    return text


def parsed(text: str) -> Repository | None:
    """Return the repository, or None for an error of ours that says what to do; any other is a fault."""
    try:
        return Repository.parse(text)
    except ConfigurationError as error:
        assert error.remedy
        return None


@drawn(200)
@given(REPOSITORIES, st.data())
def test_every_spelling_of_a_repository_is_that_repository(repository, data):
    for text in spellings(repository):
        found = parsed(data.draw(st.sampled_from(["", " ", "\n"])) + text)
        assert found == repository


@drawn(500)
@given(st.one_of(damaged(), st.text()))
@example(
    "arn:aws:codeartifact:us-west-2:\u0661\u0661\u0661\u0661\u0662\u0662\u0662\u0662\u0663\u0663\u0663\u0663:repository/acme/shared-pypi"
)
@example("https://[acme/pypi/shared-pypi/simple/")
@example("https://acme-111122223333.d.codeartifact.us-west-2.amazonaws.com:port/pypi/shared-pypi/")
def test_what_is_accepted_is_what_aws_takes_and_nothing_else_was_read_into_it(text):
    found = parsed(text)
    if found is None:
        return
    for part, pattern in NAMES.items():
        value = getattr(found, part)
        assert value.isascii()
        assert re.fullmatch(pattern, value)
    if "://" not in text:
        assert found.arn == text.strip()


@drawn(300)
@given(
    REPOSITORIES,
    st.sampled_from(["https://", "http://", "", "//", "https:", "https:/", "arn:aws:"]),
    st.sampled_from(["@", "/@", "?@", "#@", "%40@", "]@", "@[", "@@", "\n@", "\\@"]),
    st.integers(0, 3),
)
def test_no_error_shows_the_password_of_a_url(repository, scheme, sign, which):
    known = spellings(repository)
    host = known[which % len(known)].rpartition("://")[2]
    try:
        Repository.parse(f"{scheme}aws:{SECRET}{sign}{host}")
    except ConfigurationError as error:
        assert SECRET not in str(error)
