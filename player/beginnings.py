"""What is known of titles that nobody asked to see yet: leave to read them, and their manifests."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from abr.beginning import pieces_of_start, start_position_s
from abr.context import Limits
from abr.engine import AbrEngine
from abr.media import Presentation, PresentationId
from abr.prefetch import Beginning, Piece
from player.grants import Grant, PrefetchGrants
from player.opening import presentation_of
from player.source import Progress, Source
from player.store import SegmentStore, StoreKey

_LEAVE_S = 600.0  # the server's tokens for prefetching hold a little longer
_MOST_KNOWN = 64  # manifests of long films take some 100 kB each


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A title whose manifest was read; ``grant`` was given at ``asked_at_s``."""

    grant: Grant
    presentation: Presentation
    asked_at_s: float

    @property
    def position_s(self) -> float:
        """Where playback will start."""
        return start_position_s(self.grant.resume_s, self.presentation.duration_s)

    def key(self, piece: Piece) -> StoreKey:
        """Where playback will look for a piece."""
        return StoreKey(self.presentation.id, piece.representation_id, piece.index)

    def path(self, piece: Piece) -> str:
        """Its path relative to the manifest."""
        entry = self.presentation.adaptation_set(piece.set_id)
        representation = entry.representation(piece.representation_id)
        return representation.init_path if piece.index < 0 else representation.path_of(piece.index)


class Beginnings:
    """Manifests of likely titles, in memory, and what their starts still lack.

    Threading: the player's event loop.
    """

    def __init__(
        self,
        *,
        grants: PrefetchGrants,
        open_source: Callable[[str], Source],
        store: SegmentStore,
        new_abr: Callable[[], AbrEngine],
        limits: Callable[[int | None], Limits],
        max_buffer_s: float,
        clock: Callable[[], float],
    ) -> None:
        """``limits`` are those of a playback under a plan of that height."""
        self._grants, self._open_source, self._store = grants, open_source, store
        self._limits = limits
        self._new_abr, self._max_buffer_s, self._clock = new_abr, max_buffer_s, clock
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._presentations: OrderedDict[PresentationId, Presentation] = OrderedDict()

    def presentation(self, presentation_id: str) -> Presentation | None:
        """The presentation of that id, when its manifest was read."""
        return self._presentations.get(PresentationId(presentation_id))

    def get(self, title_id: str) -> Known | None:
        """A title, when its manifest was read."""
        return self._known.get(title_id)

    def forget(self, title_id: str) -> None:
        """Its resume point moved or its leave lapsed: ask again."""
        self._known.pop(title_id, None)

    def beginning(self, title_id: str) -> Beginning | None:
        """What the start of a title lacks now; ``None``: its manifest is not known."""
        known = self._known.get(title_id)
        if known is None:
            return None
        pieces = pieces_of_start(
            known.presentation,
            known.position_s,
            abr=self._new_abr(),
            limits=self._limits(known.grant.max_height_px),
            max_buffer_s=self._max_buffer_s,
        )
        missing = tuple(piece for piece in pieces if not self._at_hand(known, piece))
        return Beginning(title_id=title_id, position_s=known.position_s, missing=missing)

    def _at_hand(self, known: Known, piece: Piece) -> bool:
        """Whether playback will find it, or something better, in the store."""
        if known.key(piece) in self._store:
            return True
        ladder = known.presentation.adaptation_set(piece.set_id).representations
        wished_bps = next(r.bandwidth_bps for r in ladder if r.id == piece.representation_id)
        limits = self._limits(known.grant.max_height_px)
        return piece.index >= 0 and any(
            all(StoreKey(known.presentation.id, r.id, n) in self._store for n in (piece.index, -1))
            for r in limits.allowed(ladder)
            if r.bandwidth_bps > wished_bps
        )

    async def leave(self, title_id: str) -> tuple[Grant, Source]:
        """Leave to read a title, and where from; the source is the caller's to close."""
        known = self._known.get(title_id)
        if known is not None and self._clock() - known.asked_at_s < _LEAVE_S:
            return known.grant, self._open_source(known.grant.media_url)
        grant = await self._grants.prefetch(title_id)
        if known is not None:
            self._note(title_id, grant, known.presentation)
        return grant, self._open_source(grant.media_url)

    async def read_manifest(
        self, title_id: str, on_start: Callable[[Progress], None]
    ) -> tuple[Known, int]:
        """Get to know a title; the bytes that took. Raises :class:`~player.errors.PlayerError`."""
        grant, source = await self.leave(title_id)
        try:
            presentation, size_bytes = self.presentation(grant.presentation_id), 0
            if presentation is None:
                body = await source.read(grant.manifest_path, on_start)
                presentation, size_bytes = presentation_of(body.data), len(body.data)
        finally:
            await source.close()
        return self._note(title_id, grant, presentation), size_bytes

    def _note(self, title_id: str, grant: Grant, presentation: Presentation) -> Known:
        known = Known(grant=grant, presentation=presentation, asked_at_s=self._clock())
        self._known[title_id] = known
        self._presentations[presentation.id] = presentation
        for cache in (self._known, self._presentations):
            while len(cache) > _MOST_KNOWN:
                cache.popitem(last=False)
        return known
