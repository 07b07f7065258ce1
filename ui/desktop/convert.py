"""Frozen values of the view models as QML reads them: maps with camel-case keys, and lists."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any


def plain(value: Any) -> Any:
    """``value`` in types that Qt passes to JavaScript; ``None`` becomes ``null``."""
    if isinstance(value, str):  # a StrEnum too; Qt is given the bare text
        return str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    kind: Any = type(value)  # a class is hashable, whatever type checkers think of type[Any]
    return {name: plain(getattr(value, field)) for field, name in _names(kind)}


@cache
def _names(kind: Any) -> tuple[tuple[str, str], ...]:
    return tuple((field.name, _camel(field.name)) for field in dataclasses.fields(kind))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
