"""From kernel specifications, as Jupyter lists them, to prefixes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jupyter_securepypi.kernels import probe
from jupyter_securepypi.kernels.resolve import resolve, resolve_all

LAUNCH = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
BASE = Path(sys.base_prefix)


def python_spec(*argv, **more):
    return {"argv": [str(word) for word in argv], "language": "python", "display_name": "Some Python", **more}


def script(path, *lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return path


@pytest.fixture(scope="module")
def venv(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kernels") / "my env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=60)
    return folder


@pytest.fixture
def conda(tmp_path, venv):
    """The layout of a conda environment; its Python is no virtual one."""
    folder = tmp_path / "conda" / "envs" / "science"
    (folder / "conda-meta").mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(Path(os.path.realpath(sys.executable)))
    return folder


@pytest.fixture
def no_run(monkeypatch):
    """Fail when anything is executed."""

    def refuse(*arguments, **_):
        raise AssertionError(f"this was run: {arguments}")

    monkeypatch.setattr(subprocess, "Popen", refuse)


def test_a_virtual_environment_is_found_without_running_anything(venv, no_run):
    found = resolve("mine", python_spec(venv / "bin/python", "-Xfrozen_modules=off", *LAUNCH))

    assert (found.kind, found.prefix, found.display_name) == ("python", venv, "Some Python")


def test_a_conda_environment_is_found_without_running_anything(conda, no_run):
    assert resolve("science", python_spec(conda / "bin/python", *LAUNCH)).prefix == conda


@pytest.mark.parametrize("name", ["python", "python3", "python{}.{}".format(*sys.version_info)])
def test_plain_python_is_the_servers_own(name, no_run):
    assert resolve("python3", python_spec(name, *LAUNCH)).prefix == Path(sys.prefix)


def test_a_kernel_that_is_a_program_of_a_conda_environment(conda, no_run):
    (conda / "bin" / "xpython").write_bytes(b"\x7fELF not really")
    (conda / "bin" / "xpython").chmod(0o755)

    assert resolve("xpython", python_spec(conda / "bin/xpython", "-f", "{connection_file}")).prefix == conda


def test_a_console_script_belongs_to_its_interpreters_environment(conda, venv, tmp_path, no_run):
    program = tmp_path / "my-kernel"
    program.write_text(f"#!{conda}/bin/python\nimport this\n")
    program.chmod(0o755)

    assert resolve("mine", python_spec(program, "{connection_file}")).prefix == conda


def test_the_runner_of_nb_conda_kernels_names_the_environment(conda, no_run):
    runner = (sys.executable, "-m", "nb_conda_kernels.runner", conda.parents[1], conda)

    assert resolve("science", python_spec(*runner, "python", *LAUNCH)).prefix == conda


def test_a_shim_is_asked(venv, tmp_path):
    """As pyenv makes them: a script that finds out by itself which Python to run."""
    shim = script(tmp_path / "shims/python", f'exec "{venv}/bin/python" "$@"')

    assert resolve("shim", python_spec(shim, *LAUNCH)).prefix == venv


def test_a_python_on_the_path_of_the_specification_is_asked(venv, tmp_path):
    script(tmp_path / "shims/python2.99", f'exec "{venv}/bin/python" "$@"')
    spec = python_spec("python2.99", *LAUNCH, env={"PATH": f"{tmp_path}/shims:${{PATH}}"})

    assert resolve("shim", spec).prefix == venv


def test_a_real_installation_without_environment_is_asked():
    assert resolve("base", python_spec(os.path.realpath(sys.executable), *LAUNCH)).prefix == BASE


def test_a_wrapper_script_is_asked_and_may_talk(venv, tmp_path):
    wrapper = script(tmp_path / "wrapper", "echo loading modules", f'exec "{venv}/bin/python" "$@"')

    assert resolve("hpc", python_spec(wrapper, *LAUNCH)).prefix == venv


def test_env_in_front_of_python_is_asked(venv):
    assert resolve("env", python_spec("env", "A=b", venv / "bin/python", *LAUNCH)).prefix == venv


def test_conda_run_is_asked(venv, tmp_path):
    conda = script(tmp_path / "bin/conda", 'test "$1 $2 $3 $4" = "run -n science python" || exit 3', "shift 4",
                   f'exec "{venv}/bin/python" "$@"')  # fmt: skip

    assert resolve("science", python_spec(conda, "run", "-n", "science", "python", *LAUNCH)).prefix == venv


def test_a_script_kernel_is_not_run(venv, tmp_path, no_run):
    argv = (venv / "bin/python", tmp_path / "kernel.py", "-m", "extension", "{connection_file}")

    assert resolve("mine", python_spec(*argv)).prefix == venv


def test_a_wrapper_that_hides_its_python_is_reported_and_not_run(tmp_path, no_run):
    wrapper = script(tmp_path / "start-kernel", "exec python -m ipykernel_launcher -f $1")

    found = resolve("hidden", python_spec(wrapper, "{connection_file}"))

    assert (found.kind, found.prefix) == ("unresolved", None)
    assert str(wrapper) in found.reason
    assert "PYTHON -m ipykernel_launcher" in found.reason


@pytest.mark.parametrize(
    "argv",
    [
        ("ssh", "gpu-1", "python", *LAUNCH),
        ("/usr/bin/docker", "run", "--rm", "image", "python", *LAUNCH),
        ("env", "A=b", "srun", "python", *LAUNCH),
        ("nice", "-n", "10", "sudo", "python", *LAUNCH),
    ],
)
def test_what_runs_elsewhere_is_remote(argv, no_run):
    found = resolve("far", python_spec(*argv))

    assert (found.kind, found.prefix) == ("remote", None)


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernel_provisioner": {"provisioner_name": "kubernetes-provisioner"}},
        {
            "process_proxy": {
                "class_name": "enterprise_gateway.services.processproxies.k8s.KubernetesProcessProxy"
            }
        },
    ],
)
def test_a_remote_provisioner_is_remote(metadata, no_run):
    assert resolve("far", python_spec(sys.executable, *LAUNCH, metadata=metadata)).kind == "remote"


def test_a_local_provisioner_is_local(no_run):
    metadata = {"kernel_provisioner": {"provisioner_name": "local-provisioner"}}

    assert resolve("near", python_spec(sys.executable, *LAUNCH, metadata=metadata)).prefix == Path(sys.prefix)


def test_a_wrapper_into_a_container_is_told_by_the_folders_identity(tmp_path):
    """A container's /usr exists here too, but is another folder."""
    wrapper = script(tmp_path / "wrapper", """echo 'jupyter_securepypi:["/usr", "/usr/bin/python", 1, 1]'""")

    found = resolve("boxed", python_spec(wrapper, *LAUNCH))

    assert found.kind == "unresolved"
    assert "container" in found.reason


