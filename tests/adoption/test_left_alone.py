"""What `adopt` must not touch: code that does something else, and code that it does not understand."""

from __future__ import annotations

import json

import pytest
from copied_scripts import CLASSIC, HOST, PATH, notebook

from jupyter_securepypi.cli import main

GET = 'boto3.client("codeartifact").get_authorization_token(domain="acme")["authorizationToken"]'
URL = f'f"https://aws:{{token}}@{HOST}/{PATH}"'

# Nothing in these authenticates to an index by itself.
INNOCENT = {
    "a role for a bucket": """
import boto3
keys = boto3.client("sts").assume_role(RoleArn="arn:aws:iam::111122223333:role/D", RoleSessionName="x")["Credentials"]
boto3.client("s3", aws_access_key_id=keys["AccessKeyId"]).download_file("bucket", "key", "file")
""",
    "pip without a token": """
import os, subprocess, sys
USE = os.environ.get("USE_SECURE_PYPI", "false") == "true"
subprocess.check_call([sys.executable, "-m", "pip", "install", "pandas"])
""",
    "a token for something else": """
import os, requests
token = os.environ["API_TOKEN"]
requests.get(f"https://api.example.com/v1/{token}", timeout=5)
print(token)
""",
    "the words in a text": '''
"""Run `aws codeartifact login` before, or set PIP_INDEX_URL=https://aws:TOKEN@host/."""
HELP = "aws codeartifact get-authorization-token prints a token"
print(HELP)
''',
    "a token for another service of the same name": """
import boto3, subprocess
def login():
    token = boto3.client("ecr").get_authorization_token()["authorizationData"][0]["authorizationToken"]
    subprocess.run(["docker", "login", "-u", "AWS", "-p", token], check=True)
login()
""",
    "ours already": """
from jupyter_securepypi import install_packages
install_packages(requirements="requirements.txt")
""",
    "no Python": "this is { not python\n",
    "a build of its own": """
import subprocess
def run(*words):
    subprocess.run(["make", *words], check=True)
run("install")
""",
}

# These are found, and left as they are.
NOT_UNDERSTOOD = {
    "the result is used": f"""
import subprocess, sys, boto3
token = {GET}
if subprocess.call([sys.executable, "-m", "pip", "install", "-i", {URL}, "acme-core"]) != 0:
    sys.exit("no packages")
""",
    "an option that pip has and we do not take": f"""
import subprocess, sys, boto3
token = {GET}
subprocess.check_call([sys.executable, "-m", "pip", "install", "--target", "lib", "-i", {URL}, "acme-core"])
""",
    "the token goes elsewhere, too": f"""
import subprocess, sys, boto3
def token_of():
    return {GET}
def upload(token):
    send_to_vault(token)
subprocess.check_call(["twine", "upload", "-u", "aws", "-p", token_of(), "dist/x.whl"])
""",
    "another process needs the index": f"""
import os, subprocess, sys, boto3
token = {GET}
os.environ["PIP_INDEX_URL"] = {URL}
subprocess.check_call([sys.executable, "-m", "pip", "install", "acme-core"])
subprocess.check_call(["./build.sh"])
""",
    "two commands in one": f"""
import os, boto3
token = {GET}
os.system(f"pip install -i https://aws:{{token}}@{HOST}/{PATH} acme-core && touch done")
""",
    "words that a condition adds": f"""
import subprocess, sys, os, boto3
def provide(names):
    token = {GET}
    command = [sys.executable, "-m", "pip", "install", "-i", {URL}]
    if os.path.exists("extra.txt"):
        command += ["-r", "extra.txt"]
    subprocess.check_call(command + names)
provide(["acme-core"])
""",
    "a function of our name that does more": f"""
import subprocess, sys, boto3
def install_packages(names):
    token = {GET}
    subprocess.check_call([sys.executable, "-m", "pip", "install", "-i", {URL}, *names])
    boto3.client("s3").upload_file("a", "b", "c")
install_packages(["acme-core"])
""",
    "a token that is kept for others": f"""
import boto3
class Keeper:
    def __init__(self):
        self.tokens = {{}}
    def refresh(self, name):
        self.tokens[name] = {GET}
    def all(self):
        return dict(self.tokens)
keeper = Keeper()
keeper.refresh("acme")
serve(keeper)
""",
    "another Python": f"""
import subprocess, boto3
token = {GET}
subprocess.check_call(["/opt/other/bin/python", "-m", "pip", "install", "-i", {URL}, "acme-core"])
""",
    "another folder": f"""
import subprocess, sys, boto3
token = {GET}
subprocess.check_call([sys.executable, "-m", "pip", "install", "-i", {URL}, "-r", "r.txt"], cwd="sub")
""",
    "our name for something else": f"""
import subprocess, sys, boto3
from ours import install_packages
token = {GET}
subprocess.check_call([sys.executable, "-m", "pip", "install", "-i", {URL}, "acme-core"])
install_packages()
""",
}


