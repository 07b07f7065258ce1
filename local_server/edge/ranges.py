"""The Range header (RFC 9110, section 14): one byte range, or none. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

# 18 digits are a thousand petabytes; more are an attempt to make big integers.
_FORM = re.compile(
    r"bytes=[ \t]*(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))[ \t]*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ByteRange:
    """``count`` bytes from ``start``; ``count`` is at least 1."""

    start: int
    count: int


@dataclass(frozen=True, slots=True)
class Unsatisfiable:
    """A well-formed range that lies outside the file."""


def parse_range(header: str, size_bytes: int) -> ByteRange | Unsatisfiable | None:
    """What of a file of ``size_bytes`` the header asks for.

    ``None`` for the whole file: a malformed header, another unit and several ranges are ignored,
    as the specification allows.
    """
    match = _FORM.fullmatch(header)
    if match is None:
        return None
    first, last, suffix = match.groups()
    if suffix is not None:
        count = min(int(suffix), size_bytes)
        return ByteRange(size_bytes - count, count) if count else Unsatisfiable()
    start = int(first)
    if last and int(last) < start:
        return None
    if start >= size_bytes:
        return Unsatisfiable()
    end = min(int(last), size_bytes - 1) if last else size_bytes - 1
    return ByteRange(start, end - start + 1)
