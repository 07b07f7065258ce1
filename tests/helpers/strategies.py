"""Arbitrary ladders and moments, for statements that must hold for all of them."""

from __future__ import annotations

from hypothesis import strategies as st

from abr.context import (
    DecisionContext,
    Limits,
    Phase,
    ThroughputEstimate,
    TransferProgress,
    TransferSample,
)
from abr.media import AdaptationSet, RepresentationId
from tests.helpers.films import ladder, moment, rung, scenic_film

rates_bps = st.floats(1e3, 1e10)
HEIGHTS = (144, 240, 360, 480, 720, 1080, 2160)


@st.composite
def films(draw: st.DrawFn) -> AdaptationSet:
    """One to seven rungs ascending in bandwidth, up to eight segments of any size."""
    count = draw(st.integers(1, 8))
    declared = sorted(draw(st.lists(st.integers(1, 100_000_000), min_size=1, max_size=7)))
    sizes = st.lists(st.integers(1, 200_000_000), min_size=count, max_size=count)
    return ladder(
        [
            rung(height, rate_bps, draw(sizes))
            for height, rate_bps in zip(HEIGHTS, declared, strict=False)
        ],
        draw(st.floats(0.2, 20.0)),
    )


@st.composite
def estimates(draw: st.DrawFn) -> ThroughputEstimate:
    """Any estimate an estimator could give."""
    expected_bps, spread = draw(rates_bps), draw(st.floats(1.0, 10.0))
    return ThroughputEstimate(
        throughput_bps=expected_bps,
        low_bps=expected_bps / spread,
        high_bps=expected_bps * spread,
        ttfb_s=draw(st.floats(0.0, 30.0)),
        samples=draw(st.integers(0, 100)),
    )


ids = st.sampled_from(
    [None, RepresentationId("elsewhere"), *(RepresentationId(f"v{h}") for h in HEIGHTS)]
)
limits = st.builds(
    Limits,
    max_height_px=st.none() | st.integers(-1, 3000),
    screen_height_px=st.none() | st.integers(-1, 3000),
    too_heavy=ids,
    max_bandwidth_bps=st.none() | st.integers(-1, 200_000_000),
    fixed=st.one_of(st.none(), st.none(), st.none(), ids),
)
contexts = films().flatmap(
    lambda film: st.builds(
        DecisionContext,
        now_s=st.floats(0, 1e6),
        adaptation_set=st.just(film),
        segment_index=st.integers(0, len(film.segment_durations_s) - 1),
        buffer_level_s=st.floats(0.0, 300.0),
        max_buffer_s=st.floats(1.0, 300.0),
        phase=st.sampled_from(Phase),
        previous=ids,
        estimate=st.none() | estimates(),
        limits=limits,
        playback_speed=st.floats(0.25, 4.0),
    )
)


@st.composite
def samples(draw: st.DrawFn) -> TransferSample:
    """A transfer as a network can make it: bytes flowed for a measurable time."""
    ttfb_s = draw(st.floats(0.0, 2.0))
    return TransferSample(
        representation_id=RepresentationId("v720"),
        segment_index=0,
        transferred_bytes=draw(st.integers(1, 100_000_000)),
        ttfb_s=ttfb_s,
        duration_s=ttfb_s + draw(st.floats(0.2, 60.0)),
        finished_at_s=0.0,
    )


@st.composite
def broken_samples(draw: st.DrawFn) -> TransferSample:
    """Whatever a clock that jumps and a client that miscounts might report."""
    return TransferSample(
        representation_id=RepresentationId("v720"),
        segment_index=0,
        transferred_bytes=draw(st.integers(-10, 2**62)),
        ttfb_s=draw(st.floats()),
        duration_s=draw(st.floats()),
        finished_at_s=draw(st.floats()),
        from_store=draw(st.booleans()),
    )


@st.composite
def slow_transfers(draw: st.DrawFn) -> tuple[DecisionContext, TransferProgress]:
    """A transfer that lags on an ordinary film with little ahead: cause to think of giving up."""
    context = moment(
        scenic_film(30),
        buffer_level_s=draw(st.floats(0.0, 10.0)),
        phase=draw(st.sampled_from(Phase)),
        estimate=draw(st.none() | estimates()),
        limits=draw(limits),
        playback_speed=draw(st.floats(0.5, 2.0)),
    )
    rung_ = draw(st.sampled_from(context.adaptation_set.representations))
    total = rung_.segment_bytes[context.segment_index]
    elapsed_s = draw(st.floats(0.0, 30.0))
    progress = TransferProgress(
        representation_id=rung_.id,
        segment_index=context.segment_index,
        received_bytes=draw(st.integers(0, total)),
        total_bytes=total,
        ttfb_s=draw(st.none() | st.floats(0.0, max(elapsed_s, 1e-9))),
        elapsed_s=elapsed_s,
    )
    return context, progress
