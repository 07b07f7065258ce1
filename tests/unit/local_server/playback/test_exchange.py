"""Taking a profile in: long ones, older ones, ones without events."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from local_server.contracts import (
    ImportFile,
    PortableEntry,
    PortableRating,
    PortableResume,
    PortableTitle,
    ProfileDocument,
    Thumb,
    TitleKind,
)
from tests.helpers.viewing import Stage, a_stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with a_stage(tmp_path) as stage:
        yield stage


def file_of(document: ProfileDocument) -> ImportFile:
    return ImportFile(data=b64encode(document.model_dump_json().encode()))


def test_a_long_list_keeps_its_order(stage: Stage) -> None:
    names = [f"film-{number}" for number in range(120)]
    for name in names:
        stage.playback.add_to_watchlist("anna", stage.catalog.film(name))
    file = file_of(stage.desk.export_profile("anna"))
    stage.playback.add_to_watchlist("ben", stage.catalog.film("own"))
    assert stage.desk.import_file("ben", file).changes == 120
    listed = [item.title_id for item in stage.playback.watchlist("ben")]
    assert listed == ["own", *reversed(names)]


def test_the_newer_rating_holds(stage: Stage) -> None:
    film = stage.catalog.film("film")

    def document(thumb: Thumb, days: int) -> ProfileDocument:
        at = stage.clock() + timedelta(days=days)
        title = PortableTitle(kind=TitleKind.MOVIE, name=film)
        entry = PortableEntry(title=title, rating=PortableRating(thumb=thumb, at=at))
        return ProfileDocument(exported_at=at, titles=(entry,))

    stage.playback.rate("anna", film, Thumb.UP)
    assert stage.desk.import_file("anna", file_of(document(Thumb.DOWN, -1))).changes == 0
    assert stage.desk.import_file("anna", file_of(document(Thumb.LOVE, 1))).changes == 1
    (rating,) = stage.playback.ratings("anna", limit=9, offset=0).items
    assert rating.thumb is Thumb.LOVE


def test_a_resume_point_alone_stands_for_its_event(stage: Stage) -> None:
    film = stage.catalog.film("film")
    resume = PortableResume(
        position_s=3000, duration_s=0, finished=False, watched_at=stage.clock(), event_id="told"
    )
    title = PortableTitle(kind=TitleKind.MOVIE, name=film)
    entry = PortableEntry(title=title, resume=resume)
    file = file_of(ProfileDocument(exported_at=stage.clock(), titles=(entry,)))
    assert stage.desk.import_file("anna", file).changes == 1
    assert stage.desk.import_file("anna", file).changes == 0
    point = stage.playback.resume_points("anna", [film])[film]
    assert (point.position_s, point.duration_s) == (3000, 6000)
    assert stage.playback.history("anna", limit=9, offset=0).total == 1
