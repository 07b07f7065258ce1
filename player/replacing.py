"""Fetches buffered film again, better, as long as the media engine does not have it yet."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import structlog

from abr.context import BufferedSegment, DecisionContext
from abr.decision import Replacement
from abr.engine import AbrEngine
from abr.media import RepresentationId
from player.errors import PlayerError
from player.holdings import Holdings, SegmentAddress
from player.loader import SegmentLoader

log = structlog.get_logger()


class Replacing:
    """Asks the engine, and remembers what the media engine was given.

    ``address`` is the segment being fetched again. Threading: owned by the fetcher, on the
    player's event loop.
    """

    def __init__(self, abr: AbrEngine, holdings: Holdings, loader: SegmentLoader) -> None:
        self._abr, self._holdings, self._loader = abr, holdings, loader
        self.address: SegmentAddress | None = None
        # For good: the media engine may have kept what it was given before a seek.
        self._handed: set[SegmentAddress] = set()
        self._failed: set[SegmentAddress] = set()  # not tried once more
        self._resting = False  # after a failure, until something arrives
        self._refused: object = None  # the moment that was last asked about in vain

    def handed(self, address: SegmentAddress) -> None:
        """The media engine was given a segment."""
        self._handed.add(address)

    def arrived(self) -> None:
        """The network works."""
        self._resting = False

    def finished(self, address: SegmentAddress) -> None:
        """A transfer is over, whatever came of it."""
        if address == self.address:
            self.address = None

    def begin(
        self, context: DecisionContext, position_s: float
    ) -> tuple[SegmentAddress, Coroutine[Any, Any, None]] | None:
        """The segment to fetch again before ``context.segment_index``, and the work of doing so.

        ``None``: go on. What was asked in vain is not asked again at the same moment: positions
        come many times a second.
        """
        buffered = self._buffered(context, position_s)
        moment = (buffered, context.segment_index, context.history[-1:], context.limits)
        if self._resting or not buffered or moment == self._refused:
            return None
        better = self._abr.replacement(context, buffered)
        self._refused = moment if better is None else None
        if better is None:
            return None
        self.address = SegmentAddress(context.adaptation_set.id, better.segment_index)
        former = buffered[better.segment_index - buffered[0].index].representation_id
        return self.address, self._fetch_again(context, better, former)

    async def _fetch_again(
        self, context: DecisionContext, better: Replacement, former: RepresentationId
    ) -> None:
        film = context.adaptation_set
        address = SegmentAddress(film.id, better.segment_index)
        try:
            await self._loader.load_again(
                film,
                better,
                former=former,
                following=context.segment_index,
                replaceable=lambda: self._replaceable(address, former),
            )
        except PlayerError as error:  # what is buffered will do
            log.info("fetcher.replacement_failed", error=str(error))
            self._failed.add(address)
            self._resting = True

    def _replaceable(self, address: SegmentAddress, former: RepresentationId) -> bool:
        """Whether a segment is still as it was and not with the media engine."""
        return address not in self._handed and self._holdings.get(address) == former

    def _buffered(self, context: DecisionContext, position_s: float) -> tuple[BufferedSegment, ...]:
        """Segments from the one on screen up to the one before the next."""
        film, found = context.adaptation_set, []
        for index in range(film.segment_at(position_s), context.segment_index):
            address = SegmentAddress(film.id, index)
            held = self._holdings.get(address)
            if held is None:
                return ()
            open_ = address not in self._handed and address not in self._failed
            segment = BufferedSegment(index=index, representation_id=held, replaceable=open_)
            found.append(segment)
        return tuple(found)