@pytest.mark.parametrize("name", INNOCENT)
def test_nothing_is_found_in_what_is_innocent(name, project, capsys):
    folder = project({"script.py": INNOCENT[name]})
    assert main(["adopt", "--write", str(folder)]) == 0
    assert capsys.readouterr().out == "Nothing authenticates by itself there.\n"
    assert (folder / "script.py").read_text() == INNOCENT[name]


@pytest.mark.parametrize("name", NOT_UNDERSTOOD)
def test_what_is_not_understood_is_told_and_left_to_the_byte(name, project, capsys):
    folder = project({"script.py": NOT_UNDERSTOOD[name]})
    assert main(["adopt", "--write", str(folder)]) == 1
    assert "script.py, line" in capsys.readouterr().out
    assert (folder / "script.py").read_text() == NOT_UNDERSTOOD[name]


@pytest.mark.parametrize("options", [[], ["--diff"], ["--json"], ["--diff", "--json"]])
def test_nothing_is_written_unless_it_is_asked_for(options, project, capsys):
    folder = project({"train.py": CLASSIC})
    assert main(["adopt", *options, str(folder)]) == 1
    assert (folder / "train.py").read_text() == CLASSIC
    assert sorted(path.name for path in folder.iterdir()) == ["train.py"]


def test_a_file_that_is_not_there_is_an_error(capsys, tmp_path):
    assert main(["adopt", str(tmp_path / "missing.py")]) == 1
    assert "is not there" in capsys.readouterr().err


@pytest.mark.parametrize("more", ["", '__all__ = ["provide"]\nprovide(["acme-core"])\n'])
def test_a_function_that_other_files_may_import_stays_with_another_body(more, project):
    before = f"""import subprocess, sys, boto3

def provide(names):
    # What the models need.
    token = {GET}
    subprocess.check_call([sys.executable, "-m", "pip", "install", "-i", {URL}, *names])
"""
    after = """from jupyter_securepypi import install_packages

def provide(names):
    install_packages(names)
"""
    folder = project({"library.py": before + more})
    assert main(["adopt", "--write", str(folder)]) == 0
    assert (folder / "library.py").read_text() == after + more


def test_what_a_function_does_besides_stays(project):
    text = f"""import os, subprocess, sys, boto3

def provide(names):
    token = {GET}
    os.environ["AWS_REGION"] = "us-west-2"
    sys.path.append("lib")
    open("needed.txt", "w").write("acme-core")
    subprocess.check_call([sys.executable, "-m", "pip", "install", "-i", {URL}, "wheel"])
    subprocess.check_call([sys.executable, "-m", "pip", "install", "-i", {URL}, *names, "-r", "needed.txt"])

provide(["acme-core"])
"""
    folder = project({"script.py": text})
    assert main(["adopt", "--write", str(folder)]) == 0
    assert (
        (folder / "script.py").read_text()
        == """import os, sys
from jupyter_securepypi import install_packages

def provide(names):
    os.environ["AWS_REGION"] = "us-west-2"
    sys.path.append("lib")
    open("needed.txt", "w").write("acme-core")
    install_packages(["wheel"])
    install_packages(names, requirements="needed.txt")

provide(["acme-core"])
"""
    )


LIBRARY = f"""import subprocess, sys, boto3
DOMAIN = "acme"
def token_of():
    return boto3.client("codeartifact").get_authorization_token(domain=DOMAIN)["authorizationToken"]
def install_packages(names, region="us-west-2"):
    url = f"https://aws:{{token_of()}}@{HOST}/{PATH}"
    subprocess.check_call([sys.executable, "-m", "pip", "install", "-i", url, *names])
"""


