"""What each variable of uv, and each key of its files, can do to an install: the only place where they are classified.

The variables are those in ``uv help`` and in the program itself, the keys those that uv names when it meets an unknown
one, from uv 0.6.15 to the newest; a test asks these uvs for them and fails for a new one.
"""

from __future__ import annotations

from ..core.effect import Effect, sorted_by_effect, with_effect

VARIABLES = sorted_by_effect(
    {
        Effect.HARMLESS: """
            UV_BREAK_SYSTEM_PACKAGES UV_CACHE_DIR UV_COMPILE_BYTECODE UV_COMPILE_BYTECODE_TIMEOUT
            UV_CONCURRENT_BUILDS UV_CONCURRENT_CACHE_READS UV_CONCURRENT_DOWNLOADS UV_CONCURRENT_INSTALLS
            UV_HTTP_CONNECT_TIMEOUT UV_HTTP_RETRIES UV_HTTP_TIMEOUT UV_LEGACY_TAR_BACKEND UV_LINK_MODE
            UV_LOCK_TIMEOUT UV_NATIVE_TLS UV_NO_BUILD_ISOLATION UV_NO_CACHE UV_NO_INSTALLER_METADATA UV_OFFLINE
            UV_REQUEST_TIMEOUT UV_REQUIRE_METADATA_RANGE_REQUESTS UV_STACK_SIZE UV_SYSTEM_CERTS
        """,
        Effect.DECIDING: """
            UV_EXCLUDE UV_EXCLUDE_NEWER UV_FORK_STRATEGY UV_INDEX_STRATEGY UV_NO_BINARY UV_NO_BINARY_PACKAGE
            UV_NO_BUILD UV_NO_BUILD_PACKAGE UV_NO_SOURCES UV_NO_SOURCES_PACKAGE UV_PRERELEASE
            UV_REQUIRE_BUILD_HASHES UV_REQUIRE_HASHES UV_RESOLUTION
        """,
        # Projects, tools, Pythons, publishing, credentials, what is shown, and uv's own tests.
        Effect.ASIDE: """
            UV_DEV UV_ENV_FILE UV_FROZEN UV_INIT_BARE UV_INIT_BUILD_BACKEND UV_ISOLATED UV_LOCKED UV_NO_DEFAULT_GROUPS
            UV_NO_DEV UV_NO_EDITABLE UV_NO_ENV_FILE UV_NO_GROUP UV_NO_INSTALL_LOCAL UV_NO_INSTALL_PROJECT
            UV_NO_INSTALL_WORKSPACE UV_NO_PROJECT UV_NO_SYNC UV_ONLY_INSTALL_LOCAL UV_ONLY_INSTALL_PROJECT
            UV_ONLY_INSTALL_WORKSPACE UV_PROJECT_ENVIRONMENT UV_RUN_MAX_RECURSION_DEPTH UV_RUN_RECURSION_DEPTH
            UV_RUN_RLIMIT_NOFILE UV_VENV_CLEAR UV_VENV_RELOCATABLE UV_VENV_SEED
            UV_TOOL_BIN_DIR UV_TOOL_DIR UV_MALWARE_CHECK UV_MALWARE_CHECK_URL
            UV_ASTRAL_MIRROR_URL UV_GRAALPY_INSTALL_MIRROR UV_INSTALLER_GHE_BASE_URL UV_INSTALLER_GITHUB_BASE_URL
            UV_MANAGED_PYTHON UV_NO_MANAGED_PYTHON UV_PYODIDE_INSTALL_MIRROR UV_PYPY_INSTALL_MIRROR UV_PYTHON
            UV_PYTHON_BIN_DIR UV_PYTHON_CPYTHON_BUILD UV_PYTHON_DOWNLOADS UV_PYTHON_DOWNLOADS_JSON_URL
            UV_PYTHON_GRAALPY_BUILD UV_PYTHON_INSTALL_BIN UV_PYTHON_INSTALL_DIR UV_PYTHON_INSTALL_MIRROR
            UV_PYTHON_INSTALL_REGISTRY UV_PYTHON_NO_REGISTRY UV_PYTHON_PREFERENCE UV_PYTHON_PYODIDE_BUILD
            UV_PYTHON_PYPY_BUILD UV_PYTHON_SEARCH_PATH UV_SYSTEM_PYTHON
            UV_PUBLISH_CHECK_URL UV_PUBLISH_INDEX UV_PUBLISH_NO_ATTESTATIONS UV_PUBLISH_PASSWORD UV_PUBLISH_TOKEN
            UV_PUBLISH_URL UV_PUBLISH_USERNAME UV_UPLOAD_HTTP_TIMEOUT
            UV_AZURE_ENDPOINT_URL UV_CREDENTIALS_DIR UV_GCS_ENDPOINT_URL UV_GITHUB_TOKEN UV_KEYRING_PROVIDER
            UV_NO_HF_TOKEN UV_S3_ENDPOINT_URL
            UV_AMD_GPU_ARCHITECTURE UV_CUDA_DRIVER_VERSION UV_GITHUB_FAST_PATH_URL UV_GIT_LFS UV_NO_GITHUB_FAST_PATH
            UV_CUSTOM_COMPILE_COMMAND UV_HIDE_BUILD_OUTPUT UV_LOG_CONTEXT UV_NO_PROGRESS UV_NO_WRAP UV_PREVIEW
            UV_PREVIEW_FEATURES UV_SHOW_RESOLUTION
            UV_INTERNAL__BUILD_DIR UV_INTERNAL__PARENT_INTERPRETER UV_INTERNAL__SHOW_DERIVATION_TREE
            UV_INTERNAL__TEST_AVAILABLE_VERSION_CUTOFF UV_INTERNAL__TEST_CURRENT_TIMESTAMP
            UV_INTERNAL__TEST_NO_CLI_PROGRESS UV_INTERNAL__TEST_NO_HTTP_RETRY_DELAY
            UV_INTERNAL__TEST_PYTHON_MANAGED UV_TEST_NO_CLI_PROGRESS UV_TEST_PYTHON_PATH
        """,
        # UV_INDEX_NAME_USERNAME and UV_INDEX_NAME_PASSWORD begin with UV_INDEX_.
        Effect.REDIRECTING: """
            UV_BUILD_CONSTRAINT UV_CONFIG_FILE UV_CONSTRAINT UV_DEFAULT_INDEX UV_EXTRA_INDEX_URL UV_FIND_LINKS
            UV_INDEX UV_INDEX_ UV_INDEX_URL UV_NO_CONFIG UV_NO_SYSTEM_CONFIG UV_OVERRIDE UV_PROJECT UV_TORCH_BACKEND
            UV_WORKING_DIR UV_WORKING_DIRECTORY
        """,
        Effect.WEAKENING: """
            UV_INSECURE_HOST UV_INSECURE_NO_ZIP_VALIDATION UV_NO_VERIFY_HASHES UV_SKIP_WHEEL_FILENAME_CHECK
        """,
    }
)
"""Variable → its effect; a name that ends in ``_`` stands for all that begin with it."""

