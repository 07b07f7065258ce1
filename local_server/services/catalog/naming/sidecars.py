"""Files beside a film that belong to it: subtitles and sound."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from local_server.services.catalog.naming.languages import language_of
from local_server.services.catalog.naming.text import AUDIO_SUFFIXES, NAME_MAX, readable, spaced

SUBTITLE_SUFFIXES = frozenset({
    ".ass", ".idx", ".mks", ".sami", ".smi", ".srt", ".ssa", ".stl", ".sub", ".sup", ".ttml",
    ".usf", ".vtt",
})  # fmt: skip
FOLDERS = frozenset({"subs", "sub", "subtitles", "subtitle", "legendas", "audio", "audios"})

_DEFAULT = frozenset({"default"})
_FORCED = frozenset({"forced", "foreign"})
_HEARING = frozenset({"sdh", "cc", "hi"})
_COMMENTARY = frozenset({"commentary", "comment", "comments"})
_FLAGS = _DEFAULT | _FORCED | _HEARING | _COMMENTARY
_TOKENS = re.compile(r"[\w\-]+")
_LEADING_NUMBER = re.compile(r"^\d{1,3}[_. \-]+(?=\D)")


class SidecarKind(StrEnum):
    """What a file beside a film holds."""

    SUBTITLE = "subtitle"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """A track in a file of its own. ``owner`` is the stem of the video it belongs to.

    ``language`` is a BCP 47 tag, None when the name tells none; ``title`` is what is left.
    """

    kind: SidecarKind
    owner: str
    language: str | None = None
    default: bool = False
    forced: bool = False
    hearing_impaired: bool = False
    commentary: bool = False
    title: str = ""


def read_sidecar(name: str, video_stems: Iterable[str]) -> Sidecar | None:
    """The track that ``name`` is, beside videos with these stems; None when it belongs to none.

    ``name`` is relative to the videos' folder: "Film.en.srt", "Subs/Film.en.srt",
    "Subs/Film/2_English.srt", or "Subs/English.srt" beside a single film.
    """
    path = PurePath(name)
    kind = _kind(path.suffix.lower())
    if kind is None or len(path.name) > NAME_MAX:
        return None
    stems = tuple(video_stems)
    apart = any(part.casefold() in FOLDERS for part in path.parts[:-1])
    found = _owner(path.stem, stems)
    if found is None and apart:
        found = _owner_of_apart(path, stems)
    if found is None:
        return None
    owner, rest = found
    if kind is SidecarKind.AUDIO and not rest and path.stem.casefold() == "theme":
        return None
    return _flagged(kind, owner, rest)


def _kind(suffix: str) -> SidecarKind | None:
    if suffix in SUBTITLE_SUFFIXES:
        return SidecarKind.SUBTITLE
    return SidecarKind.AUDIO if suffix in AUDIO_SUFFIXES else None


def _owner(stem: str, stems: tuple[str, ...]) -> tuple[str, str] | None:
    """The longest stem that ``stem`` goes on from, and what follows it."""
    folded = stem.casefold()
    for owner in sorted(stems, key=len, reverse=True):
        if not owner or not folded.startswith(owner.casefold()):
            continue
        rest = stem[len(owner) :]
        if not rest or rest[0] == ".":
            return owner, rest
        if rest[0] in " -_([" and _all_known(rest):
            return owner, "." + ".".join(_TOKENS.findall(rest.strip(" -_")))
    return None


def _owner_of_apart(path: PurePath, stems: tuple[str, ...]) -> tuple[str, str] | None:
    """In a folder of subtitles the folder may name the film, or there is but one."""
    rest = "." + _LEADING_NUMBER.sub("", path.stem)
    folder = path.parent.name.casefold()
    named = next((stem for stem in stems if stem.casefold() == folder), None)
    if named is not None:
        return named, rest
    return (stems[0], rest) if len(stems) == 1 else None


def _all_known(rest: str) -> bool:
    tokens = _TOKENS.findall(rest.strip(" -_"))
    return bool(tokens) and all(
        token.casefold() in _FLAGS or language_of(token) is not None for token in tokens
    )


def _flagged(kind: SidecarKind, owner: str, rest: str) -> Sidecar:
    """Read ``rest`` from its end: the last language counts; words without meaning are the title."""
    flags: set[str] = set()
    language: str | None = None
    title: list[str] = []
    for token in reversed([token for token in rest.split(".") if token.strip()]):
        word = token.strip(" ()[]").casefold()
        tag = language_of(word)
        if word in _FLAGS and not (word == "hi" and language is None):
            flags.add(word)
        elif tag is not None and language is None:
            language = tag
        elif tag is not None and language == "hi":
            language = tag  # "hi" was no Hindi after all: another language stands with it
            flags.add("hi")
        elif not (words := _language_and_flags(token, language)):
            title.append(token)
        else:
            language, flags = words[0], flags | words[1]
    return Sidecar(
        kind=kind,
        owner=owner,
        language=language,
        default=bool(flags & _DEFAULT),
        forced=bool(flags & _FORCED),
        hearing_impaired=bool(flags & _HEARING),
        commentary=bool(flags & _COMMENTARY) or any("commentary" in t.casefold() for t in title),
        title=" ".join(spaced(readable(".".join(reversed(title)))).split())[:200].strip(),
    )


def _language_and_flags(token: str, language: str | None) -> tuple[str | None, set[str]] | None:
    """A token of several words that are all known: "English SDH", "English (Forced)"."""
    words = [word.casefold() for word in re.findall(r"[^\W_]+(?:-[^\W_]+)?", token)]
    if len(words) < 2:
        return None
    flags = {word for word in words if word in _FLAGS}
    tags = [tag for word in words if word not in flags and (tag := language_of(word)) is not None]
    if len(tags) + len(flags) != len(words) or len(tags) > 1 or (tags and language):
        return None
    return (tags[0] if tags else language), flags
