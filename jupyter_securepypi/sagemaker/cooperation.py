"""Methods that two families of classes share a name for: both are heard, whichever comes first in the MRO.

A method that calls ``super()`` hears the next class. One of somebody else's base may not, and would silence ours where
its class comes first; so whatever it returns is completed with ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any


def next_variables(
    line: Any, name: str, arguments: tuple[Any, ...], keywords: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return what the method `name` of the next class returns, or an empty mapping.

    Args:
        line: the caller's ``super()``.
        name: the method.
        arguments: passed on, as are `keywords`.
        keywords: by name.
    """
    method = getattr(line, name, None)
    if method is None or getattr(method, "__isabstractmethod__", False):
        return {}
    try:
        return method(*arguments, **keywords) or {}
    except NotImplementedError:
        return {}  # how a base without ABC declares what its subclasses are to define


def complete(
    cls: type, ours: type, name: str, completed: Callable[[Any, Mapping[str, Any]], dict[str, Any]]
) -> None:
    """Have the method `name` of `cls` return what `completed` makes of its result.

    Nothing is changed where the method is the one of `ours`, or of a subclass that this was done for.

    Args:
        cls: a new subclass of `ours`.
        ours: the class whose variables must not get lost.
        name: the method.
        completed: is called with the object and the method's result.
    """
    definer = next(one for one in cls.__mro__ if name in vars(one))
    if definer is not cls and issubclass(definer, ours):
        return
    defined = vars(definer)[name]
    abstract = getattr(defined, "__isabstractmethod__", False)
    if definer is cls and abstract:
        return

    @wraps(defined)
    def method(self: Any, *arguments: Any, **keywords: Any) -> dict[str, Any]:
        if definer is cls:
            found = defined(self, *arguments, **keywords)
        else:
            # An abstract method is no answer: the next class has one.
            line = super(definer if abstract else cls, self)
            found = getattr(line, name)(*arguments, **keywords)
        return completed(self, found or {})

    method.__isabstractmethod__ = False  # type: ignore[attr-defined]
    setattr(cls, name, method)
