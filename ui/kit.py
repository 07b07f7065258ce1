"""The player, put together: session, engine and everything below them, as one thing to close."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from abr.engine import AbrEngine
from abr.trace import Trace
from local_server.client import EdgeClient
from player.beginnings import Beginnings
from player.engine import MediaEngine
from player.load_control import LoadControl
from player.loop import PlayerLoop
from player.outbox import Outbox
from player.prefetch import Prefetcher
from player.prefetch_memory import FILE_NAME, PrefetchMemory
from player.session import Equipment, PlaybackSession
from player.shaper import Shaper
from player.sources.http import HttpSource
from player.store import SegmentStore
from ui.adapters import EdgeGrants, Viewer, deliverer
from ui.places import Places


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerKit:
    """A playback session and what it runs on. The engine stays its maker's to close."""

    session: PlaybackSession
    loop: PlayerLoop
    outbox: Outbox
    store: SegmentStore
    shaper: Shaper | None
    prefetcher: Prefetcher | None

    def close(self) -> None:
        """End playback, deliver what can be delivered, stop all threads."""
        if self.prefetcher is not None:
            self.prefetcher.close()
        self.session.stop()
        self.session.close()
        self.outbox.close()
        if self.shaper is not None:
            self.loop.run(self.shaper.close()).result(timeout=5)
        self.loop.close()


def build_player(
    client: EdgeClient,
    engine: MediaEngine,
    places: Places,
    *,
    shape: Trace | None = None,
    segments: Path | None = None,
    prefetch: bool = False,
) -> PlayerKit:
    """A player of the server behind ``client``.

    ``shape`` leads all media through a network of that trace; ``segments`` replaces the device's
    segment store (a measurement wants an empty one). ``prefetch`` lets what is likely to be played
    be fetched before; a measurement of playback wants none of that.
    """
    loop = PlayerLoop()
    viewer = Viewer(client, places.player / "device-id")
    outbox = Outbox(places.player / "outbox.sqlite3", deliverer(client, viewer))
    shaper, reroute = _shaped(client, loop, shape)
    store = SegmentStore(segments or places.segments)
    equipment, beginnings = _equipment(engine, EdgeGrants(client, viewer, reroute), store, outbox)
    session = PlaybackSession(loop, equipment)
    prefetcher = None
    if prefetch:
        prefetcher = Prefetcher(
            loop=loop,
            session=session,
            equipment=equipment,
            beginnings=beginnings,
            memory=PrefetchMemory(places.player / FILE_NAME),
        )
        prefetcher.start()
    outbox.start()
    return PlayerKit(
        session=session,
        loop=loop,
        outbox=outbox,
        store=store,
        shaper=shaper,
        prefetcher=prefetcher,
    )


def _equipment(
    engine: MediaEngine, grants: EdgeGrants, store: SegmentStore, outbox: Outbox
) -> tuple[Equipment, Beginnings]:
    def open_source(url: str) -> HttpSource:
        return HttpSource(url, time.monotonic)

    load, new_abr = LoadControl(), AbrEngine  # prefetching chooses as playback will
    beginnings = Beginnings(
        grants=grants,
        open_source=open_source,
        store=store,
        new_abr=new_abr,
        max_buffer_s=load.max_buffer_s,
        clock=time.monotonic,
    )
    equipment = Equipment(
        engine=engine,
        grants=grants,
        open_source=open_source,
        store=store,
        events=outbox,
        new_abr=new_abr,
        load=load,
        clock=time.monotonic,
        wall_clock=lambda: datetime.now(UTC),
        new_id=lambda: uuid.uuid4().hex,
        known=beginnings.presentation,
    )
    return equipment, beginnings


def _shaped(
    client: EdgeClient, loop: PlayerLoop, trace: Trace | None
) -> tuple[Shaper | None, Callable[[str], str]]:
    if trace is None:
        return None, str
    server = urlsplit(client.base_url)
    shaper = Shaper(trace, server.hostname or "127.0.0.1", server.port or 80, time.monotonic)
    origin = urlsplit(loop.run(shaper.start()).result(timeout=5))

    def reroute(url: str) -> str:
        parts = urlsplit(url)
        return urlunsplit((origin.scheme, origin.netloc, parts.path, parts.query, ""))

    return shaper, reroute
