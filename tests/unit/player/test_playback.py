"""A playback that runs: its states, its commands, and what it tells screens and the server."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from abr.media import AdaptationSetId, RepresentationId
from player.engine import (
    EndReason,
    EngineDecodeError,
    EngineDropped,
    EngineEnded,
    EnginePosition,
    EngineResolution,
    EngineSeeked,
    EngineStalled,
    EngineStarted,
)
from player.errors import SourceRefused
from player.snapshot import PlayerState
from tests.helpers.player_fakes import always, paper_film
from tests.helpers.stage import Stage, pause, staged, until
from tests.helpers.virtual_time import in_virtual_time, now_s

STARTED = EngineStarted(width_px=320, height_px=180)
END = EngineEnded(reason=EndReason.END_OF_FILM)
STALLED, FLOWING = EngineStalled(stalled=True), EngineStalled(stalled=False)


def at(position_s: float) -> EnginePosition:
    return EnginePosition(position_s=position_s)


async def shown(stage: Stage, position_s: float) -> None:
    """Show a picture long enough for screens, which hear of positions ten times a second."""
    for _ in range(3):
        await stage.engine.say(at(position_s))
        await pause(0.11)


def states(stage: Stage) -> list[PlayerState]:
    """The states published, each change once."""
    return [state for state, _ in itertools.groupby(snapshot.state for snapshot in stage.seen)]


@in_virtual_time
async def test_a_film_from_its_first_picture_to_its_last(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start()
        for tenth in range(1, 400):
            await stage.engine.say(at(tenth / 10))
            await pause(0.1)
        await stage.engine.say(END)

        assert states(stage) == [PlayerState.OPENING, PlayerState.PLAYING, PlayerState.ENDED]
        assert (stage.now.position_s, stage.now.duration_s) == (40.0, 40.0)
        positions = [snapshot.position_s for snapshot in stage.seen]
        assert positions == sorted(positions)
        assert len(set(positions)) > 300
        kinds = stage.events.kinds
        assert kinds == ["start", *["progress"] * 7, "end"]
        assert stage.events.items[-1].position_s == 40.0
        await stage.do(stage.session.stop)
        assert stage.events.kinds == kinds


@in_virtual_time
async def test_pause_and_resume(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start()
        await stage.do(stage.session.pause)
        assert (stage.now.state, stage.now.paused) == (PlayerState.PAUSED, True)
        assert stage.engine.last("set_paused") is True
        await until(lambda: stage.now.buffer_level_s == 40.0)

        await stage.do(stage.session.resume)
        assert (stage.now.state, stage.now.paused) == (PlayerState.PLAYING, False)
        assert stage.engine.last("set_paused") is False


@in_virtual_time
async def test_a_seek_shows_its_target_until_the_picture_is_there(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start()
        await stage.do(lambda: stage.session.seek(30.0))
        assert (stage.now.state, stage.now.position_s) == (PlayerState.SEEKING, 30.0)
        assert stage.engine.last("seek") == 30.0

        await stage.engine.say(at(1.5))
        assert stage.now.position_s == 30.0

        await stage.engine.say(EngineSeeked(position_s=30.0))
        await shown(stage, 30.08)
        assert (stage.now.state, stage.now.position_s) == (PlayerState.PLAYING, 30.08)


@pytest.mark.parametrize(
    ("wished_s", "target_s"),
    [(-3.0, 0.0), (1e9, 39.95), (40.0, 39.95), (float("nan"), 0.0), (float("-inf"), 0.0)],
)
def test_a_seek_stays_within_the_film(tmp_path: Path, wished_s: float, target_s: float) -> None:
    @in_virtual_time
    async def check() -> None:
        async with staged(tmp_path) as stage:
            await stage.start()
            await stage.do(lambda: stage.session.seek(wished_s))
            assert stage.engine.last("seek") == stage.now.position_s == target_s

    check()


@in_virtual_time
async def test_a_seek_before_the_first_picture_loads_from_there(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.play()
        await stage.do(lambda: stage.session.seek(20.0))
        assert (stage.now.state, stage.now.position_s) == (PlayerState.OPENING, 20.0)
        assert stage.engine.last("load")["start_s"] == 20.0
        assert "seek" not in stage.engine.names()

        await stage.engine.say(STARTED)
        await shown(stage, 20.08)
        assert (stage.now.state, stage.now.position_s) == (PlayerState.PLAYING, 20.08)


@in_virtual_time
async def test_a_paused_seek_ends_paused(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start()
        await stage.do(stage.session.pause)
        await stage.do(lambda: stage.session.seek(20.0))
        await stage.engine.say(EngineSeeked(position_s=20.0))

        assert states(stage)[-3:] == [PlayerState.PAUSED, PlayerState.SEEKING, PlayerState.PAUSED]


@in_virtual_time
async def test_what_the_engine_still_says_of_an_earlier_title_moves_nothing(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start("one")
        await stage.play("two")
        await stage.engine.say(at(33.0))

        assert stage.now.position_s == 0.0
        await until(lambda: stage.source.segments)
        assert stage.source.segments[-1].endswith("/1.m4s")


@in_virtual_time
async def test_positions_are_kept_within_the_film(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start()
        for position_s, within_s in ((-0.02, 0.0), (40.03, 40.0)):
            await shown(stage, position_s)
            assert stage.now.position_s == within_s


@in_virtual_time
async def test_a_dry_buffer_is_a_rebuffer_with_its_length(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start()
        await stage.engine.say(at(3.96), STALLED)
        assert (stage.now.state, stage.now.rebuffers) == (PlayerState.REBUFFERING, 1)
        began_s = now_s()
        await pause(2.5)
        await stage.engine.say(STALLED, FLOWING, FLOWING)

        assert (stage.now.state, stage.now.rebuffers) == (PlayerState.PLAYING, 1)
        assert stage.session.recorder is not None
        (rebuffer,) = stage.session.recorder.rebuffers
        assert rebuffer.position_s == 3.96
        assert rebuffer.length_s == pytest.approx(now_s() - began_s)


@in_virtual_time
async def test_a_stall_of_no_time_is_over_all_the_same(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start()
        await stage.engine.say(STALLED, FLOWING)
        assert stage.now.state is PlayerState.PLAYING


@in_virtual_time
async def test_waiting_for_the_first_picture_or_after_a_seek_is_no_rebuffer(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.play()
        await stage.engine.say(STALLED, FLOWING, STARTED)
        await stage.do(lambda: stage.session.seek(30.0))
        await stage.engine.say(STALLED, FLOWING, EngineSeeked(position_s=30.0))
        await stage.engine.say(END, STALLED)

        assert stage.now.rebuffers == 0
        assert PlayerState.REBUFFERING not in states(stage)


@in_virtual_time
async def test_a_seek_ends_a_rebuffer(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start()
        await stage.engine.say(STALLED)
        await pause(3)
        await stage.do(lambda: stage.session.seek(1.0))
        await pause(3)
        await stage.engine.say(EngineSeeked(position_s=1.0))

        assert stage.session.recorder is not None
        assert [r.length_s for r in stage.session.recorder.rebuffers] == [pytest.approx(3.0)]


@in_virtual_time
async def test_going_on_after_the_end_starts_over(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start()
        await stage.engine.say(at(39.9), END)
        assert states(stage)[-1] is PlayerState.ENDED

        await stage.do(stage.session.resume)
        assert (stage.now.state, stage.now.position_s) == (PlayerState.SEEKING, 0.0)
        assert stage.engine.last("seek") == 0.0
        assert stage.engine.last("set_paused") is False
        await stage.engine.say(EngineSeeked(position_s=0.0))
        assert states(stage)[-2:] == [PlayerState.SEEKING, PlayerState.PLAYING]


@in_virtual_time
async def test_the_end_is_told_once_each_time_it_is_reached(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start()
        await stage.engine.say(END, END)
        await stage.do(lambda: stage.session.seek(38.0))
        await stage.engine.say(EngineSeeked(position_s=38.0), END)

        assert stage.events.kinds == ["start", "end", "seek", "end"]


@in_virtual_time
async def test_an_engine_that_gives_up_fails_the_playback_once(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start()
        await stage.engine.say(at(8.0))
        gave_up = EngineEnded(reason=EndReason.FAILED, detail="no frames")
        await stage.engine.say(gave_up, gave_up, END, at(9.0), STALLED)

        assert stage.now.state is PlayerState.FAILED
        assert stage.now.problem is not None
        assert "no frames" in stage.now.problem.detail
        assert stage.engine.names()[-1] == "stop"
        assert stage.events.kinds == ["start", "stop"]
        assert stage.events.items[-1].position_s == 8.0


@in_virtual_time
async def test_after_a_failure_commands_do_nothing_and_nothing_is_fetched(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start()
        await stage.engine.say(EngineEnded(reason=EndReason.FAILED))
        calls, requests = len(stage.engine.calls), len(stage.source.requests)
        for command in (
            stage.session.pause,
            stage.session.resume,
            lambda: stage.session.seek(1.0),
        ):
            await stage.do(command)
        await pause(60)

        assert stage.now.state is PlayerState.FAILED
        assert len(stage.engine.calls) == calls
        assert len(stage.source.requests) == requests
        assert stage.events.kinds == ["start", "stop"]
        await stage.do(stage.session.stop)
        assert stage.grants.released == ["s1"]
        assert stage.events.kinds == ["start", "stop"]


@in_virtual_time
async def test_a_segment_the_server_refuses_fails_the_playback(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.source.instead["a-en/4.m4s"] = [SourceRefused("Gone.", status=404)] * 9
        await stage.start()
        await until(lambda: stage.now.state is PlayerState.FAILED)
        await pause(60)

        assert stage.now.problem is not None
        assert stage.now.problem.title == "Gone."
        assert stage.source.segments.count("a-en/4.m4s") == 1


@in_virtual_time
async def test_an_outage_is_told_while_it_lasts(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start()
        await until(lambda: stage.now.buffer_level_s > 8)
        stage.source.away = True
        await until(lambda: stage.now.waiting)
        assert stage.now.state is PlayerState.PLAYING
        assert stage.now.waiting is not None
        assert stage.now.waiting.code == "source_unreachable"

        await pause(60)
        stage.source.away = False
        await until(lambda: stage.now.buffer_level_s == 40.0)
        assert stage.now.waiting is None


@in_virtual_time
async def test_a_quality_can_be_fixed_and_let_go(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start()
        await stage.do(lambda: stage.session.choose_quality(RepresentationId("v360")))
        assert stage.now.fixed == "v360"
        await until(lambda: stage.now.buffer_level_s == 40.0)
        assert stage.now.shown is not None
        assert stage.now.shown.id == "v360"
        assert {p.partition("/")[0] for p in stage.source.segments[-10:]} <= {"v360", "a-en"}

        await stage.do(lambda: stage.session.choose_quality(RepresentationId("v9000")))
        assert stage.now.fixed == "v360"
        await stage.do(lambda: stage.session.choose_quality(None))
        assert stage.now.fixed is None


@in_virtual_time
async def test_tracks_are_selected_by_their_sets(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start()
        await stage.do(lambda: stage.session.select_audio(AdaptationSetId("a-de")))
        assert (stage.now.audio, stage.engine.last("select_audio")) == ("a-de", 1)
        await stage.do(lambda: stage.session.select_subtitle(AdaptationSetId("t-en")))
        assert (stage.now.subtitle, stage.engine.last("select_subtitle")) == ("t-en", "t-en")
        await stage.do(lambda: stage.session.select_subtitle(None))
        assert (stage.now.subtitle, stage.engine.last("select_subtitle")) == (None, None)
        await until(lambda: "a-de/1.m4s" in stage.source.segments)


@in_virtual_time
async def test_a_film_begins_in_the_language_its_maker_marked(tmp_path: Path) -> None:
    async with staged(tmp_path, film=paper_film(default_language="de")) as stage:
        await stage.start()

        assert (stage.now.audio, stage.engine.last("load")["audio_index"]) == ("a-de", 1)
        assert not [path for path in stage.source.segments if path.startswith("a-en/")]


@in_virtual_time
async def test_tracks_that_do_not_exist_change_nothing(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start()
        calls = list(stage.engine.calls)
        await stage.do(lambda: stage.session.select_audio(AdaptationSetId("t-en")))
        await stage.do(lambda: stage.session.select_subtitle(AdaptationSetId("a-en")))

        assert stage.engine.calls == calls
        assert (stage.now.audio, stage.now.subtitle) == ("a-en", None)


@in_virtual_time
async def test_what_the_engine_notices_is_recorded(tmp_path: Path) -> None:
    async with staged(tmp_path, abr=lambda: always("v180")) as stage:
        await stage.start()
        await stage.engine.say(
            EngineResolution(position_s=0.0, width_px=320, height_px=180),
            EngineResolution(position_s=3.96, width_px=1280, height_px=720),
            EngineDecodeError(position_s=4.0, text="ffmpeg/video: mishap"),
            EngineDropped(frames=2),
            EngineDropped(frames=7),
        )
        await pause(1)

        recorder = stage.session.recorder
        assert recorder is not None
        # A switch is where its first picture is, one frame of 40 ms behind the last one before.
        assert [(s.position_s, s.height_px) for s in recorder.switches] == [
            (0.0, 180),
            (pytest.approx(4.0), 720),
        ]
        assert recorder.decode_errors == ["ffmpeg/video: mishap"]
        assert stage.now.dropped_frames == 7
