"""Pictures and notes beside films: what their names make them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from local_server.services.catalog.naming.text import NAME_MAX

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".avif", ".tbn"})


class ArtKind(StrEnum):
    """Where a picture is shown."""

    POSTER = "poster"
    BACKDROP = "backdrop"
    LOGO = "logo"
    BANNER = "banner"
    THUMB = "thumb"
    ART = "art"
    DISC = "disc"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtRole:
    """A picture's place.

    ``owner`` is the stem of the video it belongs to, "" for the folder's film, series or season.
    ``season`` is set for pictures of a season that lie in the series' folder; 0 for specials.
    ``index`` orders several of a kind.
    """

    kind: ArtKind
    owner: str = ""
    season: int | None = None
    index: int = 0


class NfoKind(StrEnum):
    """What a note describes."""

    MOVIE = "movie"
    SERIES = "series"
    SEASON = "season"
    VIDEO = "video"  # the film, episode or video of the same name


@dataclass(frozen=True, slots=True, kw_only=True)
class NfoRole:
    """A note's place; ``owner`` is the stem of the video it describes, "" for the folder's."""

    kind: NfoKind
    owner: str = ""


_WORDS = {
    "poster": ArtKind.POSTER, "folder": ArtKind.POSTER, "cover": ArtKind.POSTER,
    "default": ArtKind.POSTER, "movie": ArtKind.POSTER, "show": ArtKind.POSTER,
    "jacket": ArtKind.POSTER, "keyart": ArtKind.POSTER,
    "backdrop": ArtKind.BACKDROP, "fanart": ArtKind.BACKDROP, "background": ArtKind.BACKDROP,
    "art": ArtKind.BACKDROP,
    "logo": ArtKind.LOGO, "clearlogo": ArtKind.LOGO,
    "clearart": ArtKind.ART,
    "banner": ArtKind.BANNER,
    "landscape": ArtKind.THUMB, "thumb": ArtKind.THUMB,
    "disc": ArtKind.DISC, "cdart": ArtKind.DISC, "discart": ArtKind.DISC,
}  # fmt: skip
# Of these a folder may have many.
_SEVERAL = frozenset({ArtKind.BACKDROP, ArtKind.POSTER})
_EXTRA_FOLDERS = frozenset({"extrafanart", "backdrops", "extrabackdrops"})
_WORD = r"(?P<word>" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")"
_NAME = re.compile(rf"^{_WORD}(?:[-_ ]?(?P<index>\d{{1,3}}))?$", re.IGNORECASE)
_BEHIND = re.compile(rf"^(?P<owner>.+)[-.]{_WORD}(?:[-_]?(?P<index>\d{{1,3}}))?$", re.IGNORECASE)
_SEASON = re.compile(
    rf"^season(?:[-_ ]?(?P<n>\d{{1,4}})|-(?P<special>specials)|-(?P<all>all))(?:-{_WORD})?$",
    re.IGNORECASE,
)


def artwork_role(name: str, video_stems: Collection[str] = ()) -> ArtRole | None:
    """What the picture ``name`` is for, relative to the folder of videos with these stems."""
    path = PurePath(name)
    if path.suffix.lower() not in PICTURE_SUFFIXES or len(path.name) > NAME_MAX:
        return None
    stem = path.stem
    if path.parent.name.casefold() in _EXTRA_FOLDERS:
        digits = re.search(r"(\d{1,4})$", stem)
        return ArtRole(kind=ArtKind.BACKDROP, index=int(digits[1]) if digits else 0)
    owners = {video.casefold(): video for video in video_stems}
    if stem.casefold() in owners:
        return ArtRole(kind=ArtKind.POSTER, owner=owners[stem.casefold()])
    return _of_folder(stem) or _of_season(stem) or _of_video(stem, owners)


def _of_folder(stem: str) -> ArtRole | None:
    match = _NAME.match(stem)
    return _role(match) if match else None


def _of_season(stem: str) -> ArtRole | None:
    match = _SEASON.match(stem)
    if match is None or match["all"]:
        return None
    kind = _WORDS[match["word"].lower()] if match["word"] else ArtKind.POSTER
    return ArtRole(kind=kind, season=0 if match["special"] else int(match["n"]))


def _of_video(stem: str, owners: dict[str, str]) -> ArtRole | None:
    match = _BEHIND.match(stem)
    if match is None or match["owner"].casefold() not in owners:
        return None
    return _role(match, owner=owners[match["owner"].casefold()])


def _role(match: re.Match[str], owner: str = "") -> ArtRole | None:
    kind = _WORDS[match["word"].lower()]
    index = int(match["index"] or 0)
    if index and kind not in _SEVERAL:
        return None
    return ArtRole(kind=kind, owner=owner, index=index)


def nfo_role(name: str, video_stems: Collection[str] = ()) -> NfoRole | None:
    """What the note ``name`` describes, beside videos with these stems; None when nothing here."""
    path = PurePath(name)
    if path.suffix.lower() != ".nfo":
        return None
    stem = path.stem.casefold()
    owner = next((video for video in video_stems if video.casefold() == stem), None)
    if owner is not None:
        return NfoRole(kind=NfoKind.VIDEO, owner=owner)
    kinds = {"movie": NfoKind.MOVIE, "tvshow": NfoKind.SERIES, "season": NfoKind.SEASON}
    return NfoRole(kind=kinds[stem]) if stem in kinds else None
