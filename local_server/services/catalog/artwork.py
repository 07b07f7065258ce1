"""Pictures beside films become pictures of titles."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy import update

from local_server.services.catalog.changes import Change, Changes
from local_server.services.catalog.ports import Picture, PictureRole, Pictures, TakenPicture
from local_server.services.catalog.scan.batch import WantedPicture
from local_server.services.catalog.tables import FileRow, TitleRow

_log = structlog.get_logger(__name__)

# Pictures appear on screens some dozens at a time, not when the last of thousands is made.
_PORTION = 40


def take_pictures(
    changes: Changes,
    pictures: Pictures,
    wanted: Sequence[WantedPicture],
    is_stopped: Callable[[], bool],
) -> None:
    """Make the pictures that a scan found wanting, and show them or say what is wrong with them.

    What is not reached stays wanted: the next scan asks for it again.
    """
    for start in range(0, len(wanted), _PORTION):
        if is_stopped():
            return
        # One picture may be that of several titles, as of all editions in its folder.
        wanting: defaultdict[Picture, list[WantedPicture]] = defaultdict(list)
        for each in wanted[start : start + _PORTION]:
            wanting[Picture(path=each.path, role=each.role)].append(each)
        results: dict[Picture, TakenPicture] = {}
        pictures.take(list(wanting), results.__setitem__)
        with changes.write() as change:
            for picture, result in results.items():
                for each in wanting[picture]:
                    _show(change, each, result)


def _show(change: Change, wanted: WantedPicture, result: TakenPicture) -> None:
    change.session.execute(
        update(FileRow)
        .where(FileRow.path == os.fsencode(wanted.file.path))
        .values(
            mtime_ns=wanted.file.mtime_ns,
            problem=result.problem.model_dump() if result.problem is not None else None,
        )
    )
    row = change.session.get(TitleRow, wanted.title_id)
    if row is None:
        return
    if result.problem is not None:
        _log.info("catalog.picture_refused", title_id=row.id, code=result.problem.code)
        row.artwork = {key: ref for key, ref in row.artwork.items() if key != wanted.role}
    else:
        row.artwork = {**row.artwork, str(wanted.role): result.reference}
        if wanted.role is PictureRole.POSTER:
            row.average_colour = result.colour
    change.touch(row.id)
