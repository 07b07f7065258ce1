"""What is at hand, and what comes next."""

from __future__ import annotations

from abr.media import RepresentationId
from player.holdings import Holdings, SegmentAddress
from tests.helpers.player_fakes import paper_film

FILM = paper_film(segments=5)
LOW, HIGH = RepresentationId("v180"), RepresentationId("v720")


def holding(*indexes: int) -> Holdings:
    held = Holdings(FILM.presentation)
    for index in indexes:
        held.add(SegmentAddress(FILM.video.id, index), LOW)
    return held


def test_the_first_gap_from_here_on_is_missing() -> None:
    held = holding(0, 1, 3)

    assert [held.first_missing(FILM.video, s) for s in (0.0, 4.0, 9.0, 12.0, 19.9)] == [
        2,
        2,
        2,
        4,
        4,
    ]
    assert holding(*range(5)).first_missing(FILM.video, 0.0) is None
    assert holding(3, 4).first_missing(FILM.video, 13.0) is None


def test_film_ends_where_the_first_gap_begins() -> None:
    held = holding(0, 1, 3)

    assert [held.end_s(FILM.video, s) for s in (0.0, 5.0, 9.0, 12.0)] == [8.0, 8.0, 9.0, 16.0]
    assert holding(*range(5)).end_s(FILM.video, 1.0) == 20.0


def test_stretches_join_where_they_touch() -> None:
    assert holding().ranges_s(FILM.video) == ()
    assert holding(3, 0, 1).ranges_s(FILM.video) == ((0.0, 8.0), (12.0, 16.0))
    assert holding(*range(5)).ranges_s(FILM.video) == ((0.0, 20.0),)


def test_sets_do_not_mix() -> None:
    held = holding(0, 1)

    assert held.first_missing(FILM.audio[0], 0.0) == 0
    assert held.ranges_s(FILM.audio[0]) == ()


def test_the_last_word_counts() -> None:
    held, address = holding(0), SegmentAddress(FILM.video.id, 0)
    held.add(address, HIGH)
    assert held.get(address) == HIGH
    held.drop(address)
    held.drop(address)
    assert held.get(address) is None
