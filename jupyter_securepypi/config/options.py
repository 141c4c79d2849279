"""Every option in one place, with the same values for server, kernel and command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from traitlets import Bool, Dict, Enum, Float, Int, List, TraitError, Unicode, Union, validate
from traitlets.config import Configurable

from ..clients import registry
from ..core import variables
from ..core.errors import ConfigurationError, NotConfigured
from ..core.gate import policy as gate
from ..core.grant import MintRequest, check_duration
from ..core.providers.base import Repository
from ..core.providers.registry import repository_of
from .in_force import PolicyInForce
from .locked import NOTHING_LOCKED, Locks
from .places import CONFIG_NAME, user_file


class SecurePyPI(Configurable):
    """Options of jupyter_securepypi.

    They are set in ``jupyter_securepypi_config.py`` or ``.json`` on Jupyter's configuration path (``jupyter --paths``),
    so that the server, each kernel and the command line see the same values. The environment variables
    SECURE_PYPI_INDEX (or CA_REPOSITORY_ARN), SECURE_PYPI_ROLE_ARN, SECURE_PYPI_TOKEN_DURATION, USE_SECURE_PYPI and
    those of the gate (SECURE_PYPI_MINIMUM_AGE ...) override them; what `locked` names, only in the stricter direction.

    Attributes:
        locks: what is locked, and by which file.
    """

    locks: Locks = NOTHING_LOCKED

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
    minimum_age = Union(
        [Float(), Unicode()],
        default_value=0.0,
        help="""How old a file must be to be installed: "7 days", "P7D", or seconds; 0 for any age. Overridden by the
        variable SECURE_PYPI_MINIMUM_AGE.""",
    ).tag(config=True)
    minimum_age_exempt = List(
        Unicode(),
        help="""Names, and patterns such as acme-*, to which `minimum_age` does not apply. Overridden by the variable
        SECURE_PYPI_MINIMUM_AGE_EXEMPT, names with commas.""",
    ).tag(config=True)
    unknown_age = Enum(
        list(gate.UNKNOWN_AGE),
        "refuse",
        help="""What `minimum_age` does with a file of which the index does not say when it was uploaded. Overridden
        by the variable SECURE_PYPI_UNKNOWN_AGE.""",
    ).tag(config=True)
    malware = Enum(
        list(gate.MALWARE),
        "off",
        help="""What to do with versions that are known to be malicious (OSV's MAL- records), which `osv_url` or
        `osv_database` must know. Overridden by the variable SECURE_PYPI_MALWARE.""",
    ).tag(config=True)
    vulnerabilities = Enum(
        list(gate.VULNERABILITIES),
        "off",
        help="""What to do with versions that have known vulnerabilities: off, warn, or the severity from which on
        they are held back (low, medium, high, critical; an unknown severity counts as the highest). Overridden by the
        variable SECURE_PYPI_VULNERABILITIES.""",
    ).tag(config=True)
    blocked = Dict(
        value_trait=Unicode(),
        key_trait=Unicode(),
        help="""What is never installed, with the reason that people are told: {"requests<2.32": "CVE-2024-35195"}.
        Overridden by the variable SECURE_PYPI_BLOCKED, the same as a JSON object.""",
    ).tag(config=True)
    osv_url = Unicode(
        "",
        help="""A service that speaks OSV's API, where known malware and vulnerabilities are looked up. It learns the
        names and versions of what is installed. Overridden by the variable SECURE_PYPI_OSV_URL.""",
    ).tag(config=True)
    osv_database = Unicode(
        "",
        help="""OSV's export for PyPI (all.zip) in a file, instead of a service: nothing leaves this machine.
        Overridden by the variable SECURE_PYPI_OSV_DATABASE.""",
    ).tag(config=True)
    locked = List(
        Unicode(),
        help="""Names of options that hold as they are in this file and in those of lower priority: files and variables
        of a user may tighten, but not loosen them. It counts in the system's folders and this Python's, where the
        user cannot write them.""",
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

    @validate("minimum_age")
    def _valid_age(self, proposal: Any) -> float:
        return float(_valid(gate.read_age, proposal))

    @validate("minimum_age_exempt")
    def _valid_names(self, proposal: Any) -> list[str]:
        return list(_valid(gate.read_exempt, proposal))

    @validate("blocked")
    def _valid_blocked(self, proposal: Any) -> dict[str, str]:
        _valid(gate.read_blocked, proposal)
        return dict(proposal["value"])

    @validate("locked")
    def _valid_locked(self, proposal: Any) -> list[str]:
        unknown = [
            name for name in proposal["value"] if name == "locked" or name not in self.trait_names(config=True)
        ]
        if unknown:
            raise TraitError(f"{', '.join(unknown)}: no option that can be locked")
        return list(proposal["value"])

    def policy(self) -> gate.Policy:
        """Return what the gate holds packages to."""
        return gate.Policy(
            minimum_age=float(self.minimum_age),
            exempt=gate.read_exempt(self.minimum_age_exempt),
            unknown_age=self.unknown_age,
            malware=self.malware,
            vulnerabilities=self.vulnerabilities,
            blocked=gate.read_blocked(self.blocked),
            osv_url=self.osv_url,
            osv_database=self.osv_database,
        )

    def in_force(self) -> PolicyInForce:
        """Return the policy together with what is locked, to be shown."""
        return PolicyInForce(self.policy(), self.locks.files)

    def tightened(self, name: str, value: Any) -> Any:
        """Return `value`, which a single call gives in place of the option `name`.

        Raises:
            ConfigurationError: it would loosen what is locked.
        """
        self.locks.check(name, value, "this call")
        return value

    def refuse_locked_public(self) -> None:
        """Check that the public index is not chosen where an administrator has locked it off.

        Raises:
            ConfigurationError: it is.
        """
        if not self.use_secure_pypi and not self.allow_public and "allow_public" in self.locks.files:
            self.locks.check(
                "allow_public", True, f"the variable {variables.USE}, or the option use_secure_pypi,"
            )

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
                remedy=f'put `c.SecurePyPI.repository = "..."` into {user_file()}, with {variables.ADDRESS}, '
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


def _valid(read: Callable[[Any], Any], proposal: Any) -> Any:
    try:
        return read(proposal["value"])
    except ConfigurationError as error:
        raise TraitError(f"{error.message} {error.remedy}") from None
