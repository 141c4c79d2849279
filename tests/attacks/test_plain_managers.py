"""Plain ``%pip``, ``!pip`` and ``!uv pip`` in a kernel: what was tried to lead them elsewhere, and what happens.

Each case is held against the tools themselves: what the audit calls secure takes the package from the secure index,
and what it calls insecure takes it from elsewhere. A remedy is tried, too.
"""

from __future__ import annotations

import os
import ssl
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from client_tools import Tools
from plain_managers import ELSEWHERE, REFUSED, SECURE, indexes, kernel

from jupyter_securepypi.clients.variables import clean

AT_NIGHT = pytest.mark.nightly
PIPS = ["pip==20.3.4", pytest.param("pip==23.2.1", marks=AT_NIGHT), "pip"]
UVS = ["uv==0.6.15", "uv"]


@pytest.fixture(scope="module")
def tools(tmp_path_factory):
    return Tools(tmp_path_factory.mktemp("tools"))


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    with indexes(tmp_path_factory.mktemp("indexes")) as found:
        yield found


@pytest.fixture(scope="module")
def impostor(tmp_path_factory):
    """Whoever answers in the place of the secure index, with a certificate that nobody trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with indexes(tmp_path_factory.mktemp("impostor"), context) as found:
        yield found


@pytest.fixture
def make(tmp_path, tools):
    """Return a kernel with these versions of pip and uv, and put its environment back afterwards."""
    made = []

    def do(index, pip="pip", uv="uv"):
        python = tools.python(pip, pip, "setuptools", "wheel")
        program = tools.python(uv, uv).with_name("uv") if "==" in uv else Path(sys.executable).with_name("uv")
        made.append(python.parent.parent / "pip.conf")
        made[-1].unlink(missing_ok=True)
        return kernel(tmp_path, python, program, index)

    yield do
    for path in made:
        path.unlink(missing_ok=True)


# What we say about a variable or a file is the same whatever the version; by day the oldest are held against what we
# write: a configured kernel, and TLS that was turned off.
@pytest.fixture(params=["pip", *(pytest.param(one, marks=AT_NIGHT) for one in ("pip==20.3.4", "pip==23.2.1"))])
def for_pip(request, make, index):
    return make(index, pip=request.param)


@pytest.fixture(params=["uv", pytest.param("uv==0.6.15", marks=AT_NIGHT)])
def for_uv(request, make, index):
    return make(index, uv=request.param)


def cleaned(kernel):
    """The kernel, started by a server that has removed what leads elsewhere from its own variables."""
    environ = dict(kernel.environ)
    clean(environ)
    return replace(kernel, environ=environ)


def said_about(audit):
    return {finding.where for finding in audit.findings}


class TestNothingTried:
    @pytest.mark.parametrize("pip", PIPS)
    def test_a_configured_kernel_takes_it_from_the_secure_index(self, make, index, pip):
        found = make(index, pip=pip)
        found.configure()
        assert found.audit().state == "secure"
        assert (found.pip(), found.uv_pip()) == (SECURE, SECURE)

    def test_the_oldest_uv_does_so_too(self, make, index):
        found = make(index, uv=UVS[0])
        found.configure()
        assert (found.audit().state, found.uv_pip()) == ("secure", SECURE)

    def test_pip_alone_does_not_make_a_kernel_secure(self, for_uv):
        for_uv.configure()
        Path(for_uv.home, ".config/uv/uv.toml").unlink()
        audit = for_uv.audit()
        assert (audit.pip_state, audit.uv_state, audit.state) == ("secure", "insecure", "insecure")
        assert [finding.kind for finding in audit.findings] == ["uv-unset"]
        assert for_uv.uv_pip() == REFUSED, "it asks public PyPI, to which there is no way from here"
        for_uv.configure_uv()
        assert (for_uv.audit().state, for_uv.uv_pip()) == ("secure", SECURE)

    def test_where_there_is_no_uv_pip_alone_decides(self, for_uv):
        for_uv.configure()
        Path(for_uv.home, ".config/uv/uv.toml").unlink()
        without = for_uv.with_variables(PATH="/nowhere")
        assert without.audit().state == "secure"
        without.write("uv.toml", f'extra-index-url = ["{for_uv.index.elsewhere}"]\n')
        assert without.audit().state == "insecure", "whoever installs uv from the secure index is led elsewhere"

    def test_constraints_of_versions_do_no_harm(self, make, index):
        found = make(index)
        found.configure()
        file = found.write("constraints.txt", "acme-tool<2\n")
        found = found.with_variables(PIP_CONSTRAINT=file, UV_CONSTRAINT=file, UV_OVERRIDE=file)
        assert cleaned(found) == found, "they stay"
        assert found.audit().state == "secure"
        assert (found.pip(), found.uv_pip()) == (SECURE, SECURE)


class TestVariablesOfPip:
    @pytest.mark.parametrize(
        ("variable", "line"),
        [
            ("PIP_CONSTRAINT", "--extra-index-url {elsewhere}"),
            ("PIP_CONSTRAINT", "-r more.txt"),
            ("PIP_REQUIREMENT", "--extra-index-url {elsewhere}"),
            ("PIP_REQUIREMENT", "--find-links {links}"),
        ],
    )
    def test_a_file_with_an_index_is_shown_and_no_longer_inherited(self, for_pip, variable, line):
        for_pip.configure()
        for_pip.write("more.txt", f"--index-url {for_pip.index.elsewhere}\n")
        file = for_pip.write("file.txt", line.format(**vars_of(for_pip.index)) + "\n")
        led = for_pip.with_variables(**{variable: file})
        assert led.pip() == ELSEWHERE
        assert led.audit().state == "insecure"
        assert said_about(led.audit()) == {variable}
        assert (cleaned(led).audit().state, cleaned(led).pip()) == ("secure", SECURE)

    @pytest.mark.parametrize(
        ("pip", "place"),
        [
            ("pip==20.3.4", REFUSED),
            pytest.param("pip==23.2.1", ELSEWHERE, marks=AT_NIGHT),
            ("pip", ELSEWHERE),
        ],
    )
    def test_a_constraint_that_is_an_address(self, make, index, pip, place):
        """pip 20.3 takes none."""
        found = make(index, pip=pip)
        found.configure()
        led = found.with_variables(PIP_CONSTRAINT=found.write("file.txt", f"acme-tool @ {index.wheel}\n"))
        assert (led.pip(), led.audit().state) == (place, "insecure")
        assert (cleaned(led).audit().state, cleaned(led).pip()) == ("secure", SECURE)

    def test_a_file_that_loses_its_line_is_secure_again(self, for_pip):
        """As the remedy says."""
        for_pip.configure()
        file = for_pip.write("file.txt", f"--extra-index-url {for_pip.index.elsewhere}\n")
        led = for_pip.with_variables(PIP_CONSTRAINT=file)
        [finding] = led.audit().findings
        assert "remove it" in finding.remedy
        file.write_text("acme-tool\n")
        assert (led.audit().state, led.pip()) == ("secure", SECURE)

    def test_no_file_at_all_is_shown_with_the_only_remedy_that_helps(self, for_pip):
        for_pip.configure()
        led = for_pip.with_variables(PIP_CONFIG_FILE=os.devnull)
        assert led.pip() == REFUSED, "it asks public PyPI, to which there is no way from here"
        audit = led.audit()
        assert (audit.state, audit.fixable) == ("insecure", False)
        assert {finding.remedy for finding in audit.findings} == {"unset it where the kernel is started"}
        assert (cleaned(led).audit().state, cleaned(led).pip()) == ("secure", SECURE)

    def test_another_pip_that_reads_another_file(self, make, index, tools):
        found = make(index)
        found.configure()
        other = tools.python("pip==25.2", "pip==25.2", "setuptools", "wheel")
        (other.parent.parent / "pip.conf").write_text(f"[global]\nindex-url = {index.elsewhere}\n")
        led = found.with_variables(PIP_PYTHON=other)
        assert (led.pip_install(), led.audit().state) == (ELSEWHERE, "insecure")
        assert (cleaned(led).pip_install(), cleaned(led).audit().state) == (SECURE, "secure")

    @pytest.mark.parametrize("variable", ["PIP_GROUP", "PIP_REQUIREMENTS_FROM_SCRIPT"])
    def test_what_a_project_or_a_script_asks_for(self, make, index, variable):
        found = make(index)
        found.configure()
        found.write("pyproject.toml", f'[dependency-groups]\nall = ["acme-tool @ {index.wheel}"]\n')
        found.write("script.py", f'# /// script\n# dependencies = ["acme-tool @ {index.wheel}"]\n# ///\n')
        led = found.with_variables(**{variable: "all" if variable == "PIP_GROUP" else "script.py"})
        assert (led.pip_install(), led.audit().state) == (ELSEWHERE, "insecure")
        assert (cleaned(led).pip_install(), cleaned(led).audit().state) == (SECURE, "secure")


class TestFilesOfPip:
    @pytest.mark.parametrize("section", ["global", "download"])
    def test_a_file_of_constraints_that_another_file_names(self, for_pip, section):
        constraints = for_pip.write("file.txt", f"--extra-index-url {for_pip.index.elsewhere}\n")
        conf = for_pip.home / ".config/pip/pip.conf"
        conf.parent.mkdir(parents=True)
        conf.write_text(f"[{section}]\nconstraint = {constraints}\n")
        for_pip.configure()
        assert (for_pip.pip(), for_pip.audit().state) == (ELSEWHERE, "insecure")
        assert said_about(for_pip.audit()) == {str(conf)}
        constraints.write_text("")
        assert (for_pip.audit().state, for_pip.pip()) == ("secure", SECURE)

    @pytest.mark.parametrize("option", ["group", "requirements-from-script"])
    def test_a_project_or_a_script_that_another_file_names(self, make, index, option):
        found = make(index)
        found.write("pyproject.toml", f'[dependency-groups]\nall = ["acme-tool @ {index.wheel}"]\n')
        found.write("script.py", f'# /// script\n# dependencies = ["acme-tool @ {index.wheel}"]\n# ///\n')
        conf = found.home / ".config/pip/pip.conf"
        conf.parent.mkdir(parents=True)
        conf.write_text(f"[install]\n{option} = {'all' if option == 'group' else 'script.py'}\n")
        found.configure()
        audit = found.audit()
        assert (found.pip_install(), audit.state, audit.fixable) == (ELSEWHERE, "insecure", False)
        [finding] = audit.findings
        assert finding.remedy == f"remove {option} from that file, or ask its owner to"
        conf.unlink()
        assert (found.pip_install(), found.audit().state) == (SECURE, "secure")


class TestVariablesOfUv:
    @pytest.mark.parametrize("variable", ["UV_CONSTRAINT", "UV_OVERRIDE"])
    @pytest.mark.parametrize(
        "line", ["--extra-index-url {elsewhere}", "--find-links {links}", "acme-tool @ {wheel}", "-r more.txt"]
    )
    def test_a_file_with_an_index_is_shown_and_no_longer_inherited(self, for_uv, variable, line):
        for_uv.configure()
        for_uv.write("more.txt", f"--extra-index-url {for_uv.index.elsewhere}\n")
        file = for_uv.write("file.txt", line.format(**vars_of(for_uv.index)) + "\n")
        led = for_uv.with_variables(**{variable: file})
        assert led.uv_pip() == ELSEWHERE
        assert (led.audit().pip_state, led.audit().state) == ("secure", "insecure")
        assert said_about(led.audit()) == {variable}
        assert (cleaned(led).audit().state, cleaned(led).uv_pip()) == ("secure", SECURE)

    def test_constraints_for_builds_count_too(self, make, index):
        """They only matter where something is built from source; what they name is fetched then."""
        found = make(index)
        found.configure()
        file = found.write("file.txt", f"setuptools @ {index.wheel}\n")
        led = found.with_variables(UV_BUILD_CONSTRAINT=file)
        assert (led.audit().state, cleaned(led).audit().state) == ("insecure", "secure")

    @pytest.mark.parametrize("variable", ["UV_PROJECT", "UV_WORKING_DIRECTORY"])
    def test_the_folder_of_another_project_is_looked_at(self, make, index, variable):
        found = make(index)
        found.configure()
        found.write("project/uv.toml", f'extra-index-url = ["{index.elsewhere}"]\n')
        led = found.with_variables(**{variable: "project"})
        assert (led.uv_pip(), led.audit().state) == (ELSEWHERE, "insecure")
        assert said_about(led.audit()) == {str(found.folder / "project/uv.toml")}
        found.write("project/uv.toml", "")
        assert (led.uv_pip(), led.audit().state) == (SECURE, "secure")

    def test_no_file_at_all(self, for_uv):
        for_uv.configure()
        led = for_uv.with_variables(UV_NO_CONFIG="1")
        assert (led.uv_pip(), led.audit().state) == (REFUSED, "insecure")
        assert said_about(led.audit()) == {"UV_NO_CONFIG"}
        assert (cleaned(led).uv_pip(), cleaned(led).audit().state) == (SECURE, "secure")

    def test_an_empty_file_instead_of_all_others(self, for_uv):
        for_uv.configure()
        led = for_uv.with_variables(UV_CONFIG_FILE=os.devnull)
        assert (led.uv_pip(), led.audit().state) == (REFUSED, "insecure")
        assert said_about(led.audit()) == {"UV_CONFIG_FILE"}
        assert (cleaned(led).uv_pip(), cleaned(led).audit().state) == (SECURE, "secure")

    def test_a_file_instead_of_all_others_is_pointed_at_the_secure_index_too(self, for_uv):
        file = for_uv.write("chosen.toml", f'extra-index-url = ["{for_uv.index.elsewhere}"]\noffline = false\n')
        led = for_uv.with_variables(UV_CONFIG_FILE=file)
        assert (led.uv_pip(), led.audit().state) == (ELSEWHERE, "insecure")
        led.configure()
        assert (led.uv_pip(), led.audit().state) == (SECURE, "secure")
        assert "offline = false" in file.read_text()

    def test_an_index_for_pytorch(self, for_uv):
        for_uv.configure()
        led = for_uv.with_variables(UV_TORCH_BACKEND="cpu")
        for_uv.index.visits.clear()
        assert (led.uv_pip("torch"), led.audit().state) == (REFUSED, "insecure")
        assert not for_uv.index.visits, "it asked PyTorch's index, to which there is no way from here"
        assert cleaned(led).audit().state == "secure"


class TestAProjectsFilesForUv:
    @pytest.mark.parametrize(
        "text",
        [
            'extra-index-url = ["{elsewhere}"]\n',
            '[[index]]\nurl = "{elsewhere}"\n',
            'find-links = ["{links}"]\n',
            '[pip]\nfind-links = ["{links}"]\n',
            'override-dependencies = ["acme-tool @ {wheel}"]\n',
            'constraint-dependencies = ["acme-tool @ {wheel}"]\n',
        ],
    )
    @pytest.mark.parametrize("file", ["notebooks/uv.toml", "pyproject.toml"])
    def test_they_are_shown_and_the_remedy_helps(self, for_uv, file, text):
        """A project in the notebook's folder or above it: it is the user's, so it is not written."""
        for_uv.configure()
        text = text.format(**vars_of(for_uv.index))
        path = for_uv.folder.parent / file
        in_table = text.replace("[[", "[[tool.uv.").replace("[pip]", "[tool.uv.pip]")
        path.write_text(text if path.name == "uv.toml" else f"[tool.uv]\n{in_table}")
        audit = for_uv.audit()
        assert (for_uv.uv_pip(), audit.state, audit.fixable) == (ELSEWHERE, "insecure", False)
        [finding] = audit.findings
        assert finding.where == str(path)
        assert for_uv.with_variables(UV_DEFAULT_INDEX=for_uv.grant.index_url).uv_pip() == ELSEWHERE, "no remedy"
        own = for_uv.home / ".config/uv/uv.toml"
        assert f"UV_CONFIG_FILE={own}" in finding.remedy
        mended = for_uv.with_variables(UV_CONFIG_FILE=own)
        assert (mended.uv_pip(), mended.audit().state) == (SECURE, "secure")

    def test_a_package_that_a_project_takes_from_an_address(self, for_uv):
        """It counts where the project itself is asked for, which is one command in a cloned repository."""
        for_uv.configure()
        for_uv.write(
            "pyproject.toml",
            '[project]\nname = "cloned"\nversion = "1"\ndependencies = ["acme-tool"]\n'
            f'[tool.uv.sources]\nacme-tool = {{ url = "{for_uv.index.wheel}" }}\n',
        )
        assert for_uv.audit().state == "insecure"
        assert for_uv.uv_pip("-rpyproject.toml") == ELSEWHERE

    def test_a_file_that_uv_refuses_leaves_the_state_open(self, for_uv):
        for_uv.configure()
        for_uv.write("uv.toml", "[[[")
        assert (for_uv.uv_pip(), for_uv.audit().state) == (REFUSED, "unknown")
        assert [finding.kind for finding in for_uv.audit().findings] == ["uv-broken"]


class TestTlsTurnedOff:
    @pytest.mark.parametrize("pip", PIPS)
    def test_pips_files_are_neutralised(self, make, impostor, pip):
        found = make(impostor, pip=pip)
        conf = found.home / ".config/pip/pip.conf"
        conf.parent.mkdir(parents=True)
        conf.write_text(f"[global]\nindex-url = {found.grant.index_url}\ntrusted-host = 127.0.0.1\n")
        found.configure_uv()
        assert (found.pip(), found.audit().state) == (SECURE, "insecure"), "the impostor's file, this time"
        found.configure()
        assert (found.pip(), found.audit().state) == (REFUSED, "secure")

    @pytest.mark.parametrize("pip", PIPS)
    def test_pips_variable_is_shown_and_no_longer_inherited(self, make, impostor, pip):
        found = make(impostor, pip=pip)
        found.configure()
        led = found.with_variables(PIP_TRUSTED_HOST="127.0.0.1")
        assert (led.pip(), led.audit().state) == (SECURE, "insecure"), "the impostor's file, this time"
        assert said_about(led.audit()) == {"PIP_TRUSTED_HOST"}
        assert (cleaned(led).pip(), cleaned(led).audit().state) == (REFUSED, "secure")

    @pytest.mark.parametrize("uv", UVS)
    def test_uvs_variable_is_shown_and_no_longer_inherited(self, make, impostor, uv):
        found = make(impostor, uv=uv)
        found.configure()
        led = found.with_variables(UV_INSECURE_HOST="127.0.0.1")
        assert (led.uv_pip(), led.audit().state) == (SECURE, "insecure"), "the impostor's file, this time"
        assert said_about(led.audit()) == {"UV_INSECURE_HOST"}
        assert (cleaned(led).uv_pip(), cleaned(led).audit().state) == (REFUSED, "secure")

    @pytest.mark.parametrize("uv", UVS)
    def test_uvs_own_file_is_neutralised_and_a_projects_is_shown(self, make, impostor, uv):
        found = make(impostor, uv=uv)
        found.configure()
        own = found.home / ".config/uv/uv.toml"
        own.write_text(f'allow-insecure-host = ["127.0.0.1"]\n{own.read_text()}')
        assert (found.uv_pip(), found.audit().state) == (SECURE, "insecure"), "the impostor's file, this time"
        found.configure()
        assert (found.uv_pip(), found.audit().state) == (REFUSED, "secure")
        project = found.write("uv.toml", 'allow-insecure-host = ["127.0.0.1"]\n')
        assert (found.uv_pip(), found.audit().state) == (SECURE, "insecure")
        assert said_about(found.audit()) == {str(project)}


def vars_of(index):
    return {"elsewhere": index.elsewhere, "links": index.links, "wheel": index.wheel}
