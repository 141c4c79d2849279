"""Every option in one place, with the same values for server, kernel and command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from traitlets import Bool, Enum, Float, Int, List, TraitError, Unicode, validate
from traitlets.config import Config, Configurable
from traitlets.config.loader import (
    ConfigFileNotFound,
    JSONFileConfigLoader,
    LazyConfigValue,
    PyFileConfigLoader,
)

from .clients import registry
from .core import variables
from .core.errors import ConfigurationError, NotConfigured
from .core.grant import MintRequest, check_duration
from .core.providers.base import Repository
from .core.providers.registry import repository_of

CONFIG_NAME = "jupyter_securepypi_config"


class SecurePyPI(Configurable):
    """Options of jupyter_securepypi.

    They are set in ``jupyter_securepypi_config.py`` or ``.json`` on Jupyter's configuration path (``jupyter --paths``),
    so that the server, each kernel and the command line see the same values. The environment variables
    SECURE_PYPI_INDEX (or CA_REPOSITORY_ARN), SECURE_PYPI_ROLE_ARN, SECURE_PYPI_TOKEN_DURATION and USE_SECURE_PYPI
    override them.
    """

    repository = Unicode(
        "",
        help="""What to install from: the ARN of a CodeArtifact repository, or the URL of any package index, like
        https://HOST/.../simple/. Overridden by the variable SECURE_PYPI_INDEX, or CA_REPOSITORY_ARN.""",
    ).tag(config=True)
    role_arn = Unicode(
        "",
        help="""ARN of the role to assume before asking for a token; empty: use the ambient credentials.
        A template: {account_id} becomes the caller's account, {partition} the repository's partition.
        Overridden by the variable SECURE_PYPI_ROLE_ARN.""",
    ).tag(config=True)
    token_duration = Int(
        43200,
        help="""Lifetime to ask for, in seconds: 900 to 43200, or 0 for the lifetime of the role's temporary
        credentials. Overridden by the variable SECURE_PYPI_TOKEN_DURATION.""",
    ).tag(config=True)
    use_secure_pypi = Bool(
        True,
        help="""Install from the secure index. False asks for the public index, which `allow_public` must
        permit. Overridden by the variable USE_SECURE_PYPI.""",
    ).tag(config=True)
    allow_public = Bool(
        False, help="Let USE_SECURE_PYPI=false send %secure_pip to the public index. Off: it is refused."
    ).tag(config=True)
    public_index_url = Unicode(
        "", help="The index that `allow_public` means; empty: the default of the package manager."
    ).tag(config=True)
    allow_direct = Bool(
        False,
        help="Let %secure_pip take URLs, version control references and local paths. Off: they are refused.",
    ).tag(config=True)
    take_over_pip = Bool(
        False,
        help="""For old notebooks: %pip install and %uv pip install do what %secure_pip install does, with the same
        refusals, proof and display. Everything else of %pip and %uv, and !pip, stays as it is.""",
    ).tag(config=True)
    engine = Enum(
        ["auto", "pip", "uv"],
        "auto",
        help="""What %secure_pip installs with. auto: uv where it is installed and can do what is asked for, else
        pip.""",
    ).tag(config=True)
    verify = Enum(
        ["after", "before"],
        "after",
        help="""When origins are proven. after: of what was installed. before: of what is to be installed, which
        is then installed by hash and from wheels only, so that no foreign code runs at all.""",
    ).tag(config=True)
    profile = Unicode("", help="AWS profile to start from; empty: boto3's default chain.").tag(config=True)
    sts_region = Unicode("", help="Region of the STS endpoint; empty: the repository's region.").tag(
        config=True
    )
    endpoint_type = Enum(
        ["", "ipv4", "dualstack"],
        "",
        help="Kind of index host to ask GetRepositoryEndpoint for; empty: AWS's default.",
    ).tag(config=True)
    credential_store = Enum(
        ["netrc", "pip"],
        "netrc",
        help="""Where package managers find the token: one netrc entry, or, for tools that ignore netrc, the
        index URL in the pip configuration of each kernel (which then must not be shared).""",
    ).tag(config=True)
    clients = List(
        Enum(registry.names()),
        registry.defaults(),
        help=f"""What is pointed at the secure index; what is not installed is passed over, and what is taken out of
        this list is put back as it was. {registry.help_text()}""",
    ).tag(config=True)
    manage_kernels = Bool(
        True, help="Point the pip configuration of each kernel's environment at the secure index."
    ).tag(config=True)
    clean_environment = Bool(
        True,
        help="""Remove the variables that would send package managers elsewhere or turn TLS off (PIP_INDEX_URL,
        PIP_EXTRA_INDEX_URL, PIP_FIND_LINKS, PIP_TRUSTED_HOST, UV_INDEX ...) from what new kernels and terminals
        inherit.""",
    ).tag(config=True)
    mint_timeout = Float(60.0, min=1.0, help="Seconds the provider may take to answer with a token.").tag(
        config=True
    )
    poll_interval = Float(
        30.0,
        min=0.05,
        max=600.0,
        help="Most seconds between two looks at the clock, the kernels and the credentials.",
    ).tag(config=True)

    @validate("token_duration")
    def _valid_duration(self, proposal: Any) -> int:
        try:
            return check_duration(proposal["value"])
        except ConfigurationError as error:
            raise TraitError(error.message) from None

    def require_repository(self) -> Repository:
        """Return the configured repository.

        Raises:
            NotConfigured: no repository is set.
            ConfigurationError: the set value names no repository.
        """
        if not self.repository:
            raise NotConfigured(
                "No repository is configured.",
                why=f"neither {variables.INDEX} nor {variables.REPOSITORY} nor {CONFIG_NAME}.py or .json names one",
                remedy=f'put `c.SecurePyPI.repository = "..."` into {_user_file()}, with {variables.ADDRESS}, '
                f"or set {variables.INDEX}",
            )
        return repository_of(self.repository)

    def mint_request(self) -> MintRequest:
        """Return the request to the provider that these options describe.

        Raises:
            NotConfigured: if no repository is set.
            ConfigurationError: if an option is not valid.
        """
        return MintRequest(
            repository=self.require_repository(),
            role=self.role_arn,
            duration=self.token_duration,
            settings={name: getattr(self, name) for name in ("profile", "sts_region", "endpoint_type")},
        )


