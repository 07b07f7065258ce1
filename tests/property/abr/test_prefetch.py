"""Whatever the screen says: budgets hold, odds are odds, JSON brings everything back."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from abr.likelihood import Likelihood, Signal, SignalKind
from abr.media import AdaptationSetId, RepresentationId
from abr.prefetch import (
    LEAST_PROBABILITY,
    Beginning,
    IdleNetwork,
    Piece,
    PrefetchContext,
    WasteAccount,
    plan,
)

TITLES = [f"t{n}" for n in range(6)]
NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
SIGNALS = st.builds(
    Signal,
    kind=st.sampled_from(SignalKind),
    title_id=st.sampled_from(["", *TITLES]),
    rank=st.integers(-2, 50),
    held_s=st.one_of(NUMBERS, st.floats(0, 100)),
    group=st.sampled_from(["", "series"]),
)
PIECES = st.builds(
    Piece,
    set_id=st.just(AdaptationSetId("video")),
    representation_id=st.just(RepresentationId("v")),
    index=st.integers(-1, 9),
    size_bytes=st.integers(0, 3_000_000),
)


@st.composite
def likelihoods(draw: st.DrawFn) -> Likelihood:
    made = Likelihood()
    for step, (signals, hour, plays, at_s) in enumerate(
        draw(
            st.lists(
                st.tuples(
                    st.lists(SIGNALS, max_size=3), st.integers(-1, 25), st.booleans(), NUMBERS
                ),
                max_size=12,
            )
        )
    ):
        made.saw(signals, hour, at_s)
        if plays and signals:
            made.played(signals[0].title_id, signals[0].group, hour, float(step))
        made.settle(at_s)
    return made


@given(likelihoods(), st.lists(SIGNALS, max_size=4), st.integers(-5, 30))
def test_odds_are_odds(likelihood: Likelihood, signals: list[Signal], hour: int) -> None:
    assert 0.0 <= likelihood.probability(signals, hour) <= 1.0


@given(likelihoods())
def test_json_brings_everything_back(likelihood: Likelihood) -> None:
    text = json.dumps(likelihood.to_json(), allow_nan=False)
    assert Likelihood.from_json(json.loads(text)).to_json() == likelihood.to_json()


BEGINNINGS = st.lists(st.lists(PIECES, min_size=1, max_size=4), max_size=6).map(
    lambda missing: tuple(
        Beginning(title_id=title_id, position_s=0.0, missing=tuple(pieces))
        for title_id, pieces in zip(TITLES, missing, strict=False)
    )
)
CONTEXTS = st.builds(
    PrefetchContext,
    signals=st.lists(SIGNALS, max_size=12).map(tuple),
    hour=st.integers(0, 23),
    beginnings=BEGINNINGS,
    ready=st.just(frozenset({"t5"})),
    budget_bytes=NUMBERS,
    network=st.builds(IdleNetwork, spare_s=NUMBERS, throughput_bps=NUMBERS, ttfb_s=st.floats(0, 2)),
    account=st.builds(
        WasteAccount, fetched_bytes=st.floats(0, 1e9), wasted_bytes=st.floats(0, 1e9)
    ),
)


@given(likelihoods(), CONTEXTS)
def test_every_limit_holds(likelihood: Likelihood, context: PrefetchContext) -> None:
    found = plan(context, likelihood)

    if found:
        assert sum(wish.size_bytes for wish in found) <= context.budget_bytes
    assert len({wish.title_id for wish in found}) == len(found)
    worths = [wish.worth for wish in found]
    assert worths == sorted(worths, reverse=True)
    for wish in found:
        assert wish.title_id in TITLES[:5]
        assert wish.probability >= LEAST_PROBABILITY
        spare_s = context.network.spare_s
        assert all(context.network.transfer_s(p.size_bytes) <= spare_s for p in wish.pieces)