MAKERS = {
    "uv": ("uv", "run", "--project", "p", "--with", "acme-features", "python", *LAUNCH),
    "uvx": ("uvx", "--from", "ipykernel", "python", *LAUNCH),
    "uv, with a setting in front": ("env", "A=b", "uv", "run", "python", *LAUNCH),
    "poetry": ("poetry", "run", "python", *LAUNCH),
    "pipenv as a module": ("python", "-m", "pipenv", "run", "python", *LAUNCH),
    "pixi": ("nice", "-n", "5", "pixi", "run", "python", *LAUNCH),
    "nix": ("nix-shell", "--run", "python -m ipykernel_launcher"),
}


@pytest.mark.parametrize("what", MAKERS)
def test_a_tool_that_makes_its_environment_first_is_not_run(tmp_path, no_run, what):
    for name in ("uv", "uvx", "poetry", "pixi", "nix-shell"):
        script(tmp_path / "bin" / name, "exit 3")
    path = {"env": {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}}
    found = resolve("made", python_spec(*MAKERS[what], **path))
    assert (found.kind, found.prefix) == ("unresolved", None)
    assert "name the Python itself" in found.reason
    assert "Python" in found.reason.split(";")[0]


def test_a_script_that_calls_such_a_tool_is_not_run(tmp_path, no_run):
    wrapper = script(tmp_path / "wrapper", "module load python", 'exec uv run --with ipykernel python "$@"')
    assert "calls uv" in resolve("made", python_spec(wrapper, *LAUNCH)).reason
    wrapper.write_text("#!/usr/bin/env -S uv run --script\nprint()\n")
    assert "calls uv" in resolve("made", python_spec(wrapper, *LAUNCH)).reason


