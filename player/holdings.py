"""Which segments of a presentation are at hand, and what should come next."""

from __future__ import annotations

from dataclasses import dataclass, field

from abr.media import AdaptationSet, AdaptationSetId, Presentation, RepresentationId


@dataclass(frozen=True, slots=True)
class SegmentAddress:
    """A segment of an adaptation set, whatever its representation."""

    set_id: AdaptationSetId
    index: int


@dataclass(slots=True)
class Holdings:
    """The chosen representation of every segment at hand.

    Threading: owned by the fetcher, on the player's event loop.
    """

    presentation: Presentation
    _held: dict[SegmentAddress, RepresentationId] = field(default_factory=dict)

    def get(self, address: SegmentAddress) -> RepresentationId | None:
        """The representation held for a segment."""
        return self._held.get(address)

    def add(self, address: SegmentAddress, representation_id: RepresentationId) -> None:
        """Note that a segment is at hand."""
        self._held[address] = representation_id

    def drop(self, address: SegmentAddress) -> None:
        """Note that a segment is gone."""
        self._held.pop(address, None)

    def first_missing(self, entry: AdaptationSet, position_s: float) -> int | None:
        """The first segment from ``position_s`` on that is not at hand; ``None``: all are."""
        for index in range(entry.segment_at(position_s), len(entry.segment_durations_s)):
            if SegmentAddress(entry.id, index) not in self._held:
                return index
        return None

    def end_s(self, entry: AdaptationSet, position_s: float) -> float:
        """Up to where film is at hand without a gap, ``position_s`` when nothing is."""
        missing = self.first_missing(entry, position_s)
        end = entry.duration_s if missing is None else entry.segment_starts_s[missing]
        return max(position_s, end)

    def ranges_s(self, entry: AdaptationSet) -> tuple[tuple[float, float], ...]:
        """All stretches of a set at hand, in seconds of film."""
        out: list[tuple[float, float]] = []
        starts = entry.segment_starts_s
        for index in sorted(a.index for a in self._held if a.set_id == entry.id):
            start, end = starts[index], starts[index + 1]
            if out and start <= out[-1][1]:
                out[-1] = (out[-1][0], end)
            else:
                out.append((start, end))
        return tuple(out)
