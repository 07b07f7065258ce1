"""What the reading of a name means for a title. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from local_server.contracts import TitleKind
from local_server.services.catalog.known import Known
from local_server.services.catalog.naming import ExtraKind, Reading, ReadingKind

KINDS = {
    ReadingKind.MOVIE: TitleKind.MOVIE,
    ReadingKind.EPISODE: TitleKind.EPISODE,
    ReadingKind.VIDEO: TitleKind.VIDEO,
}
_EXTRAS = {
    ExtraKind.BEHIND_THE_SCENES: "Behind the scenes",
    ExtraKind.DELETED_SCENE: "Deleted scene",
    ExtraKind.OTHER: "Extra",
}


def known_of(reading: Reading) -> Known:
    """What a name tells of a film, a video or an episode."""
    if reading.kind is not ReadingKind.EPISODE:
        day = reading.air_date
        return Known(
            name=reading.title,
            year=reading.year or (day.year if day else None),
            premiered=day.isoformat() if day else None,
            ids=reading.ids,
        )
    season, numbers = reading.season, reading.episodes
    if not numbers and reading.absolute:
        season, numbers = 1 if season is None else season, reading.absolute
    if not numbers and reading.air_date is not None:
        season = reading.air_date.year
        numbers = (reading.air_date.month * 100 + reading.air_date.day,)
    return Known(
        name=reading.episode_title or _number_name(reading, numbers),
        season=1 if season is None else season,
        episode=numbers[0] if numbers else None,
        episode_end=numbers[-1] if len(numbers) > 1 else None,
        premiered=reading.air_date.isoformat() if reading.air_date else None,
    )


def series_of(reading: Reading) -> Known:
    """What an episode's name tells of its series."""
    return Known(name=reading.title, year=reading.year, ids=reading.ids)


def extra_label(reading: Reading) -> str:
    """What kind of extra it is, in words."""
    kind = reading.extra or ExtraKind.OTHER
    return _EXTRAS.get(kind, str(kind).replace("_", " ").capitalize())


def part_label(number: int) -> str:
    """What a part that is not the first is called."""
    return f"Part {number}"


def _number_name(reading: Reading, numbers: Sequence[int]) -> str:
    if reading.air_date is not None:
        return reading.air_date.isoformat()
    return f"Episode {numbers[0]}" if numbers else reading.title
