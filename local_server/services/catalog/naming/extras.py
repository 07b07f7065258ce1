"""Extras, by their folder or by the end of their name."""

from __future__ import annotations

import re
from pathlib import PurePath

from local_server.services.catalog.naming.kinds import ExtraKind
from local_server.services.catalog.naming.text import AUDIO_SUFFIXES

_FOLDERS = {
    "trailers": ExtraKind.TRAILER,
    "trailer": ExtraKind.TRAILER,
    "behind the scenes": ExtraKind.BEHIND_THE_SCENES,
    "deleted scenes": ExtraKind.DELETED_SCENE,
    "interviews": ExtraKind.INTERVIEW,
    "scenes": ExtraKind.SCENE,
    "samples": ExtraKind.SAMPLE,
    "sample": ExtraKind.SAMPLE,
    "shorts": ExtraKind.SHORT,
    "featurettes": ExtraKind.FEATURETTE,
    "clips": ExtraKind.CLIP,
    "other": ExtraKind.OTHER,
    "others": ExtraKind.OTHER,
    "extras": ExtraKind.OTHER,
    "extra": ExtraKind.OTHER,
    "bonus": ExtraKind.OTHER,
    "theme-music": ExtraKind.THEME_SONG,
    "backdrops": ExtraKind.THEME_VIDEO,
}
_SUFFIXES = {
    "trailer": ExtraKind.TRAILER,
    "sample": ExtraKind.SAMPLE,
    "scene": ExtraKind.SCENE,
    "clip": ExtraKind.CLIP,
    "interview": ExtraKind.INTERVIEW,
    "behindthescenes": ExtraKind.BEHIND_THE_SCENES,
    "deleted": ExtraKind.DELETED_SCENE,
    "deletedscene": ExtraKind.DELETED_SCENE,
    "featurette": ExtraKind.FEATURETTE,
    "short": ExtraKind.SHORT,
    "extra": ExtraKind.OTHER,
    "other": ExtraKind.OTHER,
}
_SUFFIX = re.compile(
    r"(?:(?:[._]|\s*-\s*)(?P<loose>trailer|sample)|-(?P<word>scene|clip|interview|behindthescenes|"
    r"deletedscene|deleted|featurette|short|extra|other))[ ._]?\d{0,2}$",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"^(?P<word>trailer|sample)[ ._\-]?\d{0,2}$", re.IGNORECASE)


def folder_kind(name: str) -> ExtraKind | None:
    """What a folder of extras called ``name`` holds."""
    return _FOLDERS.get(name.casefold().replace("_", " ").strip())


def by_folder(path: PurePath) -> tuple[ExtraKind, PurePath] | None:
    """The kind of an extra and the folder of its owner, by the folder that it lies in.

    Folders of extras may lie in each other; the innermost tells the kind.
    """
    kind = folder_kind(path.parent.name)
    if kind is None:
        return None
    owner = path.parent.parent
    while folder_kind(owner.name) is not None and owner.parent != owner and owner.parent.name:
        owner = owner.parent
    audio = path.suffix.lower() in AUDIO_SUFFIXES
    return (kind, owner) if audio is (kind is ExtraKind.THEME_SONG) else None


def by_name(stem: str, suffix: str) -> tuple[ExtraKind, str] | None:
    """The kind of an extra by its name, and the name without what told."""
    if suffix.lower() in AUDIO_SUFFIXES:
        return (ExtraKind.THEME_SONG, "") if stem.casefold() == "theme" else None
    whole = _WHOLE.match(stem)
    if whole:
        return _SUFFIXES[whole["word"].lower()], ""
    match = _SUFFIX.search(stem)
    if match is None or not match.start():
        return None
    return _SUFFIXES[(match["loose"] or match["word"]).lower()], stem[: match.start()]
