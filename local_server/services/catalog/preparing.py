"""What becomes of titles in the studio, told to the catalog."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from local_server.contracts import Availability, Problem, TitleKind
from local_server.errors import Conflict, NotFound
from local_server.services.catalog import queries
from local_server.services.catalog.changes import Change, Changes
from local_server.services.catalog.ports import MediaFolder, PictureRole, Preparation, Prepared
from local_server.services.catalog.pump import Pump, source_of
from local_server.services.catalog.tables import AssetRow, TitleRow

_log = structlog.get_logger(__name__)


class Preparing:
    """Asks for titles to be prepared and records how that went. Any method from any thread."""

    def __init__(
        self,
        changes: Changes,
        *,
        pump: Pump,
        preparation: Preparation,
        media: MediaFolder,
        now: Callable[[], datetime],
    ) -> None:
        self._changes = changes
        self._pump = pump
        self._preparation = preparation
        self._media = media
        self._now = now
        self._progress: dict[str, float] = {}

    @property
    def progress(self) -> Mapping[str, float]:
        """How far titles in preparation have come, 0 to 1, by title id."""
        return self._progress

    def want(self, title_id: str) -> None:
        """A person asks for a title: it goes before all that was only found."""
        with self._changes.write() as change:
            row = change.session.get(TitleRow, title_id)
            asset = queries.asset_of(change.session, title_id)
            if row is None:
                raise NotFound("title_not_found", "There is no such title in the library")
            if asset is None or asset.missing:
                raise Conflict(
                    "nothing_to_prepare",
                    f"“{row.name}” has no file to be prepared from",
                    hint="A series is prepared by its episodes; a missing file must come back.",
                )
            if row.availability == Availability.READY:
                return
            if _is_address(asset):
                raise _not_preparable(row)
            row.availability, row.problem = Availability.PREPARING, None
            asset.requested_at, asset.asked = self._now(), True
            change.touch(title_id, row.series_id)
        self._pump.fill()

    def check_media(self) -> None:
        """Mark titles whose prepared files are gone, and those whose files are back."""
        with self._changes.write() as change:
            lost = set(queries.titles_with_missing_files(change.session))
            states = (Availability.READY, Availability.MISSING)
            for row in queries.with_state(change.session, *states):
                there = row.presentation_id and self._media.exists(row.presentation_id)
                state = Availability.READY if there else Availability.MISSING
                if row.availability != state and row.id not in lost:
                    row.availability = state
                    change.touch(row.id, row.series_id)

    def advanced(self, title_id: str, progress: float) -> None:
        """Preparing has come this far."""
        self._progress[title_id] = min(1.0, max(0.0, progress))

    def ready(self, title_id: str, prepared: Prepared) -> None:
        """The title can be played from now on."""
        with self._changes.write() as change:
            useless = self._take_over(change, title_id, prepared)
        self._progress.pop(title_id, None)
        if useless is not None:
            self._preparation.discard(useless)
        _log.info("catalog.title_ready", title_id=title_id)
        self._pump.fill()

    def failed(self, title_id: str, problem: Problem) -> None:
        """The title's file could not be used."""
        with self._changes.write() as change:
            row = change.session.get(TitleRow, title_id)
            if row is not None and not self._hands_in_again(change.session, row, failed=True):
                asset = queries.asset_of(change.session, title_id)
                lost = asset is not None and asset.missing
                row.availability = Availability.MISSING if lost else Availability.FAILED
                row.problem = problem.model_dump()
                change.touch(title_id, row.series_id)
        self._progress.pop(title_id, None)
        _log.info("catalog.title_failed", title_id=title_id, code=problem.code)
        self._pump.fill()

    def cancelled(self, title_id: str) -> None:
        """Nobody wants the title any more: it leaves, and its series with its last episode."""
        with self._changes.write() as change:
            row = change.session.get(TitleRow, title_id)
            self._pump.ended(title_id)
            if row is not None and row.availability != Availability.READY:
                leave(change, row)
        self._progress.pop(title_id, None)
        self._pump.fill()

    def _take_over(self, change: Change, title_id: str, prepared: Prepared) -> str | None:
        """Record what was prepared; the presentation that nobody needs any more."""
        row = change.session.get(TitleRow, title_id)
        if row is None or self._hands_in_again(change.session, row, failed=False):
            return prepared.presentation_id
        useless = row.presentation_id if row.presentation_id != prepared.presentation_id else None
        _record(row, prepared)
        asset = queries.asset_of(change.session, title_id)
        lost = asset is not None and asset.missing
        row.availability = Availability.MISSING if lost else Availability.READY
        row.problem = None
        change.touch(title_id, row.series_id)
        return useless

    def _hands_in_again(self, session: Session, row: TitleRow, *, failed: bool) -> bool:
        """Whether the file was replaced meanwhile, or moved away from under the studio."""
        handed_in = self._pump.ended(row.id)
        asset = queries.asset_of(session, row.id)
        if handed_in is None or asset is None or asset.missing:
            return False
        replaced = handed_in.fingerprint != asset.fingerprint
        moved = failed and handed_in.source != source_of(asset)
        if replaced or moved:
            asset.requested_at = self._now()
        return replaced or moved


def _is_address(asset: AssetRow) -> bool:
    return asset.path is not None and asset.path.lower().endswith(b".strm")


def _not_preparable(row: TitleRow) -> Conflict:
    if row.problem is not None:
        problem = Problem.model_validate(row.problem)
        return Conflict(problem.code, problem.message, hint=problem.hint)
    return Conflict(
        "strm_not_prepared",
        f"“{row.name}” is an address, not a film on this machine",
        hint="Put the film itself into the library.",
    )


def leave(change: Change, row: TitleRow) -> None:
    """Remove a title, what stands under it, and its series with its last episode."""
    series_id = row.series_id if row.kind == TitleKind.EPISODE else None
    change.remove([row.id])
    left = select(func.count()).where(
        TitleRow.series_id == series_id, TitleRow.kind == TitleKind.EPISODE
    )
    if series_id is not None and not change.session.scalar(left):
        change.remove([series_id])
    elif series_id is not None:
        change.touch(series_id)


def _record(row: TitleRow, prepared: Prepared) -> None:
    row.presentation_id = prepared.presentation_id
    row.duration_s = prepared.duration_s
    row.max_height_px = prepared.max_height_px
    row.audio_languages = list(prepared.audio_languages)
    row.subtitle_languages = list(prepared.subtitle_languages)
    row.size_bytes = prepared.size_bytes
    row.poster_path = prepared.poster_path
    row.still_path = prepared.still_path
    if PictureRole.POSTER not in row.artwork:
        row.average_colour = prepared.average_colour