KEYS = sorted_by_effect(
    {
        Effect.HARMLESS: """
            break-system-packages cache-dir compile-bytecode concurrent-builds concurrent-downloads
            concurrent-installs http-proxy https-proxy keyring-provider link-mode native-tls no-build-isolation
            no-build-isolation-package no-cache no-proxy offline required-version system-certs
        """,
        Effect.DECIDING: """
            conflicts dependency-metadata environments exclude-dependencies exclude-newer exclude-newer-package
            fork-strategy index-strategy minimum-libc-version no-binary no-binary-package no-build no-build-package
            no-sources no-sources-package only-binary prerelease prerelease-package require-build-hashes
            require-hashes required-environments resolution
        """,
        Effect.ASIDE: """
            add-bounds all-extras allow-empty-requirements annotation-style audit build-backend cache-keys check-url
            custom-compile-command default-groups dependency-groups dev-dependencies emit-build-options
            emit-find-links emit-index-annotation emit-index-url emit-marker-expression extra generate-hashes
            graalpy-install-mirror group managed no-annotate no-deps no-emit-package no-extra no-header no-index
            no-strip-extras no-strip-markers output-file package pip prefix preview preview-features publish-url
            pyodide-install-mirror pypy-install-mirror python python-downloads python-downloads-json-url
            python-install-mirror python-platform python-preference python-version reinstall reinstall-package
            strict system target trusted-publishing universal upgrade upgrade-package workspace
        """,
        Effect.REDIRECTING: """
            build-constraint-dependencies config-settings config-settings-package constraint-dependencies
            extra-build-dependencies extra-build-variables extra-index-url find-links index index-url
            override-dependencies sources torch-backend
        """,
        Effect.WEAKENING: "allow-insecure-host verify-hashes",
    }
)
"""Key of ``uv.toml`` and ``[tool.uv]``, also of the table ``[pip]`` in them → its effect."""

FILE_VARIABLES = ("UV_CONSTRAINT", "UV_OVERRIDE", "UV_BUILD_CONSTRAINT")
"""The variables that name files of requirement lines, which may choose an index; what they hold decides."""

REMOVED_KEYS = (
    "index-url",
    "extra-index-url",
    "find-links",
    "allow-insecure-host",
    "torch-backend",
    "verify-hashes",
)
"""The keys that are taken out of uv's own file beside the indexes in it, because each of them does harm by itself."""

FOLDER_VARIABLES = ("UV_WORKING_DIR", "UV_WORKING_DIRECTORY", "UV_PROJECT")
"""The variables that choose whose project file uv reads; what it holds decides."""


def variables_with(*wanted: Effect) -> frozenset[str]:
    """Return the variables whose effect is one of `wanted`."""
    return with_effect(VARIABLES, *wanted)


def effect_of(variable: str) -> Effect | None:
    """Return what a variable can do, or None for one that no known uv reads."""
    if variable not in VARIABLES:
        return next(
            (VARIABLES[name] for name in VARIABLES if name[-1] == "_" and variable.startswith(name)), None
        )
    return VARIABLES[variable]
