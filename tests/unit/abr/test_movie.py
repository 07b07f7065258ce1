"""Films as simulators exchange them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from abr import manifest
from abr.media import Presentation, PresentationId
from abr.movie import MovieError, load
from tests.helpers.films import steady_film


def _document(**changes: Any) -> str:
    document: dict[str, Any] = {
        "segment_duration_ms": 4000,
        "bitrates_kbps": [300, 1200],
        "segment_sizes_bits": [
            [1_200_000, 4_800_000],
            [1_000_000, 4_000_000],
            [800_000, 3_200_000],
        ],
    }
    return json.dumps({**document, **changes})


def test_sizes_and_rates_are_taken_over() -> None:
    film = load(_document())

    assert film.segment_durations_s == (4.0, 4.0, 4.0)
    assert [r.bandwidth_bps for r in film.representations] == [300_000, 1_200_000]
    assert film.representations[1].segment_bytes == (600_000, 500_000, 400_000)
    assert film.representations[0].segment_vmaf == ()


def test_vmaf_is_taken_over_where_it_is_known() -> None:
    film = load(_document(vmaf=[[40, 90], [50, 91], [60, 92]]))

    assert film.representations[1].segment_vmaf == (90, 91, 92)


def test_a_film_can_be_cut_short() -> None:
    film = load(_document(), segments=2)

    assert len(film.segment_durations_s) == 2
    assert all(len(r.segment_bytes) == 2 for r in film.representations)


def test_our_own_manifest_is_a_film_too() -> None:
    video = steady_film(5)
    text = manifest.dump(
        Presentation(id=PresentationId("p"), duration_s=20.0, adaptation_sets=(video,))
    )

    assert load(text) == video


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        _document(segment_duration_ms=0),
        _document(bitrates_kbps=[1200, 300]),
        _document(segment_sizes_bits=[]),
        _document(segment_sizes_bits=[[1_000_000]]),
        _document(segment_sizes_bits=[[0, 5]]),
        _document(vmaf=[[40, 90]]),
        json.dumps({"format": manifest.FORMAT}),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(MovieError):
        load(text)


def test_no_segment_at_all_is_refused() -> None:
    with pytest.raises(MovieError):
        load(_document(), segments=0)
