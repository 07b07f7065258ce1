"""Titles as lists show them, kept until something of the catalog changes.

Making one costs more than reading it, and home screens ask for the same hundreds over and over.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from local_server.contracts import EVERYTHING, Availability, TitleKind, TitleSummary, Visibility
from local_server.services.catalog import queries
from local_server.services.catalog.tables import TitleRow
from local_server.services.catalog.views import Views
from local_server.services.catalog.visible import seen_by

# Viewers with rules of their own, of whom a household has a few.
_VIEWERS_MAX = 16

# What a summary is made of; to make whole rows of it costs several times as much.
_COLUMNS = (
    *(TitleRow.id, TitleRow.kind, TitleRow.name, TitleRow.year, TitleRow.duration_s),
    *(TitleRow.availability, TitleRow.problem, TitleRow.presentation_id, TitleRow.poster_path),
    *(TitleRow.still_path, TitleRow.artwork, TitleRow.average_colour, TitleRow.series_id),
    *(TitleRow.season, TitleRow.episode, TitleRow.attribution, TitleRow.parent_id),
    *(TitleRow.label, TitleRow.certificate, TitleRow.shown_age, TitleRow.rating, TitleRow.genres),
)


class Summaries:
    """Reads summaries. Threading: any method from any thread."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._lock = threading.Lock()
        self._state: tuple[int, str] = (-1, "")
        self._kept: dict[Visibility, dict[str, TitleSummary]] = {}

    def of(
        self, session: Session, ids: Sequence[str], visibility: Visibility = EVERYTHING
    ) -> tuple[TitleSummary, ...]:
        """Those of ``ids`` that exist and may be seen, in the order of ``ids``."""
        kept = self._valid(session, visibility)
        missing = [title_id for title_id in ids if title_id not in kept]
        if missing:
            made = self._make(session, missing, visibility)
            kept.update({title.id: title for title in made})
        found = (kept.get(title_id) for title_id in ids)
        return tuple(self._current(title) for title in found if title is not None)

    def _valid(self, session: Session, visibility: Visibility) -> dict[str, TitleSummary]:
        """What is kept for viewers of this visibility, and still holds."""
        revision = int(session.execute(text("SELECT number FROM revision")).scalar_one())
        # The addresses of pictures change a few times a day; this one changes with them.
        state = (revision, self._views.media.url("-", ""))
        with self._lock:
            if state != self._state:
                self._state, self._kept = state, {}
            if visibility not in self._kept and len(self._kept) >= _VIEWERS_MAX:
                self._kept.clear()
            return self._kept.setdefault(visibility, {})

    def _current(self, title: TitleSummary) -> TitleSummary:
        """Progress moves without a change of the catalog."""
        if title.availability is not Availability.PREPARING:
            return title
        progress = self._views.progress.get(title.id, 0.0)
        if title.kind is TitleKind.SERIES or progress == title.progress:
            return title
        return title.model_copy(update={"progress": progress})

    def _make(
        self, session: Session, ids: Sequence[str], visibility: Visibility
    ) -> list[TitleSummary]:
        rows = _rows(session, TitleRow.id, ids, visibility)
        series = [row.id for row in rows if row.kind == TitleKind.SERIES]
        episodes: defaultdict[str, list[Any]] = defaultdict(list)
        for episode in _rows(session, TitleRow.series_id, series, visibility) if series else ():
            if episode.kind == TitleKind.EPISODE:
                episodes[episode.series_id].append(episode)
        names = queries.names_of(session, {row.series_id for row in rows if row.series_id})
        return [
            self._views.series(row, episodes[row.id])
            if row.kind == TitleKind.SERIES
            else self._views.summary(row, names.get(row.series_id or ""))
            for row in rows
        ]


def _rows(session: Session, column: Any, ids: Collection[str], visibility: Visibility) -> list[Any]:
    """Rows that read like :class:`TitleRow`; episodes in the order they are told."""
    found: list[Any] = []
    for part in queries.portions(ids):
        found += session.execute(
            select(*_COLUMNS)
            .where(column.in_(part), *seen_by(visibility))
            .order_by(TitleRow.season, TitleRow.episode, TitleRow.sort_key, TitleRow.id)
        ).all()
    return found
