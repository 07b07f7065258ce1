"""Names as text: one line, bounded, without what no screen shows."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath

TITLE_MAX = 200  # characters; a screen shows far fewer
NAME_MAX = 400  # characters read of one name; bounds the time every pattern below can take

VIDEO_SUFFIXES = frozenset({
    ".3g2", ".3gp", ".amv", ".asf", ".avi", ".bin", ".bivx", ".disc", ".divx", ".dv", ".dvr-ms",
    ".f4v", ".flv", ".ifo", ".img", ".iso", ".m2t", ".m2ts", ".m2v", ".m4v", ".mk3d", ".mkv",
    ".mov", ".mp4", ".mpe", ".mpeg", ".mpg", ".mts", ".mxf", ".nrg", ".nsv", ".nuv", ".ogm", ".ogv",
    ".qt", ".rec", ".rm", ".rmvb", ".strm", ".svq3", ".tp", ".ts", ".ty", ".viv", ".vob", ".vp3",
    ".webm", ".wmv", ".wtv", ".xvid",
})  # fmt: skip
AUDIO_SUFFIXES = frozenset({
    ".aac", ".ac3", ".aif", ".aiff", ".alac", ".ape", ".dts", ".eac3", ".flac", ".m4a", ".m4b",
    ".mka", ".mp2", ".mp3", ".mpa", ".oga", ".ogg", ".opus", ".thd", ".wav", ".wma", ".wv",
})  # fmt: skip

_EDGES = " \t-_.,:;~+|\N{EN DASH}\N{EM DASH}\N{IDEOGRAPHIC SPACE}"
_SEPARATOR = re.compile(r"(?<=[^\s._])[._](?=[^\s._])")
_INITIALS = re.compile(r"(?<![^\W_])[^\W\d_](?:\.[^\W\d_])+(?![^\W_])")
_DECIMAL = re.compile(r"(?<!\d)(?<!\d\.)\d\.\d(?!\d)(?!\.\d(?!\d))|(?<=[$€£])\d{1,3}\.\d\d")
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]|\{\s*\}")


def readable(text: str) -> str:
    """One line that any screen shows: what is no character is marked, control codes go.

    Letters and their accents are put together, as file systems differ in that.
    """
    text = text[:NAME_MAX]
    if text.isascii() and text.isprintable():
        return text
    shown = "".join(map(_readable_character, text))
    return unicodedata.normalize("NFC", shown)[:NAME_MAX]  # a few letters become two


def _readable_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs":  # a byte that was no UTF-8
        return "\N{REPLACEMENT CHARACTER}"
    return " " if category.startswith(("C", "Z")) else character


def stem(name: str) -> str:
    """``name`` without the suffix of a media file; other dots may belong to the name."""
    path = PurePath(name)
    known = path.suffix.lower() in VIDEO_SUFFIXES or path.suffix.lower() in AUDIO_SUFFIXES
    base = path.stem if known else path.name
    return readable(base)


def spaced(text: str) -> str:
    """Dots and underscores as the spaces they stand for; initials and decimals keep theirs."""
    if len(_SEPARATOR.findall(text)) <= len(text.strip(_EDGES).split()) - 1:
        return text.replace("_", " ")
    kept = {m.start() + i for p in (_INITIALS, _DECIMAL) for m in p.finditer(text)
            for i, c in enumerate(m[0]) if c == "."}  # fmt: skip
    return "".join(
        " " if c == "_" or (c == "." and i not in kept) else c for i, c in enumerate(text)
    )


def tidy(text: str) -> str:
    """``text`` as a title: spaced, without separators around it and empty brackets."""
    text = _EMPTY_BRACKETS.sub(" ", spaced(text))
    text = " ".join(text.split()).strip(_EDGES)
    for opening, closing in ("()", "[]", "{}"):
        if text.endswith(opening) or (text.count(opening) > text.count(closing)):
            text = text.rstrip(_EDGES + opening)
        if text.startswith(closing):
            text = text.lstrip(_EDGES + closing)
    return text[:TITLE_MAX].strip(_EDGES)


def fold(text: str) -> str:
    """``text`` for comparing: no case, no accents, letters and digits in single words."""
    decomposed = unicodedata.normalize("NFKD", text.replace("&", " and "))
    return " ".join("".join(map(_folded, decomposed)).casefold().split())


def _folded(character: str) -> str:
    if character.isalnum():
        return character
    silent = unicodedata.combining(character) or character in "'\N{RIGHT SINGLE QUOTATION MARK}."
    return "" if silent else " "


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts "2" before "10"."""
    return tuple(
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece)
        for piece in re.split(r"(\d+)", text.casefold())
        if piece
    )
