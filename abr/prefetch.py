"""What to fetch before anyone asks for it: the beginnings most worth their bytes.

A beginning (manifest, init segments, the first segments of picture and sound) saves the wait for
itself if its title is played, and is waste if it is not. Beginnings are taken in the order of the
startup delay they are expected to save per byte, as long as what is expected to be wasted, of all
that was fetched so far, stays under a limit. Nothing is fetched while the film that plays needs the
network.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from abr.likelihood import Likelihood, Signal, SignalKind, by_title
from abr.media import AdaptationSetId, RepresentationId

MOST_WASTE = 0.15  # share of all bytes that may be expected to be wasted: a fifth, less a margin
GRACE_BYTES = 1_000_000  # may be risked before there is anything to judge by
LEAST_PROBABILITY = 0.75  # less likely titles are left, however little has been wasted
# A beginning whose manifest is not known yet: picture that arrives within the startup rule's
# second, at most as much as the highest rungs have, and everything else.
UNKNOWN_PICTURE_S, MOST_PICTURE_BYTES, UNKNOWN_OTHER_BYTES = 1.0, 2_500_000, 150_000
SERIAL_TRIPS = 3  # manifest, init segments, first segments: one waits for the other
FALLBACK_BPS = 2e6  # nothing measured: nearly every network carries this
WHOLE = -1  # index of an init segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One transfer of a beginning: a segment, or with :data:`WHOLE` an init segment."""

    set_id: AdaptationSetId
    representation_id: RepresentationId
    index: int
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What is still missing of a title's start at ``position_s``; its manifest is known."""

    title_id: str
    position_s: float
    missing: tuple[Piece, ...]

    @property
    def size_bytes(self) -> int:
        """Bytes to fetch."""
        return sum(piece.size_bytes for piece in self.missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleNetwork:
    """What the network has to spare.

    ``spare_s`` is how long no film needs it: infinite while none plays or the one that does is
    whole or on pause with a full buffer, 0 while it fetches.
    """

    spare_s: float = math.inf
    throughput_bps: float = FALLBACK_BPS
    ttfb_s: float = 0.1

    def transfer_s(self, size_bytes: float) -> float:
        """How long a transfer takes; infinite when nothing sensible is known."""
        if not self.throughput_bps > 0 or not self.ttfb_s >= 0:
            return math.inf
        return self.ttfb_s + size_bytes * 8 / self.throughput_bps


@dataclass(frozen=True, slots=True, kw_only=True)
class WasteAccount:
    """What became of the bytes fetched so far.

    ``wasted_bytes`` counts those known to be wasted, and of the others what is expected to be.
    """

    fetched_bytes: float = 0.0
    wasted_bytes: float = 0.0

    def with_risk(self, size_bytes: float, probability: float) -> WasteAccount:
        """After fetching so much for a title of that probability."""
        return WasteAccount(
            fetched_bytes=self.fetched_bytes + size_bytes,
            wasted_bytes=self.wasted_bytes + size_bytes * (1 - probability),
        )

    @property
    def is_within_limit(self) -> bool:
        """Whether the share of waste is one that may be."""
        return self.wasted_bytes <= MOST_WASTE * (self.fetched_bytes + GRACE_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefetchContext:
    """One moment: what speaks for which title, what is known of it, and what may be spent.

    ``ready`` are titles whose beginning is stored already; of those in neither ``beginnings`` nor
    ``ready`` the manifest has to be fetched first.
    """

    signals: tuple[Signal, ...]
    hour: int  # 0 to 23, of the viewer's clock
    beginnings: tuple[Beginning, ...] = ()
    ready: frozenset[str] = frozenset()
    budget_bytes: float = 0.0
    network: IdleNetwork = IdleNetwork()
    account: WasteAccount = WasteAccount()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFetch:
    """Fetch the beginning of ``title_id``: ``pieces`` of it from ``position_s`` on.

    Without a known manifest both are still open: ``position_s`` is ``None``, ``pieces`` is empty
    and ``size_bytes`` a guess. ``saved_s`` is the startup delay saved if it is played.
    """

    title_id: str
    position_s: float | None
    pieces: tuple[Piece, ...]
    size_bytes: int
    probability: float
    saved_s: float
    because: str

    @property
    def worth(self) -> float:
        """Startup delay expected to be saved per byte, s."""
        return self.probability * self.saved_s / max(1, self.size_bytes)


def plan(context: PrefetchContext, likelihood: Likelihood) -> tuple[PlannedFetch, ...]:
    """What to fetch now, the most worthwhile first; empty when nothing should be."""
    if not context.network.spare_s > 0 or not context.budget_bytes > 0:
        return ()
    known = {beginning.title_id: beginning for beginning in context.beginnings}
    wishes = [
        _wish(context, signals, known.get(title_id), likelihood)
        for title_id, signals in by_title(context.signals).items()
        if title_id not in context.ready
    ]
    return tuple(_affordable(context, sorted(wishes, key=lambda wish: wish.worth, reverse=True)))


def _affordable(context: PrefetchContext, wishes: list[PlannedFetch]) -> Iterable[PlannedFetch]:
    left_bytes, account = context.budget_bytes, context.account
    for wish in wishes:
        risked = account.with_risk(wish.size_bytes, wish.probability)
        largest = max((piece.size_bytes for piece in wish.pieces), default=0)
        if (
            wish.probability >= LEAST_PROBABILITY
            and wish.size_bytes <= left_bytes
            and context.network.transfer_s(largest) <= context.network.spare_s
            and wish.saved_s < math.inf
            and (risked.is_within_limit or wish.probability >= 1 - MOST_WASTE)
        ):
            left_bytes, account = left_bytes - wish.size_bytes, risked
            yield wish


def _wish(
    context: PrefetchContext,
    signals: tuple[Signal, ...],
    beginning: Beginning | None,
    likelihood: Likelihood,
) -> PlannedFetch:
    probability = likelihood.probability(signals, context.hour)
    size_bytes = _guess_bytes(context) if beginning is None else beginning.size_bytes
    trips = SERIAL_TRIPS if beginning is None else min(SERIAL_TRIPS, len(beginning.missing))
    return PlannedFetch(
        title_id=signals[0].title_id,
        position_s=None if beginning is None else beginning.position_s,
        pieces=() if beginning is None else beginning.missing,
        size_bytes=size_bytes,
        probability=probability,
        saved_s=context.network.transfer_s(size_bytes) + (trips - 1) * context.network.ttfb_s,
        because=_because(signals, probability),
    )


def _guess_bytes(context: PrefetchContext) -> int:
    rate_bps = context.network.throughput_bps
    picture_bytes = min(rate_bps * UNKNOWN_PICTURE_S / 8, MOST_PICTURE_BYTES) if rate_bps > 0 else 0
    return UNKNOWN_OTHER_BYTES + int(picture_bytes)


_WORDS = {
    SignalKind.FOCUS: "its card has been in focus for {held:.1f} s",
    SignalKind.PAGE: "its page has been open for {held:.1f} s",
    SignalKind.NEXT: "it is the next episode",
    SignalKind.CONTINUE: "it was begun and not finished",
    SignalKind.TOP: "the home screen features it",
    SignalKind.HABIT: "it is often played at this time of day",
}


def _because(signals: tuple[Signal, ...], probability: float) -> str:
    words = [_WORDS[signal.kind].format(held=signal.held_s) for signal in signals]
    told = " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    return f"{told[:1].upper()}{told[1:]}: {probability:.0%} of such titles are played soon."
