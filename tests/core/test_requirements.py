"""What a request may contain: everything by name, nothing that goes around the secure index."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from jupyter_securepypi.core.errors import RequestRefused
from jupyter_securepypi.core.requests.reader import check_file, read_request
from jupyter_securepypi.core.requests.writer import pip_words, write

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(*arguments: str, **more: Any) -> str:
    with pytest.raises(RequestRefused) as caught:
        read_request(arguments, **more)
    return str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["-i", "http://x"], "--index-url"),
        (["-ihttp://x"], "--index-url"),
        (["-qi", "http://x"], "--index-url"),
        (["-Uf", "dir"], "--find-links"),
        (["--index-url=http://x"], "--index-url"),
        (["--pypi-url", "http://x"], "--index-url"),
        (["--index-u", "http://x"], "--index-url"),
        (["--extra", "http://x"], "--extra-index-url"),
        (["--find", "dir"], "--find-links"),
        (["--tr=host"], "--trusted-host"),
        (["--no-index"], "--no-index"),
        (["--no-in"], "--no-index"),
        (["-e", "."], "--editable"),
        (["--edit=."], "--editable"),
        (["--group", "dev"], "--group"),
        (["--requirements-from-script", "x.py"], "--requirements-from-script"),
        (["--not-known"], "--not-known"),
        (["foo", "-xyz"], "-x"),
        (["--cert", "ca.pem"], "--cert"),
        (["--ce=ca.pem"], "--cert"),
        (["--cache-dir", "shipped"], "--cache-dir"),
        (["--cache=shipped"], "--cache-dir"),
    ],
)
def test_an_option_that_names_another_source_is_refused_by_name(arguments, option):
    assert option in refusal("pandas", *arguments).splitlines()[0]


@pytest.mark.parametrize(
    ("requirement", "kind"),
    [
        ("foo @ https://host/foo.whl", "direct URL"),
        ("https://host/foo.whl", "direct URL"),
        ("file:foo", "direct URL"),
        ("git+https://host/foo", "version control"),
        ("foo@git+ssh://git@host/foo", "version control"),
        ("./foo", "local path"),
        ("foo/bar", "local path"),
        (".", "local path"),
        ("foo-1-py3-none-any.whl", "archive"),
        ("foo.tar.gz", "archive"),
        ("foo===1.0.zip", "archive"),
        ("foo bar", "understood"),
        ("foo=1", "understood"),
        ("", "understood"),
        ("foo; 'a' == 'a'", "understood"),
        ("foo; os_name == sys_platform", "understood"),
        ("foo; os_name == 'a -r b'", "understood"),
        ("foo; (os_name == 'a'", "understood"),
        ("foo; os_name == 'a' or", "understood"),
        ("foo; os_version == 'a'", "understood"),
    ],
)
def test_a_requirement_that_is_more_than_a_name_is_refused_with_its_kind(requirement, kind):
    assert kind in refusal(requirement)
    Path("r.txt").write_text(f"pandas\n{requirement or 'foo;;'}\n")
    assert "(r.txt, line 2)" in refusal("-r", "r.txt")


def test_direct_references_are_accepted_where_an_administrator_allows_them():
    request = read_request(["./foo", "foo @ https://host/x", "-e", "."], allow_direct=True)
    assert [one.direct for one in request.requirements] == ["./foo", "foo @ https://host/x"]
    assert request.names == ("foo",)
    assert [str(given) for given in request.options] == ["--editable=."]
    assert "--index-url" in refusal("./foo", "-i", "http://x", allow_direct=True)


@pytest.mark.parametrize("value", ["https://me:s3cret@host/x", "name @ git+https://me:s3 cret@host/x?t=s3cret"])
def test_no_credentials_are_shown(value):
    for arguments in (["-i", value], [f"--unknown={value}"], [value], ["-r", value], [f"-xx{value}"]):
        assert "s3" not in refusal(*arguments)


def test_what_pip_accepts_and_is_harmless_is_said_to_pip_in_full(folder):
    typed = [
        "-Uqq",
        "--pre",
        "--dry-run",
        "--report=r.json",
        "--target",
        "t",
        "--log=l",
        "pandas[all]>=2,<3",
        "Foo_Bar",
    ]
    request = read_request(typed)
    assert request.names == ("pandas", "foo-bar")
    assert (request.quiet, request.dry_run, request.report, request.target) == (2, True, "r.json", "t")
    words = pip_words(request, write(request, folder))
    assert words[:-1] == ["--upgrade", "--quiet", "--quiet", "--pre", "--dry-run", "--target=t", "--log=l"]
    assert words[-1] == f"--requirement={folder / 'requirements.txt'}"
    assert (folder / "requirements.txt").read_text() == "pandas[all]>=2,<3\nFoo_Bar\n"


def test_what_is_written_is_what_was_read_whatever_becomes_of_the_files(folder):
    (folder / "r.txt").write_text("a >= 1.0 ; python_version<'4' and os.name == 'posix' # why\n-c c.txt\n")
    (folder / "c.txt").write_text(f"b (==2)\\\n  --hash=sha256:{'A' * 64}\n--only-binary :all:\n")
    request = read_request(["-r", "r.txt", "--no-binary=x"], environ={})
    (folder / "r.txt").write_text("evil\n--index-url http://x\n")
    (folder / "c.txt").unlink()
    words = pip_words(request, write(request, folder))
    assert words[:2] == ["--no-binary=x", "--only-binary=:all:"]
    marker = 'python_version < "4" and os_name == "posix"'
    assert (folder / "requirements.txt").read_text() == f"a>=1.0 ; {marker}\n"
    assert (folder / "constraints.txt").read_text() == f"b==2 --hash=sha256:{'a' * 64}\n"


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ("--global-option=easy_install", "--global-option"),
        ("--global-option=--command-packages", "--global-option"),
        ("--global-option=--command_pack", "--global-option"),
        ("--install-option=--index-url=http://x", "--install-option"),
        ("--build-option=setopt", "--build-option"),
        ("--config-settings=--global-option=easy_install", "--config-settings"),
        ("--config-settings=--build-option=--filename=x", "--config-settings"),
        ("--global-option=--cuda_ext", ""),
        ("--config-settings=cmake.args=-DX=1", ""),
        ("-Ceditable_mode=strict", ""),
    ],
)
def test_no_word_for_a_build_may_name_a_command(folder, words, refused):
    if refused:
        assert f"{refused} is not allowed with this value" in refusal("foo", words)
    else:
        assert read_request(["foo", words]).names == ("foo",)
    (folder / "r.txt").write_text(f"foo {words}\n")
    assert "is not allowed in a file" in refusal("-r", "r.txt")


def test_an_option_deep_in_nested_files_is_found_and_its_line_named(folder):
    (folder / "sub").mkdir()
    (folder / "top.txt").write_text("pandas\n-r sub/middle.txt\n")
    (folder / "sub" / "middle.txt").write_text("# nothing\n\n-c low.txt\n")
    (folder / "sub" / "low.txt").write_text("numpy<2\nfoo \\\n  --extra-index-url=http://x\n")
    assert f"(sub{os.sep}low.txt, line 2)" in refusal("-r", "top.txt")
    assert "low.txt, line 2" in refusal("--build-constraint", "sub/low.txt")


def test_names_come_from_requirements_and_not_from_constraints(folder):
    (folder / "r.txt").write_text("a\n-c c.txt\n-r more.txt\n")
    (folder / "c.txt").write_text("b<2\n")
    (folder / "more.txt").write_text("D.e\na\n")
    request = read_request(["-r", "r.txt", "z"])
    assert request.names == ("a", "d-e", "z")
    assert [one.where for one in request.constraints] == ["c.txt, line 1"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("missing.txt", "No such file"),
        ("https://host/r.txt", "is a URL"),
        ("ht\ttps://host/r.txt", "is a URL"),
        ("file:///r.txt", "is a URL"),
        ("pyproject.toml", "`-r pylock.toml`"),
        ("pylock.dev.toml[extra]", "`-r pylock.toml`"),
        ("${UNSET_VARIABLE}/r.txt", "not set"),
        (".", "Cannot read"),
    ],
)
def test_a_requirements_file_that_cannot_be_checked_is_refused(folder, value, said):
    assert said in refusal("-r", value)
    (folder / "r.txt").write_text(f"-r '{value}'\n")
    assert said in refusal("-r", "r.txt")


def test_a_path_through_a_link_is_the_file_that_the_system_opens(folder):
    (folder / "real" / "deep").mkdir(parents=True)
    (folder / "link").symlink_to("real/deep")
    (folder / "r.txt").write_text("foo\n")
    (folder / "real" / "r.txt").write_text("--index-url http://x\n")
    assert "--index-url" in refusal("-r", "link/../r.txt")


def test_files_that_include_each_other_are_refused(folder):
    (folder / "a.txt").write_text("-r b.txt\n")
    (folder / "b.txt").write_text("-r a.txt\n")
    assert "a.txt includes itself (b.txt, line 1)" in refusal("-r", "a.txt")


def test_an_option_hidden_in_a_variable_is_seen(folder):
    (folder / "r.txt").write_text("foo\n${MORE}\n")
    with pytest.raises(RequestRefused, match="--index-url is not allowed"):
        check_file(folder / "r.txt", environ={"MORE": "--index-url http://x"})


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe" + "foo\n-i http://x\n".encode("utf-16-le"),
        b"# coding: utf-7\n+AC0-i http://x\n",
        b"foo\x0c-i http://x\n",
        "foo\u2028-i http://x\n".encode(),
        b"\\--index-url=http://x \\\n",
        b"foo # a comment \\\n-i http://x\n",
        b"foo --hash=sha256:00 '--index-url' http://x\n",
    ],
)
def test_no_spelling_of_a_file_hides_an_option(folder, content):
    (folder / "r.txt").write_bytes(content)
    assert "r.txt, line " in refusal("-r", "r.txt")


ORDINARY = [
    "pandas==2.2.3\nnumpy>=1.26,<2  # pinned\n\n# comment\nscipy\n",
    "foo==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via bar\n",
    "requests[socks,security] >=2.8.1, ==2.8.* ; python_version < '2.7'\n",
    "--pre\n--prefer-binary\n--only-binary :all:\n--use-feature=fast-deps\nfoo\n",
    "foo (>=1.0)\nBar~=1.4.2\nbaz!=1.5\nqux===2020-special\nA.b-c_d ; sys_platform == \"win32\" and (extra == 'x')\n",
    "torch==2.1.0+cu118\nfoo==1!2.0.post1.dev3\nfoo>=1,\n",
    "\ufefffoo\r\nbar\r\n",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_requirements_files_are_accepted(folder, text):
    (folder / "r.txt").write_bytes(text.encode())
    assert read_request(["-r", "r.txt"]).names


def test_a_cell_is_read_like_a_file(folder):
    (folder / "more.txt").write_text("numpy\n")
    request = read_request([], lines="pandas # why\n-r more.txt\nfoo \\\n  --hash=sha256:aa\n")
    assert request.names == ("pandas", "numpy", "foo")
    assert [one.where for one in request.requirements] == [
        "the cell, line 1",
        "more.txt, line 1",
        "the cell, line 3",
    ]
    with pytest.raises(RequestRefused, match=r"\(the cell, line 3\)"):
        read_request([], lines="pandas\n\n-f dir\n")


def test_the_oldest_python_refuses_and_accepts_the_same(folder):
    found = [*Path(os.environ.get("PYENV_ROOT", "/nonexistent")).glob("versions/3.8.*/bin/python")]
    python = str(found[0]) if found else shutil.which("python3.8")
    if not python:
        pytest.skip("NO PYTHON 3.8 on PATH or under PYENV_ROOT: the core's oldest Python is not tested here")
    (folder / "good.txt").write_text("pandas[x]>=2; python_version > '3'\n")
    (folder / "bad.txt").write_text("pandas\n--index-url http://x\n")
    code = "import sys; from jupyter_securepypi.core.requests.reader import read_request as check;"
    code += "print(check(sys.argv[1:]).names)"
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    for name, status, said in (("good.txt", 0, "('pandas',)"), ("bad.txt", 1, "(bad.txt, line 2)")):
        done = subprocess.run(
            [python, "-c", code, "-r", name], capture_output=True, text=True, env=environ, check=False
        )
        assert done.returncode == status
        assert said in done.stdout + done.stderr
