"""The whole player with libmpv at its end, on a small real film from a real server."""

from __future__ import annotations

import itertools
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from abr.engine import AbrEngine
from abr.media import AdaptationSetId
from player import report
from player.engine import EngineEvent, EngineSeeked
from player.equipment import Equipment
from player.load_control import LoadControl
from player.loop import PlayerLoop
from player.mpv_engine import MpvEngine
from player.session import PlaybackSession
from player.snapshot import PlayerState, Snapshot
from player.sources.http import HttpSource
from player.store import SegmentStore
from tests.helpers.file_server import FileServer
from tests.helpers.paper_session import Events
from tests.helpers.player_fakes import PaperGrants, always
from tests.helpers.small_film import RATE, SEGMENT_S, SEGMENTS, SmallFilm, small_film

pytestmark = pytest.mark.slow

FRAME_S = 1 / RATE
PATIENCE_S = 30.0


class HeardEngine(MpvEngine):
    """libmpv without a screen or a loudspeaker; keeps what it says."""

    def __init__(self) -> None:
        self.said: list[EngineEvent] = []
        super().__init__(video="null", audio="null")

    def _emit(self, event: EngineEvent) -> None:
        self.said.append(event)
        super()._emit(event)


@dataclass(slots=True)
class Cinema:
    """A session on libmpv, and the server it streams from."""

    film: SmallFilm
    server: FileServer
    server_loop: PlayerLoop
    loop: PlayerLoop
    engine: HeardEngine
    session: PlaybackSession
    events: Events
    changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def now(self) -> Snapshot:
        return self.session.snapshot

    def notify(self, _: Snapshot) -> None:
        with self.changed:
            self.changed.notify_all()

    def until(self, condition: Callable[[], object]) -> None:
        """Wait for a snapshot under which ``condition`` holds."""
        with self.changed:
            assert self.changed.wait_for(condition, PATIENCE_S), self.now

    def reached(self, state: PlayerState) -> None:
        self.until(lambda: self.now.state is state)

    def plays_through(self, position_s: float) -> None:
        """Wait until the picture has moved a little past a position."""
        self.until(
            lambda: (
                self.now.state is PlayerState.PLAYING
                and position_s < self.now.position_s < position_s + 2
            )
        )

    def mpv(self, name: str) -> Any:
        """A property of libmpv."""
        return getattr(self.engine.handle, name)

    def mpv_becomes(self, name: str, value: object) -> None:
        """Wait until a property of libmpv has a value."""
        deadline_s = time.monotonic() + PATIENCE_S
        while self.mpv(name) != value:
            assert time.monotonic() < deadline_s, (name, self.mpv(name), value)
            time.sleep(0.01)

    def sought(self, position_s: float) -> float:
        """Seek while paused; where the picture is then."""
        before = sum(isinstance(event, EngineSeeked) for event in self.engine.said)
        self.session.seek(position_s)

        def arrived() -> bool:
            return sum(isinstance(event, EngineSeeked) for event in self.engine.said) > before

        self.until(lambda: arrived() and self.now.state is not PlayerState.SEEKING)
        return float(self.mpv("time_pos"))

    def leave(self) -> None:
        """The server is gone, with every connection."""
        self.server_loop.run(self.server.close()).result(timeout=10)

    def come_back(self) -> None:
        self.server_loop.run(self.server.start()).result(timeout=10)

    def report(self) -> dict[str, Any]:
        playback = self.session.playback
        assert playback is not None
        return report.build(playback.presentation, playback.recorder, name="Small film")


