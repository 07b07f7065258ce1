"""The player, put together: session, engine and everything below them, as one thing to close."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from abr.context import Limits
from abr.engine import AbrEngine
from abr.profiles import QualityProfileId
from abr.trace import Trace
from local_server.client import EdgeClient
from player.beginnings import Beginnings
from player.caps import profile_limits
from player.engine import MediaEngine
from player.load_control import LoadControl
from player.loop import PlayerLoop
from player.networks import NetworkMemory, network_of
from player.outbox import Outbox
from player.preferences import Preferences
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
    profile: QualityProfileId | None = None,
    prefetch: bool = False,
) -> PlayerKit:
    """A player of the server behind ``client``.

    ``shape`` leads all media through a network of that trace; ``segments`` replaces the device's
    segment store (a measurement wants an empty one). ``profile`` is decided by instead of the one
    remembered on this device. ``prefetch`` lets what is likely to be played be fetched before; a
    measurement of playback wants none of that.
    """
    loop = PlayerLoop()
    viewer = Viewer(client, places.player / "device-id")
    outbox = Outbox(places.player / "outbox.sqlite3", deliverer(client, viewer))
    shaper, reroute = _shaped(client, loop, shape)
    store = SegmentStore(segments or places.segments)
    preferences = Preferences(places.player / "preferences.json", profile=profile)
    grants = EdgeGrants(client, viewer, reroute)
    memory = networks(client, places, shape)
    equipment = _equipment(
        engine=engine,
        grants=grants,
        store=store,
        outbox=outbox,
        preferences=preferences,
        memory=memory,
    )
    beginnings, prefetcher = None, None
    if prefetch:
        beginnings = _beginnings(equipment, grants, lambda: session.screen_height_px)
        equipment = replace(equipment, known=beginnings.presentation)
    session = PlaybackSession(loop, equipment)
    if beginnings is not None:
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
    *,
    engine: MediaEngine,
    grants: EdgeGrants,
    store: SegmentStore,
    outbox: Outbox,
    preferences: Preferences,
    memory: NetworkMemory | None,
) -> Equipment:
    return Equipment(
        engine=engine,
        grants=grants,
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
    )


def _beginnings(
    equipment: Equipment, grants: EdgeGrants, screen_height_px: Callable[[], int | None]
) -> Beginnings:
    """Chooses as playback will: by the same rules, under the same caps."""

    def limits(plan_height_px: int | None) -> Limits:
        profile = equipment.preferences.profile
        return profile_limits(profile, plan_height_px, screen_height_px())

    return Beginnings(
        grants=grants,
        open_source=equipment.open_source,
        store=equipment.store,
        new_abr=equipment.new_abr,
        limits=limits,
        max_buffer_s=equipment.load.max_buffer_s,
        clock=equipment.clock,
    )


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
