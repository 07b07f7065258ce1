"""``.strm``: a file that holds the address of a film elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from local_server.services.catalog.naming.encodings import decode_text

URL_MAX = 4096  # characters
# Addresses on a network. A path of this machine would let whoever writes to the library's folder
# have any file of the server shown.
SCHEMES = frozenset({"http", "https", "rtsp", "rtsps", "rtmp", "rtmps", "rtmpt", "mms", "mmsh"})


class StrmProblem(StrEnum):
    """Why a ``.strm`` file is of no use."""

    EMPTY = "empty"
    SCHEME = "scheme"  # a local path, or a way of fetching that is not allowed
    ADDRESS = "address"  # no host, or too long, or not an address at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Strm:
    """An address, and the ``#KODIPROP:`` settings that stood with it, in their order."""

    url: str
    properties: tuple[tuple[str, str], ...] = ()


def read_strm(data: bytes) -> Strm | StrmProblem:
    """The address in the file; its first line that is no comment."""
    properties: list[tuple[str, str]] = []
    url = ""
    for line in map(str.strip, decode_text(data).splitlines()):
        key, equals, value = line.partition("=")
        if key[:10].upper() == "#KODIPROP:" and equals:
            properties.append((key[10:].strip(), value.strip()))
        elif line and not line.startswith("#") and not url:
            url = line
    if not url:
        return StrmProblem.EMPTY
    problem = _problem(url)
    return problem if problem is not None else Strm(url=url, properties=tuple(properties))


def _problem(url: str) -> StrmProblem | None:
    if len(url) > URL_MAX or not url.isprintable() or " " in url:
        local = "://" not in url
        return StrmProblem.SCHEME if local else StrmProblem.ADDRESS
    parts = _split(url)
    if parts is None:
        return StrmProblem.ADDRESS
    if parts.scheme.lower() not in SCHEMES:
        return StrmProblem.SCHEME
    return None if parts.hostname else StrmProblem.ADDRESS


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:  # an unclosed bracket, a port that is none
        return None
    return parts