@pytest.mark.parametrize(
    "argv",
    [
        ("python", "-m", "poetry_kernel", "-f", "{connection_file}"),
        (
            sys.executable,
            "-m",
            "ssh_ipykernel",
            "--host",
            "gpu-box",
            "--python",
            "/opt/conda/bin/python",
            "-f",
            "{c}",
        ),
        (sys.executable, "-Xfrozen_modules=off", "-m", "remote_ikernel", "--interface", "ssh"),
        ("env", "A=b", "python", "-m", "pyproject_local_kernel", "-f", "{connection_file}"),
        ("python", "-m", "jupyter_enterprise_gateway.launch", "python", *LAUNCH),
    ],
)
def test_a_module_that_may_hand_over_to_another_python_is_reported(argv, no_run):
    found = resolve("launched", python_spec(*argv))
    assert (found.kind, found.prefix) == ("unresolved", None)
    assert "may hand over to another Python" in found.reason


def test_another_language_is_not_python(no_run):
    spec = {"argv": [sys.executable, "-m", "bash_kernel"], "language": "bash", "display_name": "Bash"}

    assert resolve("bash", spec).kind == "not_python"


def test_a_program_that_is_gone_is_named(tmp_path, no_run):
    found = resolve("gone", python_spec(tmp_path / "gone/bin/python", *LAUNCH))

    assert found.kind == "unresolved"
    assert str(tmp_path / "gone/bin/python") in found.reason


def test_a_specification_without_command_is_reported(no_run):
    assert resolve("empty", {"argv": [], "language": "python"}).kind == "unresolved"


def test_a_wrapper_that_hangs_is_ended_with_all_it_started(tmp_path, monkeypatch):
    monkeypatch.setattr(probe, "DEADLINE", 0.5)
    hanging = script(
        tmp_path / "hanging", f"echo $$ >{tmp_path}/pids", "sleep 600 &", f"echo $! >>{tmp_path}/pids", "wait"
    )

    found = resolve("hanging", python_spec(hanging, *LAUNCH))

    assert found.kind == "unresolved"
    assert "within 0.5 seconds" in found.reason
    for pid in (tmp_path / "pids").read_text().split():
        assert _ended(int(pid))


def test_a_wrapper_that_talks_without_end_is_ended_for_that(tmp_path, monkeypatch):
    monkeypatch.setattr(probe, "DEADLINE", 600.0)
    chatty = script(tmp_path / "chatty", f"echo $$ >{tmp_path}/pid", "while :; do echo y; done")

    found = resolve("chatty", python_spec(chatty, *LAUNCH))

    assert found.kind == "unresolved"
    assert "seconds" not in found.reason
    assert _ended(int((tmp_path / "pid").read_text()))


def test_an_answer_is_remembered_until_the_program_changes(venv, tmp_path):
    count = f"echo >>{tmp_path}/runs"
    shim = script(tmp_path / "shim", count, f'exec "{venv}/bin/python" "$@"')
    spec = python_spec(shim, *LAUNCH)
    for _ in range(3):
        assert resolve("shim", spec).prefix == venv
    assert len((tmp_path / "runs").read_text()) == 1

    script(shim, count, f'exec "{os.path.realpath(sys.executable)}" "$@"')
    os.utime(shim, ns=(1, 1))

    assert resolve("shim", spec).prefix == BASE


def test_the_specifications_environment_is_what_the_kernel_sees(monkeypatch):
    monkeypatch.setenv("OUTER", "outer")
    spec = python_spec("python", *LAUNCH, env={"INNER": "${OUTER}/inner", "MISSING": "${NOT_THERE}"})

    environ = resolve("mine", spec).environ

    assert (environ["INNER"], environ["MISSING"], environ["OUTER"]) == ("outer/inner", "${NOT_THERE}", "outer")


def test_all_kernels_of_a_server_are_listed_by_name(venv, tmp_path):
    from jupyter_client.kernelspec import KernelSpecManager

    shim = script(tmp_path / "shim", f'exec "{venv}/bin/python" "$@"')
    for name, spec in {
        "b-venv": python_spec(venv / "bin/python", *LAUNCH),
        "a-shim": python_spec(shim, *LAUNCH),
        "c-here": python_spec("{resource_dir}/python", *LAUNCH),
    }.items():
        folder = tmp_path / "kernels" / name
        folder.mkdir(parents=True)
        (folder / "kernel.json").write_text(json.dumps(spec))
    script(tmp_path / "kernels/c-here/python", f'exec "{venv}/bin/python" "$@"')
    manager = KernelSpecManager(kernel_dirs=[str(tmp_path / "kernels")], ensure_native_kernel=False)

    found = resolve_all(manager.get_all_specs())

    assert [one.name for one in found] == ["a-shim", "b-venv", "c-here"]
    assert {one.prefix for one in found} == {venv}


def _ended(pid):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False
