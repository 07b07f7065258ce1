"""What the planner takes, in which order, and when it takes nothing."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from abr.beginning import COVER_S, pieces_of_start, start_position_s
from abr.context import Limits, ThroughputEstimate
from abr.engine import AbrEngine
from abr.likelihood import Likelihood, Signal, SignalKind
from abr.media import AdaptationSetId, RepresentationId
from abr.prefetch import (
    GRACE_BYTES,
    LEAST_PROBABILITY,
    MOST_WASTE,
    Beginning,
    IdleNetwork,
    Piece,
    PlannedFetch,
    PrefetchContext,
    WasteAccount,
    plan,
)
from tests.helpers.player_fakes import paper_film


def signal(title_id: str, kind: SignalKind = SignalKind.CONTINUE, **fields: float) -> Signal:
    return Signal(kind=kind, title_id=title_id, **fields)  # type: ignore[arg-type]


def beginning(title_id: str, size_bytes: int, position_s: float = 0.0) -> Beginning:
    piece = Piece(
        set_id=AdaptationSetId("video"),
        representation_id=RepresentationId("v360"),
        index=0,
        size_bytes=size_bytes,
    )
    return Beginning(title_id=title_id, position_s=position_s, missing=(piece,))


def knowing(**odds: tuple[int, int]) -> Likelihood:
    """A likelihood that saw so many hits and misses of a kind of signal."""
    made = Likelihood()
    for kind, (hits, misses) in odds.items():
        for n in range(hits + misses):
            made.saw((signal("t", SignalKind(kind)),), 20, 0.0)
            if n < hits:
                made.played("t", "", 20, 0.0)
            else:
                made.settle(1e9)
    return made


def planned(likelihood: Likelihood, **fields: object) -> tuple[PlannedFetch, ...]:
    given: dict[str, object] = {"hour": 20, "budget_bytes": 10e6, "signals": ()}
    return plan(PrefetchContext(**{**given, **fields}), likelihood)  # type: ignore[arg-type]


def test_the_most_delay_saved_per_byte_comes_first() -> None:
    sure = knowing(**{"continue": (30, 0), "page": (26, 4)})
    found = planned(
        sure,
        signals=(signal("page", SignalKind.PAGE), signal("small"), signal("large")),
        beginnings=(
            beginning("page", 100_000),
            beginning("small", 100_000),
            beginning("large", 900_000),
        ),
    )
    # A round trip counts as much for a small beginning as for a large one.
    assert [wish.title_id for wish in found] == ["small", "page", "large"]
    worths = [wish.worth for wish in found]
    assert worths == sorted(worths, reverse=True)


def test_a_title_whose_manifest_is_unknown_is_got_to_know_first() -> None:
    (wish,) = planned(knowing(**{"continue": (30, 0)}), signals=(signal("film"),))
    assert (wish.position_s, wish.pieces) == (None, ())
    assert wish.size_bytes > 0


def test_the_plan_says_where_playback_goes_on_and_why() -> None:
    (wish,) = planned(
        knowing(**{"continue": (30, 0)}),
        signals=(signal("film"),),
        beginnings=(beginning("film", 100_000, position_s=1234.5),),
    )
    assert wish.position_s == 1234.5
    assert wish.pieces == beginning("film", 100_000).missing
    assert wish.because.startswith("It was begun and not finished: ")
    assert wish.because.endswith("of such titles are played soon.")


def test_what_is_stored_already_is_not_planned() -> None:
    sure = knowing(**{"continue": (30, 0)})
    assert planned(sure, signals=(signal("film"),), ready=frozenset({"film"})) == ()


@pytest.mark.parametrize("budget_bytes", [0.0, -1.0, 99_999.0, math.nan])
def test_beyond_the_budget_nothing_is_planned(budget_bytes: float) -> None:
    found = planned(
        knowing(**{"continue": (30, 0)}),
        signals=(signal("film"),),
        beginnings=(beginning("film", 100_000),),
        budget_bytes=budget_bytes,
    )
    assert found == ()


@pytest.mark.parametrize("spare_s", [0.0, 0.05, 0.5, -1.0, math.nan])
def test_nothing_is_planned_that_would_get_in_the_way_of_the_film(spare_s: float) -> None:
    network = IdleNetwork(spare_s=spare_s, throughput_bps=1e6, ttfb_s=0.1)
    found = planned(
        knowing(**{"continue": (30, 0)}),
        signals=(signal("film"),),
        beginnings=(beginning("film", 100_000),),  # 0.9 s
        network=network,
    )
    assert found == ()


def test_beside_a_film_what_fits_into_the_pause_is_planned() -> None:
    found = planned(
        knowing(**{"continue": (30, 0)}),
        signals=(signal("film"),),
        beginnings=(beginning("film", 100_000),),
        network=IdleNetwork(spare_s=1.0, throughput_bps=1e6, ttfb_s=0.1),
    )
    assert len(found) == 1


@pytest.mark.parametrize(("rate_bps", "ttfb_s"), [(0.0, 0.1), (math.nan, 0.1), (1e6, math.nan)])
def test_a_network_that_cannot_be_is_left_alone(rate_bps: float, ttfb_s: float) -> None:
    found = planned(
        knowing(**{"continue": (30, 0)}),
        signals=(signal("film"),),
        network=IdleNetwork(throughput_bps=rate_bps, ttfb_s=ttfb_s),
    )
    assert found == ()


def test_too_much_waste_leaves_only_what_is_nearly_sure() -> None:
    likelihood = knowing(**{"continue": (40, 0), "page": (25, 6)})
    page_p = likelihood.probability((signal("page", SignalKind.PAGE),), 20)
    assert LEAST_PROBABILITY < page_p < 1 - MOST_WASTE
    fields = {
        "signals": (signal("page", SignalKind.PAGE), signal("sure")),
        "beginnings": (beginning("page", 100_000), beginning("sure", 100_000)),
    }
    assert {w.title_id for w in planned(likelihood, **fields)} == {"page", "sure"}

    wasteful = WasteAccount(fetched_bytes=10 * GRACE_BYTES, wasted_bytes=3 * GRACE_BYTES)
    assert {w.title_id for w in planned(likelihood, **fields, account=wasteful)} == {"sure"}


def test_an_unlikely_title_is_left_however_little_was_wasted() -> None:
    thrifty = WasteAccount(fetched_bytes=1e9, wasted_bytes=0.0)
    found = planned(
        knowing(focus=(0, 30)),
        signals=(signal("film", SignalKind.FOCUS),),
        beginnings=(beginning("film", 1000),),
        account=thrifty,
    )
    assert found == ()


def test_impossible_signals_are_ignored() -> None:
    sure = knowing(**{"continue": (30, 0)})
    nonsense = (
        signal(""),
        signal("a", held_s=math.nan),
        signal("b", held_s=-1.0),
        signal("c", held_s=math.inf),
        signal("d", rank=-1),
    )
    assert planned(sure, signals=nonsense) == ()


def test_the_pieces_are_those_the_startup_rule_takes_at_the_resume_point() -> None:
    film = paper_film(segments=20)
    slow = ThroughputEstimate(
        throughput_bps=200_000, low_bps=150_000, high_bps=300_000, ttfb_s=0.05, samples=0
    )
    for prior, chosen in ((None, "v360"), (slow, "v180")):
        pieces = pieces_of_start(
            film.presentation,
            41.0,
            abr=AbrEngine(prior=prior),
            limits=Limits(),
            max_buffer_s=60.0,
        )
        found = {(piece.representation_id, piece.index) for piece in pieces}
        assert found >= {("v720", -1), (chosen, -1), (chosen, 10), ("a-en", -1), ("a-en", 10)}
        assert {r for r, n in found if n >= 0} == {chosen, "a-en"}
        assert len(pieces) == len(found)


def test_sound_is_there_from_the_key_frame_on() -> None:
    film = paper_film(segments=20)
    sound = replace(film.audio[0], segment_durations_s=(4.02,) * 19 + (3.62,))
    sets = (film.video, sound)
    presentation = replace(film.presentation, adaptation_sets=sets)
    pieces = pieces_of_start(
        presentation, 42.0, abr=AbrEngine(), limits=Limits(), max_buffer_s=60.0
    )
    # The picture's segment starts at 40 s, the sound's next one a moment later.
    assert [p.index for p in pieces if p.set_id == sound.id] == [-1, 9, 10]


def test_near_the_end_of_a_segment_the_next_one_is_needed_too() -> None:
    film = paper_film(segments=20)

    def segments(position_s: float) -> set[int]:
        pieces = pieces_of_start(
            film.presentation, position_s, abr=AbrEngine(), limits=Limits(), max_buffer_s=60.0
        )
        return {piece.index for piece in pieces if piece.index >= 0}

    assert segments(4.0) == {1}
    assert segments(8.0 - COVER_S / 2) == {1, 2}
    assert segments(start_position_s(1e9, film.presentation.duration_s)) == {19}