@pytest.mark.parametrize(
    ("user", "after"),
    [
        (
            "from library import install_packages\ninstall_packages(['acme-core'])\n",
            "from jupyter_securepypi import install_packages\n\ninstall_packages(['acme-core'])\n",
        ),
        (
            "import library\nlibrary.install_packages(['acme-core'])\n",
            "from jupyter_securepypi import install_packages\n\ninstall_packages(['acme-core'])\n",
        ),
        (
            "from library import install_packages as get, DOMAIN\nget(['acme-core'])\nprint(DOMAIN)\n",
            "from library import DOMAIN\nfrom jupyter_securepypi import install_packages\n\n"
            "install_packages(['acme-core'])\nprint(DOMAIN)\n",
        ),
    ],
)
def test_an_import_from_another_file_goes_with_what_it_imports(user, after, project):
    folder = project({"library.py": LIBRARY, "user.py": user})
    assert main(["adopt", "--write", str(folder)]) == 0
    assert (folder / "user.py").read_text().replace("\n\n", "\n") == after.replace("\n\n", "\n")
    left = (folder / "library.py").read_text()
    assert "def " not in left
    assert ("DOMAIN" in left) is ("DOMAIN" in user)


@pytest.mark.parametrize(
    "user", ["from library import *\ninstall_packages(['x'])\n", "import library as l\nf(l.token_of)\n"]
)
def test_what_another_file_still_needs_stays(user, project):
    folder = project({"library.py": LIBRARY.replace("install_packages", "provide"), "user.py": user})
    main(["adopt", "--write", str(folder)])
    assert (folder / "user.py").read_text() == user
    assert "def token_of" in (folder / "library.py").read_text()


def test_only_part_of_a_file_is_rewritten_and_the_rest_is_named(project, capsys):
    text = f"""import subprocess
import sys

import boto3  # AWS


def token_for(what):
    return {GET}


def install(names):
    token = token_for("pip")
    subprocess.check_call([sys.executable, "-m", "pip", "install", "-i", {URL}, *names])


install(["acme-core"])
subprocess.check_call(["twine", "upload", "-u", "aws", "-p", token_for("twine"), "dist/x.whl"])
"""
    folder = project({"script.py": text})
    assert main(["adopt", "--write", str(folder)]) == 1
    out = capsys.readouterr().out
    assert "rewritten, but for line" in out
    after = (folder / "script.py").read_text()
    assert 'install_packages(["acme-core"])' in after
    assert "def install(" not in after
    assert "import boto3  # AWS" in after
    assert "def token_for(what)" in after


@pytest.mark.parametrize("indent", [1, 2, None])
@pytest.mark.parametrize("end", ["\n", ""])
def test_a_notebook_keeps_all_but_the_code_that_goes(project, indent, end):
    cells = [
        "import boto3\nimport math",
        f"token = {GET}\n",
        f"!pip install -i https://aws:{{token}}@{HOST}/{PATH} acme-core",
        "math.pi",
    ]
    text = json.dumps(json.loads(notebook(cells)), indent=indent, ensure_ascii=False) + end
    folder = project({"a.ipynb": text})
    assert main(["adopt", "--write", str(folder)]) == 0
    after = (folder / "a.ipynb").read_text()
    new, old = json.loads(after), json.loads(text)
    sources = ["".join(cell.pop("source")) for cell in new["cells"]]
    for cell in old["cells"]:
        del cell["source"]
    assert new == old
    assert sources[1:] == [
        "import math\nfrom jupyter_securepypi import install_packages",
        "",
        'install_packages(["acme-core"])',
        "math.pi",
    ]
    assert after == json.dumps(json.loads(after), indent=indent, ensure_ascii=False) + end


def test_line_ends_a_byte_order_mark_and_the_mode_stay(project):
    lines = [
        "\ufeffimport subprocess, sys, boto3",
        f"token = {GET}",
        f"subprocess.check_call([sys.executable, '-m', 'pip', 'install', '-i', {URL}, 'acme-core'])",
        "print('ä')  # yes\r\n",
    ]
    text = "\r\n".join(lines)
    folder = project({"a.py": text})
    (folder / "a.py").chmod(0o750)
    assert main(["adopt", "--write", str(folder)]) == 0
    after = (folder / "a.py").read_bytes().decode()
    assert after.split("\r\n") == [
        "\ufefffrom jupyter_securepypi import install_packages",
        "",
        'install_packages(["acme-core"])',
        "print('ä')  # yes",
        "",
    ]
    assert (folder / "a.py").stat().st_mode & 0o777 == 0o750
