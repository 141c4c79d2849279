"""The user's own file of pip, and another one that PIP_CONFIG_FILE names."""

from __future__ import annotations

from client_support import grant, machine

from jupyter_securepypi.clients.pip_user import UserPip


def test_the_users_file_is_written_too_where_a_variable_names_another_one(environ, user_file, tmp_path):
    """A process may run without that variable, and pip then reads the user's file."""
    chosen = tmp_path / "chosen.conf"
    chosen.write_text("[global]\nindex-url = https://decoy.example/simple\n")
    done = UserPip().point(grant(), machine({**environ, "PIP_CONFIG_FILE": str(chosen)}))
    assert set(done.written) == {user_file, chosen}
    for file in (user_file, chosen):
        assert f"index-url = {grant().index_url}" in file.read_text()
