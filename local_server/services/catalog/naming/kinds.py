"""The closed sets that names are sorted into."""

from __future__ import annotations

from enum import StrEnum


class ReadingKind(StrEnum):
    """What a file is."""

    MOVIE = "movie"
    EPISODE = "episode"
    VIDEO = "video"
    EXTRA = "extra"


class ExtraKind(StrEnum):
    """What an extra shows."""

    TRAILER = "trailer"
    SAMPLE = "sample"
    SCENE = "scene"
    CLIP = "clip"
    INTERVIEW = "interview"
    BEHIND_THE_SCENES = "behind_the_scenes"
    DELETED_SCENE = "deleted_scene"
    FEATURETTE = "featurette"
    SHORT = "short"
    OTHER = "other"
    THEME_SONG = "theme_song"
    THEME_VIDEO = "theme_video"
