"""What measurements of playback share: a server with one film, and a player of it."""

from __future__ import annotations

import contextlib
import json
import logging
import queue
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog

from local_server.contracts import Availability
from player.mpv_engine import MpvEngine
from player.snapshot import Snapshot
from ui.edge import Edge, open_edge
from ui.kit import PlayerKit, build_player
from ui.places import places

CLIP = Path(__file__).parents[1] / "local_server" / "starter" / "big_buck_bunny_30s.webm"
_PATIENCE_S = 600.0

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A server, its one title ``title_id`` made from ``source``, and a player without a screen."""

    edge: Edge
    kit: PlayerKit
    engine: MpvEngine
    title_id: str
    source: Path

    def play(self, start_s: float | None = 0.0) -> Snapshot:
        """Play from the start and wait for the first picture."""
        with self.snapshots() as arriving:
            self.kit.session.play(self.title_id, start_s=start_s)
            return await_snapshot(arriving, lambda now: now.startup_s is not None)

    def forget_segments(self) -> None:
        """Empty the device's segment store, between playbacks."""
        store = self.kit.store
        with self.snapshots() as arriving:
            self.kit.session.stop()
            await_snapshot(arriving, lambda now: not now.title_id)
        for presentation in store.presentations:
            self.kit.loop.post(partial(store.discard_presentation, presentation))

    @contextlib.contextmanager
    def snapshots(self) -> Iterator[queue.SimpleQueue[Snapshot]]:
        """All snapshots from now on."""
        arriving: queue.SimpleQueue[Snapshot] = queue.SimpleQueue()
        stop = self.kit.session.listen(arriving.put)
        try:
            yield arriving
        finally:
            stop()


@contextlib.contextmanager
def playback_stage(source: Path, home: Path | None = None) -> Iterator[Stage]:
    """Prepare ``source`` on a server of its own (in ``home``, else in a temporary folder)."""
    with contextlib.ExitStack() as stack:
        root = home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        where = places(root)
        edge = stack.enter_context(open_edge(where, starter=False))
        title_id = prepared(edge, source)
        engine = MpvEngine(video="null", audio="null")
        stack.callback(engine.close)
        kit = build_player(edge.client, engine, where)
        stack.callback(kit.close)
        yield Stage(edge=edge, kit=kit, engine=engine, title_id=title_id, source=source)


def await_snapshot(
    arriving: queue.SimpleQueue[Snapshot], wanted: Callable[[Snapshot], bool]
) -> Snapshot:
    """The first snapshot that ``wanted`` accepts. Raises ``RuntimeError`` when playback fails."""
    while True:
        now = arriving.get(timeout=60)
        if now.problem is not None:
            raise RuntimeError(f"{now.problem.title} {now.problem.detail}")
        if wanted(now):
            return now


def finish(figures: dict[str, float]) -> None:
    """Print the closing line."""
    sys.stdout.write(json.dumps({"figures": {k: round(v, 4) for k, v in figures.items()}}) + "\n")


def prepared(edge: Edge, source: Path) -> str:
    """Put ``source`` into the library and wait until it can be played; its title's id."""
    (added,) = edge.client.add_paths([source])
    if added.title_id is None:  # also set for a film that is in the library already
        raise RuntimeError(added.problem)
    began_s = time.monotonic()
    while time.monotonic() - began_s < _PATIENCE_S:
        title = edge.client.title(added.title_id).summary
        if title.availability is Availability.READY:
            return title.id
        if title.problem is not None:
            raise RuntimeError(title.problem)
        time.sleep(0.2)
    raise RuntimeError("the film was not prepared in time")