Start = Callable[..., Cinema]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Open a cinema; closes by itself."""
    made: list[Cinema] = []

    def build(abr: Callable[[], AbrEngine] = AbrEngine, **load: float) -> Cinema:
        film, server_loop, loop, events = small_film(), PlayerLoop(), PlayerLoop(), Events()
        server, engine = FileServer(film.files), HeardEngine()
        server_loop.run(server.start()).result(timeout=10)
        session = PlaybackSession(
            loop,
            Equipment(
                engine=engine,
                grants=PaperGrants(media_url=server.url),
                open_source=lambda url: HttpSource(url, time.monotonic),
                store=SegmentStore(tmp_path),
                events=events,
                new_abr=abr,
                load=LoadControl(**load),
                clock=time.monotonic,
                wall_clock=lambda: datetime.now(UTC),
                new_id=lambda: uuid.uuid4().hex,
            ),
        )
        cinema = Cinema(
            film=film,
            server=server,
            server_loop=server_loop,
            loop=loop,
            engine=engine,
            session=session,
            events=events,
        )
        session.listen(cinema.notify)
        made.append(cinema)
        return cinema

    yield build
    for cinema in made:
        cinema.session.close()
        cinema.loop.close()
        cinema.engine.close()
        cinema.leave()
        cinema.server_loop.close()


def playing(cinema: Cinema) -> Cinema:
    cinema.session.play("film")
    cinema.reached(PlayerState.PLAYING)
    return cinema


def paused(cinema: Cinema) -> Cinema:
    cinema.session.play("film")
    cinema.session.pause()
    cinema.reached(PlayerState.PAUSED)
    return cinema


def test_every_switch_is_where_the_decisions_changed(start: Start) -> None:
    choice = ("v90", "v180", "v90", "v90", "v180", "v180")
    cinema = start(lambda: always(*choice))
    cinema.session.set_speed(2.0)
    playing(cinema)
    cinema.reached(PlayerState.ENDED)

    document = cinema.report()
    assert document["decode_errors"] == 0, document["decode_error_texts"]
    assert [d["representation"] for d in document["decisions"]] == list(choice)
    heights = [int(name.removeprefix("v")) for name in choice]
    wanted = [(0.0, heights[0])] + [
        (float(index * SEGMENT_S), after)
        for index, (before, after) in enumerate(itertools.pairwise(heights), start=1)
        if before != after
    ]
    seen = [(s["position_s"], s["height_px"]) for s in document["mpv_switches"]]
    assert [height for _, height in seen] == [height for _, height in wanted]
    # libmpv tells of a switch a moment late when the machine is busy: a few frames, no segment.
    assert [s for s, _ in seen] == pytest.approx([s for s, _ in wanted], abs=SEGMENT_S / 4)
    assert document["rebuffers"] == []
    assert len(document["segments"]) == 2 * SEGMENTS
    assert document["qoe"]["lin"]["segments"] == SEGMENTS
    assert cinema.now.position_s == cinema.now.duration_s == 12.0
    assert cinema.events.kinds[0] == "start"
    assert cinema.events.kinds[-1] == "end"


def test_seeks_are_exact_to_the_frame(start: Start) -> None:
    cinema = paused(start(lambda: always("v90", "v180", "v90", "v180", "v90", "v180")))
    some = random.Random(7)
    targets = [0.0, 1.99, 2.0, 2.01, 11.9, *(some.uniform(0, 11.9) for _ in range(15))]

    reached = [cinema.sought(target) for target in targets]

    assert reached == pytest.approx(targets, abs=FRAME_S)
    assert cinema.report()["decode_errors"] == 0
    assert cinema.now.state is PlayerState.PAUSED
    heights = {s.height_px for s in cinema.session.recorder.switches}  # type: ignore[union-attr]
    assert heights == {90, 180}


def test_seeks_that_overtake_each_other_end_at_the_last(start: Start) -> None:
    cinema = playing(start())
    for target in (9.0, 1.0, 7.5, 3.0, 10.0, 0.5, 6.0):
        cinema.session.seek(target)
    cinema.session.pause()
    cinema.until(lambda: cinema.now.state is PlayerState.PAUSED)

    assert cinema.sought(5.0) == pytest.approx(5.0, abs=FRAME_S)
    assert cinema.report()["decode_errors"] == 0


def test_a_seek_before_the_first_picture_is_where_it_begins(start: Start) -> None:
    cinema = start()
    cinema.session.play("film", start_s=1.0)
    cinema.session.seek(8.0)
    cinema.session.pause()
    cinema.reached(PlayerState.PAUSED)

    assert float(cinema.mpv("time_pos")) == pytest.approx(8.0, abs=3 * FRAME_S)


def test_playback_begins_where_it_is_told_to(start: Start) -> None:
    cinema = start()
    cinema.session.play("film", start_s=6.5)
    cinema.session.pause()
    cinema.reached(PlayerState.PAUSED)

    assert float(cinema.mpv("time_pos")) == pytest.approx(6.5, abs=3 * FRAME_S)
    assert not any("/1.m4s" in path for path in cinema.server.asked if path.startswith("v"))


def test_another_language_is_heard_from_there_on(start: Start) -> None:
    cinema = paused(start(max_buffer_s=4.0))
    cinema.sought(4.5)
    assert [p for p in cinema.server.asked if p.startswith("a-de")] == ["a-de/init.mp4"]

    cinema.session.select_audio(AdaptationSetId("a-de"))
    cinema.mpv_becomes("aid", 2)
    cinema.session.resume()
    cinema.until(lambda: cinema.now.position_s > 6.5)

    tracks = [t for t in cinema.mpv("track_list") if t["type"] == "audio"]
    assert [(t["lang"], t["title"]) for t in tracks] == [("en", "Sound en"), ("de", "Sound de")]
    assert [t["selected"] for t in tracks] == [False, True]
    assert "a-de/3.m4s" in cinema.server.asked
    assert cinema.report()["decode_errors"] == 0


def test_subtitles_are_shown_and_hidden(start: Start) -> None:
    cinema = paused(start())
    cinema.sought(5.0)
    assert not cinema.mpv("sub_text")

    for language in ("de", "en"):
        cinema.session.select_subtitle(AdaptationSetId(f"text-{language}"))
        cinema.mpv_becomes("sub_text", f"{language} 4")
    cinema.session.select_subtitle(None)
    cinema.mpv_becomes("sid", False)


def test_after_the_end_one_can_go_back_and_it_plays_on(start: Start) -> None:
    cinema = start()
    cinema.session.play("film", start_s=11.0)
    cinema.reached(PlayerState.ENDED)

    cinema.session.seek(4.0)
    cinema.plays_through(4.5)
    cinema.session.seek(11.5)
    cinema.reached(PlayerState.ENDED)
    cinema.session.resume()
    cinema.plays_through(0.3)
    assert cinema.events.kinds.count("end") == 2


def test_a_server_that_goes_away_and_comes_back_costs_a_wait(start: Start) -> None:
    cinema = start(max_buffer_s=4.0)
    cinema.session.set_speed(2.0)
    playing(cinema)
    cinema.until(lambda: cinema.now.position_s > 1)
    cinema.leave()
    cinema.reached(PlayerState.REBUFFERING)
    cinema.until(lambda: cinema.now.waiting)
    cinema.come_back()
    cinema.reached(PlayerState.ENDED)

    document = cinema.report()
    assert len(document["rebuffers"]) == 1
    assert document["rebuffers"][0]["length_s"] > 0
    assert document["decode_errors"] == 0, document["decode_error_texts"]
    assert cinema.now.waiting is None


def test_the_engine_serves_title_after_title(start: Start) -> None:
    cinema = playing(start())
    cinema.session.stop()
    cinema.reached(PlayerState.IDLE)
    playing(cinema)
    cinema.session.play("film", start_s=5.0)
    cinema.plays_through(5.1)

    assert cinema.events.kinds == ["start", "stop", "start", "stop", "start"]


def test_a_film_that_is_no_film_fails_with_a_reason(start: Start) -> None:
    cinema = start()
    for path in cinema.server.files:
        if path.endswith("init.mp4"):
            cinema.server.files[path] = bytes(len(cinema.server.files[path]))
    try:
        cinema.session.play("film")
        cinema.reached(PlayerState.FAILED)
        assert cinema.now.problem is not None
        assert cinema.now.problem.title == "This film cannot be played."
    finally:
        small_film.cache_clear()


def test_speed_volume_and_silence_reach_the_engine(start: Start) -> None:
    cinema = playing(start())
    cinema.session.set_speed(1.5)
    cinema.session.set_volume(35)
    cinema.session.set_muted(True)

    cinema.mpv_becomes("speed", 1.5)
    cinema.mpv_becomes("volume", 35.0)
    cinema.mpv_becomes("mute", True)