def _user_file() -> Path:
    """Return the file of the user's own configuration."""
    from jupyter_core.paths import jupyter_config_dir

    return Path(jupyter_config_dir(), f"{CONFIG_NAME}.py")


def load_options() -> SecurePyPI:
    """Return the options in force for this process: files on Jupyter's path, then environment variables.

    Raises:
        ConfigurationError: a file or variable is wrong; the error names it.
    """
    options = SecurePyPI()
    from jupyter_core.paths import jupyter_config_path

    for folder in reversed(jupyter_config_path()):
        for name, loader in (
            (f"{CONFIG_NAME}.py", PyFileConfigLoader),
            (f"{CONFIG_NAME}.json", JSONFileConfigLoader),
        ):
            _apply(options, _read(loader, name, folder), Path(folder, name))
    _override(options)
    return options


def config_fingerprint() -> str:
    """Return a text that differs once one of our configuration files appears, changes or is removed."""
    from jupyter_core.paths import jupyter_config_path

    states = []
    for folder in jupyter_config_path():
        for suffix in ("py", "json"):
            try:
                state = Path(folder, f"{CONFIG_NAME}.{suffix}").stat()
            except OSError:
                continue
            states.append(f"{folder}:{suffix}:{state.st_mtime_ns}:{state.st_size}:{state.st_ino}")
    return " ".join(states)


def _read(loader: type, name: str, folder: str) -> Config:
    try:
        config = loader(name, path=folder).load_config()
    except ConfigFileNotFound:
        return Config()
    except Exception as error:  # noqa: BLE001 a configuration file is code, which may raise anything
        raise ConfigurationError(
            f"The configuration file {Path(folder, name)} cannot be read: {type(error).__name__}: {error}.",
            remedy="mend the file; `jupyter securepypi status` reads it again",
        ) from None
    return config if isinstance(config, Config) else Config()


def _apply(options: SecurePyPI, config: Config, source: Path) -> None:
    section = config.get("SecurePyPI", {})
    for name, value in section.items():
        if not options.has_trait(name) or not options.traits()[name].metadata.get("config"):
            known = ", ".join(sorted(SecurePyPI.class_traits(config=True)))
            raise ConfigurationError(
                f"{source} sets SecurePyPI.{name}, which is no option.", remedy=f"the options are: {known}"
            )
        _set(options, name, value, str(source))


def _override(options: SecurePyPI) -> None:
    environment = os.environ
    named, variable = variables.named_repository(environment)
    if named:
        _set(options, "repository", named, f"the variable {variable}")
    if variables.ROLE in environment:
        _set(options, "role_arn", environment[variables.ROLE], f"the variable {variables.ROLE}")
    if environment.get(variables.DURATION):
        text = environment[variables.DURATION]
        value: object = int(text) if text.isdecimal() else text
        _set(options, "token_duration", value, f"the variable {variables.DURATION}")
    if environment.get(variables.USE):
        _set(options, "use_secure_pypi", _switch(environment[variables.USE]), f"the variable {variables.USE}")


def _switch(text: str) -> object:
    """Return the truth value of `text`; if it has none, return the text itself, so that an error can name it."""
    said = variables.truth(text)
    return text if said is None else said


def _set(options: SecurePyPI, name: str, value: object, source: str) -> None:
    if isinstance(value, LazyConfigValue):  # `c.SecurePyPI.clients.append(...)`: its base value is known here
        value = value.get_value(getattr(options, name))
    try:
        setattr(options, name, value)
    except TraitError as error:
        raise ConfigurationError(
            f"{source[0].upper()}{source[1:]} sets SecurePyPI.{name} to {value!r}, which is not valid.",
            why=str(error),
            remedy=" ".join(str(SecurePyPI.class_traits()[name].help).split()),
        ) from None
