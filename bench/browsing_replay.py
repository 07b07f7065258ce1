"""Recorded browsing against the pure planner, over a network that follows a trace.

Planner, likelihood and ledger are the player's own; time, network and store are simulated. The
likelihood begins with what it is shipped with and learns as the recording goes on, as on a device.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from abr.beginning import pieces_of_start, start_position_s
from abr.context import Limits
from abr.engine import AbrEngine
from abr.likelihood import DWELL_EDGES_S, SOON_S, Likelihood, Signal, SignalKind, by_title
from abr.media import (
    AdaptationSet,
    AdaptationSetId,
    MediaKind,
    Presentation,
    PresentationId,
    Representation,
    RepresentationId,
)
from abr.prefetch import (
    Beginning,
    IdleNetwork,
    Piece,
    PlannedFetch,
    PrefetchContext,
    plan,
)
from abr.trace import Trace
from player.prefetch import PrefetchSettings
from player.prefetch_ledger import PrefetchLedger
from player.store import DEFAULT_LIMIT_BYTES, StoreKey

WARM_UP_S = 7 * 86_400.0
_RATES_BPS, _AUDIO_BPS, _SEGMENT_S = (350_000, 900_000, 2_400_000), 128_000, 4.0
_MANIFEST_BYTES = 40_000
_FILM_PAUSE_S = 3.0  # of every segment's four seconds, for which a film with a full buffer rests
_BUFFER_S = 60.0
_FINISHED = 0.95
_EPISODE_S, _FILM_S = 1500.0, 5700.0


@dataclass(slots=True, kw_only=True)
class Tally:
    """Plays that needed their beginning fetched, and bytes by what became of them."""

    plays: int = 0
    hits: int = 0
    hit_bytes: float = 0.0
    wasted_bytes: float = 0.0

    @property
    def hit_rate(self) -> float:
        """Share of the plays whose whole beginning was there."""
        return self.hits / self.plays if self.plays else 0.0

    @property
    def fetched_bytes(self) -> float:
        """All of them."""
        return self.hit_bytes + self.wasted_bytes

    @property
    def wasted_share(self) -> float:
        """Of the bytes fetched."""
        return self.wasted_bytes / self.fetched_bytes if self.fetched_bytes else 0.0

    def minus(self, other: Tally) -> Tally:
        """What came since."""
        return Tally(
            plays=self.plays - other.plays,
            hits=self.hits - other.hits,
            hit_bytes=self.hit_bytes - other.hit_bytes,
            wasted_bytes=self.wasted_bytes - other.wasted_bytes,
        )


def total(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    found = list(tallies)
    return Tally(
        plays=sum(t.plays for t in found),
        hits=sum(t.hits for t in found),
        hit_bytes=sum(t.hit_bytes for t in found),
        wasted_bytes=sum(t.wasted_bytes for t in found),
    )


@dataclass(slots=True)
class _Transfer:
    """Under way; without a piece it is of a manifest."""

    wish: PlannedFetch
    piece: Piece | None
    began_s: float
    ends_s: float


class Replay:
    """One recording, from its first line to its last."""

    def __init__(self, trace: Trace, likelihood: Likelihood | None = None) -> None:
        self._trace = trace
        self.likelihood, self.ledger = likelihood or Likelihood(), PrefetchLedger()
        self._settings = PrefetchSettings()
        self._now_s = 0.0
        self._since: dict[Signal, float] = {}
        self._films: dict[str, Presentation] = {}
        self._known: set[str] = set()
        self._store: set[StoreKey] = set()
        self._seen: dict[str, tuple[float, float]] = {}  # what playback itself left in the store
        self._position_s: dict[str, float] = {}
        self._playing = ""
        self._transfer: _Transfer | None = None
        self._plays = self._hits = 0
        self._until_s = 0.0

    def run(self, lines: list[dict[str, Any]]) -> tuple[Tally, Tally]:
        """All of it: overall, and what came after the warm-up.

        In the last :data:`~abr.likelihood.SOON_S` nothing is fetched and no play counted: they only
        tell what became of the bytes fetched before.
        """
        warm: Tally | None = None
        self._until_s = lines[-1]["at_s"] - SOON_S
        for line in lines:
            if warm is None and line["at_s"] > WARM_UP_S:
                warm = self.tally
            self._advance(line["at_s"])
            self._take(line)
        self._settle(self._now_s + 2 * SOON_S)
        return self.tally, self.tally.minus(warm or Tally())

    @property
    def tally(self) -> Tally:
        """So far."""
        return Tally(
            plays=self._plays,
            hits=self._hits,
            hit_bytes=self.ledger.hit_bytes,
            wasted_bytes=self.ledger.wasted_bytes,
        )

    def _take(self, line: dict[str, Any]) -> None:
        for words in line.get("-", ()):
            self._since.pop(_signal(words), None)
        for words in line.get("+", ()):
            self._since[_signal(words)] = self._now_s
        if "play" in line:
            self._play(line["play"], line["position_s"])
        for word in ("stop", "elsewhere"):
            if word in line:
                self._stopped(line[word], line["position_s"], here=word == "stop")

    def _play(self, title_id: str, position_s: float) -> None:
        if self._transfer is not None:  # cancelled: what has come of it is lost
            came = self._trace.bytes_between(self._transfer.began_s, self._now_s)
            self.ledger.lost(int(came), self._now_s)
            self._transfer = None
        self._playing = title_id
        beginning = self._beginning(title_id, position_s)
        lacked = self._beginning(title_id, position_s, fetched=False).missing
        if (
            lacked and self._now_s < self._until_s
        ):  # else an earlier playback left its start in the store
            self._plays += 1
            self._hits += title_id in self._known and not beginning.missing
        used = {self._key(title_id, p) for p in lacked if p.index >= 0} & self._store
        held = self.ledger.holds(title_id)
        useful = self.ledger.started(title_id, used) or not held
        group = _group(title_id)
        self.likelihood.played(title_id, group, self._hour, self._now_s, useful=useful)
        self._seen[title_id] = (position_s, position_s)

    def _stopped(self, title_id: str, position_s: float, *, here: bool) -> None:
        if here:
            self._playing = ""
            self._seen[title_id] = (self._seen[title_id][0], position_s + _BUFFER_S)
        duration_s = _duration_s(title_id)
        self._position_s[title_id] = 0.0 if position_s >= _FINISHED * duration_s else position_s

    def _advance(self, to_s: float) -> None:
        while self._now_s < to_s:
            if self._transfer is not None:
                self._now_s = min(to_s, self._transfer.ends_s)
                if self._transfer.ends_s <= to_s:
                    self._arrived(self._transfer)
            elif (wish := self._wish()) is not None:
                self._begin(wish)
            else:
                self._now_s = min(to_s, self._now_s + self._pause_s())

    def _pause_s(self) -> float:
        held = [self._now_s - since_s for since_s in self._since.values()]
        return min((e - h for h in held for e in DWELL_EDGES_S if e > h), default=1e9) + 1e-3

    def _wish(self) -> PlannedFetch | None:
        self._settle(self._now_s)
        if self._now_s >= self._until_s:
            return None
        held = [replace(s, held_s=self._now_s - since) for s, since in self._since.items()]
        signals = tuple(s for s in held if s.title_id != self._playing)
        beginnings = [
            self._beginning(title_id, self._position_s.get(title_id, 0.0))
            for title_id in by_title(signals)
        ]
        for beginning in beginnings:
            if beginning.missing or self.ledger.holds(beginning.title_id):
                of_title = by_title(signals)[beginning.title_id]
                self.likelihood.saw(of_title, self._hour, self._now_s)
        spent_bytes = self.ledger.spent_bytes(self._now_s)
        share_bytes = self._settings.store_share * DEFAULT_LIMIT_BYTES
        context = PrefetchContext(
            signals=signals,
            hour=self._hour,
            beginnings=tuple(b for b in beginnings if b.title_id in self._known and b.missing),
            ready=frozenset(b.title_id for b in beginnings if not b.missing),
            budget_bytes=min(
                self._settings.hour_bytes - spent_bytes, share_bytes - self.ledger.held_bytes
            ),
            network=IdleNetwork(
                spare_s=_FILM_PAUSE_S if self._playing else float("inf"),
                throughput_bps=self._trace.mean_bps,
                ttfb_s=self._trace.latency_s,
            ),
            account=self.ledger.account,
        )
        return next(iter(plan(context, self.likelihood)), None)

    def _begin(self, wish: PlannedFetch) -> None:
        piece = wish.pieces[0] if wish.pieces else None
        size_bytes = _MANIFEST_BYTES if piece is None else piece.size_bytes
        began_s = self._now_s + self._trace.latency_s
        ends_s = self._trace.arrival_s(began_s, size_bytes)
        self._transfer = _Transfer(wish, piece, began_s, ends_s)

    def _arrived(self, transfer: _Transfer) -> None:
        title_id, piece = transfer.wish.title_id, transfer.piece
        key = None if piece is None else self._key(title_id, piece)
        size_bytes = _MANIFEST_BYTES if piece is None else piece.size_bytes
        self.ledger.fetched(title_id, key, size_bytes, transfer.wish.probability, self._now_s)
        if key is None:
            self._known.add(title_id)
        else:
            self._store.add(key)
        self._transfer = None

    def _settle(self, at_s: float) -> None:
        self.likelihood.settle(at_s)
        self._store -= set(self.ledger.settle(at_s, self._store.__contains__))

    def _beginning(self, title_id: str, position_s: float, *, fetched: bool = True) -> Beginning:
        """What a start lacks, with or without what was prefetched."""
        film = self._films.setdefault(title_id, _film(title_id))
        start_s = start_position_s(position_s, film.duration_s)
        from_s, to_s = self._seen.get(title_id, (0.0, 0.0))
        if from_s <= start_s <= to_s - _SEGMENT_S:
            return Beginning(title_id=title_id, position_s=start_s, missing=())
        pieces = pieces_of_start(
            film, start_s, abr=AbrEngine(), limits=Limits(), max_buffer_s=_BUFFER_S
        )
        store = self._store if fetched else set[StoreKey]()
        missing = tuple(p for p in pieces if self._key(title_id, p) not in store)
        return Beginning(title_id=title_id, position_s=start_s, missing=missing)

    def _key(self, title_id: str, piece: Piece) -> StoreKey:
        return StoreKey(PresentationId(title_id), piece.representation_id, piece.index)

    @property
    def _hour(self) -> int:
        return int(self._now_s // 3600) % 24


def _signal(words: str) -> Signal:
    kind, title_id, rank = words.split(" ")
    group = _group(title_id)
    return Signal(kind=SignalKind(kind), title_id=title_id, rank=int(rank), group=group)


def _group(title_id: str) -> str:
    """The series of an episode, which recordings do not repeat."""
    return title_id.partition("e")[0]


def _duration_s(title_id: str) -> float:
    return _EPISODE_S if title_id.startswith("s") else _FILM_S


def _film(title_id: str) -> Presentation:
    """A made-up film of the title's length; its scenes differ in size."""
    chance, count = random.Random(title_id), int(_duration_s(title_id) / _SEGMENT_S)
    swing = [chance.uniform(0.6, 1.4) for _ in range(count)]

    def one(name: str, rate_bps: int, swing: list[float]) -> Representation:
        return Representation(
            id=RepresentationId(name),
            codecs="",
            bandwidth_bps=int(rate_bps * 1.4),
            average_bandwidth_bps=rate_bps,
            init_path=f"{name}/init.mp4",
            init_bytes=800,
            segment_path=f"{name}/$Number$.m4s",
            segment_bytes=tuple(int(rate_bps * _SEGMENT_S / 8 * share) for share in swing),
        )

    sets = (
        AdaptationSet(
            id=AdaptationSetId("video"),
            kind=MediaKind.VIDEO,
            segment_durations_s=(_SEGMENT_S,) * count,
            representations=tuple(one(f"v{rate}", rate, swing) for rate in _RATES_BPS),
        ),
        AdaptationSet(
            id=AdaptationSetId("audio"),
            kind=MediaKind.AUDIO,
            segment_durations_s=(_SEGMENT_S,) * count,
            representations=(one("a", _AUDIO_BPS, [1.0] * count),),
        ),
    )
    return Presentation(
        id=PresentationId(title_id), duration_s=count * _SEGMENT_S, adaptation_sets=sets
    )
