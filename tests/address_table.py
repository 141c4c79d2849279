"""Ways to write the address of a host, and whether it is the secure index's: for all that hold the rule."""

from __future__ import annotations

# With {host} for the host of https://{host}/, the only one that is meant.
SAME_HOST = (
    "https://{host}/",
    "https://{host}",
    "HTTPS://{HOST}/",
    "https://{host}:443/",
    "https://{host}:/",
    "https://aws:secret@{host}/",
    "https://aws:p@ss@{host}/",
    "https://other.example.com@{host}/",
)
OTHER_HOST = (
    "http://{host}/",
    "http://{host}:443/",
    "https://{host}:8443/",
    "https://{host}:0/",
    "https://{host}:80443/",
    "https://{host}:port/",
    "https://{host}.example.com/",
    "https://x{host}/",
    "https://{host}./",
    "https://{host}@example.com/",
    "https://{host}:443@example.com/",
    "https://{host}%2eexample.com/",
    "https://example.com\\@{host}/",
    "https://{host}\\@example.com/",
    "https://{host}\\.example.com/",
    "https:\\\\{host}\\",
    "https://{host}\t/",
    "https://{host}\n.example.com/",
    "https://exa\rmple.com@{host}/",
    "https://{host}\x00/",
    "https:// {host}/",
    "https://[{host}]/",
    "https:///{host}/",
    "https:{host}/",
    "ftp://{host}/",
    "file://{host}/",
)


def written(form: str, host: str) -> str:
    """Return one of these ways for `host`."""
    return form.replace("{host}", host).replace("{HOST}", host.upper())
