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
from abr.profiles import QualityProfileId
from abr.trace import Trace
from local_server.client import EdgeClient
from player.engine import MediaEngine
from player.load_control import LoadControl
from player.loop import PlayerLoop
from player.networks import NetworkMemory, network_of
from player.outbox import Outbox
from player.preferences import Preferences
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

    def close(self) -> None:
        """End playback, deliver what can be delivered, stop all threads."""
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
    profile: QualityProfileId | None = None,
) -> PlayerKit:
    """A player of the server behind ``client``.

    ``shape`` leads all media through a network of that trace; ``segments`` replaces the device's
    segment store (a measurement wants an empty one). ``profile`` is decided by instead of the one
    remembered on this device.
    """
    loop = PlayerLoop()
    viewer = Viewer(client, places.player / "device-id")
    outbox = Outbox(places.player / "outbox.sqlite3", deliverer(client, viewer))
    shaper, reroute = _shaped(client, loop, shape)
    store = SegmentStore(segments or places.segments)
    preferences = Preferences(places.player / "preferences.json", profile=profile)
    memory = networks(client, places, shape)
    session = PlaybackSession(
        loop,
        Equipment(
            engine=engine,
            grants=EdgeGrants(client, viewer, reroute),
            open_source=lambda url: HttpSource(url, time.monotonic),
            store=store,
            events=outbox,
            new_abr=lambda: AbrEngine(
                preferences.profile.new_rule(), prior=memory.recall() if memory else None
            ),
            load=LoadControl(),
            clock=time.monotonic,
            wall_clock=_utc_now,
            new_id=lambda: uuid.uuid4().hex,
            preferences=preferences,
            remember_network=memory.remember if memory else lambda _: None,
        ),
    )
    outbox.start()
    return PlayerKit(session=session, loop=loop, outbox=outbox, store=store, shaper=shaper)


def networks(client: EdgeClient, places: Places, shape: Trace | None) -> NetworkMemory | None:
    """What networks carried; ``None`` where a trace plays network: that is none to remember."""
    if shape is not None:
        return None
    return NetworkMemory(
        places.player / "networks.json",
        identify=lambda: network_of(urlsplit(client.base_url).hostname or ""),
        wall_clock=_utc_now,
    )


def _utc_now() -> datetime:
    return datetime.now(UTC)


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
