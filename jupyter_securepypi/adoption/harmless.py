"""What code may call that only gets tokens, configures pip, installs and logs."""

from __future__ import annotations

import re

REACHES_OUT = re.compile(
    r"sys\.(path|modules|argv|stdin|meta_path)\b|logging\.(basicConfig|config|disable|captureWarnings|set\w+|root)\b|importlib\.(?!invalidate_caches)|site\."
    r"|os\.(?!environ\b|getenv|putenv|path\b|getcwd|chmod|unlink|remove|close|fdopen|fspath|linesep)|setattr"
)
"""Names of those roots that change more than pip's ways, or hand something on."""

# fmt: off
ROOTS = frozenset((
    "os", "sys", "logging", "logger", "log", "LOG", "LOGGER", "_log", "_logger", "json", "shlex", "time", "re",
    "base64", "subprocess", "asyncio", "pip", "platform", "tempfile", "functools", "pathlib", "Path",
    "configparser", "textwrap", "datetime", "importlib", "site", "get_ipython", "print", "str", "int", "list",
    "tuple", "dict", "set", "bool", "len", "isinstance", "sorted", "any", "all", "enumerate", "zip", "map",
    "filter", "range", "min", "max", "repr", "getattr", "hasattr", "open", "super", "RuntimeError",
    "ValueError", "Exception", "OSError", "KeyError", "EnvironmentError", "SystemExit", "ImportError",
))
"""Modules of the standard library, loggers and built-in functions."""
METHODS = frozenset((
    "strip", "lstrip", "rstrip", "format", "replace", "split", "rsplit", "join", "get", "decode", "encode",
    "append", "extend", "insert", "items", "keys", "values", "read", "read_text", "splitlines", "lower",
    "upper", "startswith", "endswith", "partition", "rpartition", "info", "debug", "warning", "warn", "error",
    "exception", "wait", "communicate", "close", "copy", "update",
    "setdefault", "pop", "exists", "is_file", "unlink", "mkdir", "chmod", "add", "check_returncode",
    "expanduser", "add_section", "set", "touch", "title", "group", "match", "home", "_replace",
))
"""Methods of texts, lists, files, loggers, processes and configurations, whatever they are called on."""
CHANGES = frozenset((
    "append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "update", "setdefault", "add",
    "discard",
))
"""Methods that change the list, the set or the dictionary that they are called on."""
WRITERS = frozenset(("write", "write_text", "write_bytes", "writelines"))
"""Only harmless where a token is written: anything else may be read by what stays."""
# fmt: on
