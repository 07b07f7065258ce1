"""The decisions of a played session, taken again in a simulated one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from abr.context import (
    BufferedSegment,
    DecisionContext,
    ThroughputEstimate,
    TransferProgress,
    TransferSample,
)
from abr.decision import Decision, Reason, Replacement
from abr.media import AdaptationSet, Representation, RepresentationId


class Script:
    """A decider that repeats what a report says was done with the picture.

    It knows nothing of the network: what differs then is how long things take, never what was
    chosen. A replacement that finds its segment with the media engine already is left out.
    """

    estimate: ThroughputEstimate | None = None
    history: tuple[TransferSample, ...] = ()

    def __init__(self, film: AdaptationSet, records: Sequence[Mapping[str, Any]]) -> None:
        """``records``: the report's ``segments``."""
        self._film = film
        self._records = [r for r in records if r["set"] == film.id]
        self._next = 0

    def observe(self, sample: TransferSample) -> None:
        """A transfer ended: on to the next record."""
        if any(r.id == sample.representation_id for r in self._film.representations):
            self._next += 1
            # A changed history tells the player's model that asking again may bring an answer.
            self.history = (sample,)

    def decide(self, context: DecisionContext) -> Decision:
        """What was chosen for the segment first; past the end of the report, the last choice."""
        while self._next < len(self._records):
            record = self._records[self._next]
            if record["replaces"] is None and record["index"] == context.segment_index:
                return _decision(self._representation(record))
            self._next += 1
        return _decision(self._representation(self._records[-1]))

    def should_abandon(
        self, context: DecisionContext, progress: TransferProgress
    ) -> Decision | None:
        """What was taken instead, at the moment it was."""
        record = self._record
        if record is None or not record["abandoned"] or progress.elapsed_s < _ended(record):
            return None
        after = self._records[self._next + 1 :]
        same = (r for r in after if r["index"] == context.segment_index and r["replaces"] is None)
        return next((_decision(self._representation(r)) for r in same), None)

    def replacement(
        self, context: DecisionContext, buffered: tuple[BufferedSegment, ...]
    ) -> Replacement | None:
        """The segment that was fetched again now, while it still can be."""
        open_ = {segment.index for segment in buffered if segment.replaceable}
        while (record := self._record) is not None and record["replaces"] is not None:
            if record["index"] in open_:
                return Replacement(
                    segment_index=record["index"],
                    decision=_decision(self._representation(record)),
                )
            if record["index"] >= context.segment_index:
                return None
            self._next += 1
        return None

    def should_drop(self, context: DecisionContext, progress: TransferProgress) -> bool:  # noqa: ARG002 - the moment is in the report
        """Whether it was dropped by now."""
        record = self._record
        return record is not None and record["abandoned"] and progress.elapsed_s >= _ended(record)

    @property
    def _record(self) -> Mapping[str, Any] | None:
        return self._records[self._next] if self._next < len(self._records) else None

    def _representation(self, record: Mapping[str, Any]) -> Representation:
        return self._film.representation(RepresentationId(record["representation"]))


def _decision(representation: Representation) -> Decision:
    return Decision(
        representation=representation, reason=Reason.FIXED, rule="script", explanation="As played."
    )


def _ended(record: Mapping[str, Any]) -> float:
    """When a transfer was given up, in seconds since it was asked for; polls are a little late."""
    return float(record["duration_s"]) - 0.05
