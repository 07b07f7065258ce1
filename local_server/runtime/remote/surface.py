"""How the public methods of a class look on the wire."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, TypeAdapter, create_model

_PLAIN = ConfigDict(extra="forbid", protected_namespaces=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method: its ``signature`` without ``self``, its arguments as a model, its result."""

    name: str
    signature: inspect.Signature
    arguments: type[BaseModel]
    result: TypeAdapter[Any]

    def pack(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bytes:
        """The arguments of a call as JSON; ``TypeError`` when they do not fit the method."""
        given = self.signature.bind(*args, **kwargs).arguments
        filled = self.arguments.model_construct(_fields_set=set(given), **given)
        return filled.model_dump_json(exclude_unset=True).encode()

    def unpack(self, data: bytes) -> dict[str, Any]:
        """The arguments in :meth:`pack`'s result, by name; ``ValidationError`` for others."""
        read = self.arguments.model_validate_json(data)
        return {name: getattr(read, name) for name in read.model_fields_set}


@functools.cache
def method_of(kind: type, name: str) -> Method:
    """The method ``name`` of ``kind``; ``AttributeError`` when it offers none to others."""
    function = None if name.startswith("_") else getattr(kind, name, None)
    if not inspect.isfunction(function):
        raise AttributeError(f"{kind.__name__} offers no {name}")
    hints = get_type_hints(function)
    whole = inspect.signature(function)
    parameters = [p for p in whole.parameters.values() if p.name != "self"]
    fields: dict[str, Any] = {
        p.name: (hints[p.name], ... if p.default is p.empty else p.default) for p in parameters
    }
    return Method(
        name=name,
        signature=whole.replace(parameters=parameters),
        arguments=create_model(f"{kind.__name__}_{name}", __config__=_PLAIN, **fields),
        result=TypeAdapter(hints["return"]),
    )


def offered_by(kind: type) -> tuple[str, ...]:
    """Names of the methods a class offers to other processes, sorted."""
    return tuple(
        sorted(
            name
            for name, _ in inspect.getmembers(kind, inspect.isfunction)
            if not name.startswith("_")
        )
    )
