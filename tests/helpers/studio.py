"""A studio for tests: films in, results or problems out."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from local_server.contracts import Problem
from local_server.media.generated import Recipe, RecipeId
from local_server.media.results import StudioResult
from local_server.media.studio import Studio
from local_server.media.views import (
    StudioCancelled,
    StudioEvent,
    StudioFailed,
    StudioProgress,
    StudioReady,
    StudioRequest,
)

PLENTY = 1 << 50


@dataclass
class StudioAtWork:
    """A started studio and what it tells."""

    studio: Studio
    media_dir: Path
    work_dir: Path
    told: queue.SimpleQueue[StudioEvent]
    progress: list[StudioProgress] = field(default_factory=list)

    def next_ending(self) -> StudioReady | StudioFailed | StudioCancelled:
        """Wait until a job ends; progress on the way is collected."""
        while True:
            event = self.told.get(timeout=100)
            if not isinstance(event, StudioProgress):
                return event
            self.progress.append(event)

    def submit(self, source: Path | RecipeId, title_id: str = "t", priority: int = 0) -> None:
        """Queue a film."""
        name = source.name if isinstance(source, Path) else source
        self.studio.submit(
            StudioRequest(title_id=title_id, name=name, source=source, priority=priority)
        )

    def prepared(self, source: Path | RecipeId) -> StudioResult:
        """The result of preparing ``source``; fails when there is none."""
        self.submit(source)
        ending = self.next_ending()
        assert isinstance(ending, StudioReady), ending
        return ending.result

    def refused(self, source: Path) -> Problem:
        """The problem with ``source``; fails when there is none. Nothing of it may stay."""
        self.submit(source)
        ending = self.next_ending()
        assert isinstance(ending, StudioFailed), ending
        assert list(self.media_dir.iterdir()) == []
        assert [path for path in self.work_dir.iterdir() if path.is_dir()] == []
        return ending.problem


@contextmanager
def studio_at_work(
    root: Path,
    *,
    recipes: Iterable[Recipe] = (),
    free_bytes: Callable[[Path], int] = lambda _path: PLENTY,
) -> Iterator[StudioAtWork]:
    """A studio that lives under ``root`` until the end of the block."""
    told: queue.SimpleQueue[StudioEvent] = queue.SimpleQueue()
    studio = Studio(
        database_path=root / "studio.sqlite3",
        media_dir=root / "media",
        work_dir=root / "work",
        listener=told.put,
        recipes=recipes,
        threads=2,
        free_bytes=free_bytes,
    )
    studio.start()
    try:
        yield StudioAtWork(
            studio=studio, media_dir=root / "media", work_dir=root / "work", told=told
        )
    finally:
        studio.stop()
