"""The session from the wish to see a title to its end: opening, replacing, stopping, failing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import stamina

from abr.media import RepresentationId
from player.engine import EndReason, EngineEnded, EnginePosition, EngineStarted
from player.errors import PlayerError, SourceRefused, SourceUnreachable
from player.snapshot import PlayerState, Snapshot
from tests.helpers.player_fakes import PaperGrants, paper_film
from tests.helpers.stage import pause, staged, until
from tests.helpers.virtual_time import in_virtual_time, now_s, settle


@in_virtual_time
async def test_a_title_opens_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.do(lambda: stage.session.play("film"))
        assert stage.now == Snapshot(state=PlayerState.OPENING, title_id="film")

        await until(lambda: stage.engine.calls)

        now = stage.now
        assert (now.state, now.title_id, now.name) == (PlayerState.OPENING, "film", "The film")
        assert (now.position_s, now.duration_s) == (0.0, 40.0)
        assert [(t.id, t.language, t.label, t.channels) for t in now.audio_tracks] == [
            ("a-en", "en", "Sound en", 2),
            ("a-de", "de", "Sound de", 2),
        ]
        assert [t.id for t in now.subtitle_tracks] == ["t-en"]
        assert (now.audio, now.subtitle) == ("a-en", None)
        assert now.ladder == stage.film.ladder
        assert now.allowed == ("v180", "v360", "v720")


@in_virtual_time
async def test_the_engine_is_given_the_timeline_on_the_feed(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.play()

        given = stage.engine.last("load")
        origin = stage.session._feed._origin
        assert given["url"].startswith("edl://!mp4_dash,init=")
        assert f"{origin}/" in given["url"]
        assert origin.startswith("http://127.0.0.1:")
        (subtitle,) = given["subtitles"]
        assert (subtitle.id, subtitle.language, subtitle.label) == ("t-en", "en", "Text en")
        assert (given["start_s"], given["paused"]) == (0.0, False)
        assert (given["audio_index"], given["subtitle_id"]) == (0, None)
        assert await stage.ask("t-en/subtitle.vtt") == b"WEBVTT\n"
        assert await stage.ask("a-en/0.m4s") == stage.film.files["a-en/1.m4s"]


@in_virtual_time
async def test_the_plan_caps_what_may_be_chosen_and_fetched(tmp_path: Path) -> None:
    async with staged(tmp_path, grants=PaperGrants(max_height_px=400)) as stage:
        await stage.start()
        assert stage.now.allowed == ("v180", "v360")

        await stage.do(lambda: stage.session.choose_quality(RepresentationId("v720")))
        await pause(30)

        assert stage.now.fixed is None
        assert not [p for p in stage.source.segments if p.startswith("v720")]


@in_virtual_time
async def test_the_startup_delay_runs_from_the_wish_to_the_first_picture(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        began_s = now_s()
        await stage.play()
        await pause(1.25)
        await stage.engine.say(EngineStarted(width_px=320, height_px=180))

        assert stage.now.state is PlayerState.PLAYING
        assert now_s() - began_s > 1.25
        assert stage.now.startup_s == pytest.approx(now_s() - began_s)


@pytest.mark.parametrize(
    ("resume_s", "start_s", "expected_s"),
    [
        (12.5, None, 12.5),
        (12.5, 3.0, 3.0),
        (12.5, 0.0, 0.0),
        (0.0, None, 0.0),
        (0.0, -5.0, 0.0),
        (39.9, None, 39.5),
        (500.0, None, 39.5),
        (0.0, float("inf"), 39.5),
        (0.0, float("nan"), 0.0),
    ],
)
def test_playback_begins_at_the_resume_point_or_where_it_is_told_to(
    tmp_path: Path, resume_s: float, start_s: float | None, expected_s: float
) -> None:
    @in_virtual_time
    async def check() -> None:
        async with staged(tmp_path, grants=PaperGrants(resume_s=resume_s)) as stage:
            await stage.play(start_s=start_s)

            assert stage.engine.last("load")["start_s"] == expected_s
            assert stage.now.position_s == expected_s
            first = int(expected_s // 4) + 1
            await until(lambda: stage.source.segments)
            assert stage.source.segments[0] == f"a-en/{first}.m4s"

    check()


@in_virtual_time
async def test_a_refused_title_says_why_and_plays_nothing(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.grants.refusals = [PlayerError("All streams are in use.", detail="d", hint="h")]
        await stage.do(lambda: stage.session.play("film"))
        await until(lambda: stage.now.state is PlayerState.FAILED)

        assert stage.now.problem is not None
        assert (stage.now.problem.title, stage.now.problem.hint) == ("All streams are in use.", "h")
        assert stage.engine.calls == []
        assert stage.events.items == []
        assert stage.grants.released == []


@in_virtual_time
async def test_a_server_that_is_starting_is_waited_for(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.grants.refusals = [SourceUnreachable("Not yet.") for _ in range(4)]
        await stage.play()

        assert stage.grants.requested == ["film"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"", "film_error"),
        (b"{}", "film_error"),
        (b"\xff\xfe", "film_error"),
        (SourceRefused("Gone.", status=404), "source_refused"),
    ],
)
def test_a_damaged_manifest_fails_and_keeps_nothing(
    tmp_path: Path, answer: bytes | PlayerError, code: str
) -> None:
    @in_virtual_time
    async def check() -> None:
        async with staged(tmp_path) as stage:
            stage.source.instead["manifest.json"] = [answer]
            await stage.do(lambda: stage.session.play("film"))
            await until(lambda: stage.now.state is PlayerState.FAILED)

            assert stage.now.problem is not None
            assert stage.now.problem.code == code
            assert stage.grants.released == ["s1"]
            assert stage.opened[0].closed
            assert "load" not in stage.engine.names()

    check()


@in_virtual_time
async def test_after_a_failure_another_title_plays(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.grants.refusals = [PlayerError("No.")]
        await stage.do(lambda: stage.session.play("film"))
        await until(lambda: stage.now.state is PlayerState.FAILED)

        await stage.start("film")

        assert (stage.now.state, stage.now.problem) == (PlayerState.PLAYING, None)


@in_virtual_time
async def test_a_lapsed_address_is_renewed_without_a_touch(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        refusal = SourceRefused("Lapsed.", status=403)
        stage.source.instead["a-en/3.m4s"] = [refusal]
        await stage.start()
        await until(lambda: stage.now.buffer_level_s == 40.0)

        assert stage.grants.requested == ["film", "film"]
        assert [(address.url, address.closed) for address in stage.opened] == [
            ("http://server/film/1/", True),
            ("http://server/film/2/", False),
        ]
        assert stage.grants.released == ["s1"]
        assert stage.now.state is PlayerState.PLAYING
        await stage.do(stage.session.stop)
        assert stage.grants.released == ["s1", "s2"]
        assert {event.session_id for event in stage.events.items[1:]} == {"s2"}


@in_virtual_time
async def test_stop_gives_everything_back_and_keeps_the_volume(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start()
        await stage.do(lambda: stage.session.set_volume(30))
        await stage.do(lambda: stage.session.set_speed(1.5))
        await stage.do(lambda: stage.session.set_muted(True))
        await stage.engine.say(EnginePosition(position_s=2.0))
        await stage.do(stage.session.stop)

        assert stage.now == Snapshot(volume_percent=30, speed=1.5, muted=True)
        assert stage.grants.released == ["s1"]
        assert stage.opened[0].closed
        assert stage.engine.names()[-1] == "stop"
        assert stage.events.kinds == ["start", "stop"]
        assert stage.events.items[-1].position_s == 2.0
        assert await stage.ask("a-en/0.m4s") is None
        requests = len(stage.source.requests)
        await pause(60)
        assert len(stage.source.requests) == requests


@in_virtual_time
async def test_a_second_title_replaces_the_first(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start("one")
        await stage.engine.say(EnginePosition(position_s=5.0))
        await stage.start("two")

        assert (stage.now.title_id, stage.now.name) == ("two", "The two")
        assert stage.grants.released == ["s1"]
        told = [(event.title_id, str(event.kind)) for event in stage.events.items]
        assert told == [("one", "start"), ("one", "stop"), ("two", "start")]
        assert stage.events.items[1].position_s == 5.0


@in_virtual_time
async def test_a_title_replaced_while_it_opens_leaves_nothing_behind(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.source.ttfb_s = 2.0
        await stage.do(lambda: stage.session.play("one"))
        await pause(1.0)
        await stage.start("two")

        assert stage.grants.requested == ["one", "two"]
        assert stage.grants.released == ["s1"]
        assert {event.title_id for event in stage.events.items} == {"two"}
        assert stage.engine.names().count("load") == 1


@in_virtual_time
async def test_stop_while_a_title_opens_ends_that(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.source.ttfb_s = 2.0
        await stage.do(lambda: stage.session.play("film"))
        await pause(1.0)
        await stage.do(stage.session.stop)
        await pause(60)

        assert stage.now == Snapshot()
        assert stage.grants.released == ["s1"]
        assert "load" not in stage.engine.names()
        assert stage.events.items == []


@in_virtual_time
async def test_play_and_stop_in_one_breath_leave_a_session_that_works(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.session.play("one")
        stage.session.stop()
        await settle()
        assert stage.now == Snapshot()

        await stage.start("two")
        assert stage.now.state is PlayerState.PLAYING


@in_virtual_time
async def test_what_is_asked_while_a_title_opens_is_done_as_soon_as_it_can_be(
    tmp_path: Path,
) -> None:
    async with staged(tmp_path) as stage:
        (text,) = (t.id for t in stage.film.presentation.adaptation_sets[-1:])
        stage.session.play("film")
        stage.session.set_speed(1.5)
        stage.session.set_volume(20)
        stage.session.seek(21.0)
        stage.session.pause()
        stage.session.select_subtitle(text)
        await until(lambda: "load" in stage.engine.names())
        await stage.engine.say(EngineStarted(width_px=320, height_px=180))

        now = stage.now
        assert (now.state, now.paused) == (PlayerState.PAUSED, True)
        assert (now.speed, now.volume_percent, now.subtitle) == (1.5, 20, text)
        assert stage.engine.last("load")["start_s"] == now.position_s == 21.0
        assert stage.engine.last("set_paused") is True
        assert stage.engine.last("select_subtitle") == text


@in_virtual_time
async def test_what_was_asked_of_a_title_is_not_done_to_the_next(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.session.play("one")
        stage.session.pause()
        await stage.start("two")

        assert stage.now.state is PlayerState.PLAYING


@in_virtual_time
async def test_without_a_title_only_the_sound_can_be_set(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        for command in (stage.session.pause, stage.session.resume):
            await stage.do(command)
        await stage.do(lambda: stage.session.seek(3.0))
        await stage.do(lambda: stage.session.set_volume(250))
        await stage.do(lambda: stage.session.set_speed(0.1))

        assert stage.engine.names() == ["set_volume", "set_speed"]
        assert stage.now == Snapshot(volume_percent=100, speed=0.5)


@in_virtual_time
async def test_the_session_closes_without_its_server(tmp_path: Path) -> None:
    class Silent(PaperGrants):
        async def release(self, session_id: str) -> None:
            await asyncio.sleep(3600)
            raise AssertionError(session_id)

    async with staged(tmp_path, grants=Silent()) as stage:
        await stage.start()
        began_s = now_s()
        await stage.session._close()

        assert now_s() - began_s < 5
        assert stage.events.kinds == ["start", "stop"]


@in_virtual_time
async def test_the_session_has_given_its_title_back_once_it_is_closed(tmp_path: Path) -> None:
    class Slow(PaperGrants):
        async def release(self, session_id: str) -> None:
            await asyncio.sleep(0.5)
            await super().release(session_id)

    grants = Slow()
    async with staged(tmp_path, grants=grants) as stage:
        await stage.start()
    assert grants.released == ["s1"]


@in_virtual_time
async def test_a_listener_hears_until_it_no_longer_wants_to(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        heard: list[Snapshot] = []
        stop = stage.session.listen(heard.append)
        await stage.do(lambda: stage.session.set_volume(1))
        stop()
        await stage.do(lambda: stage.session.set_volume(2))

        assert [snapshot.volume_percent for snapshot in heard] == [1]


@in_virtual_time
async def test_a_film_without_sound_or_subtitles_plays(tmp_path: Path) -> None:
    film = paper_film(languages=())
    async with staged(tmp_path, film=film) as stage:
        await stage.start()

        assert stage.engine.last("load")["audio_index"] is None
        assert stage.now.audio is None
        await until(lambda: stage.now.buffer_level_s == 40.0)
        await stage.engine.say(EngineEnded(reason=EndReason.END_OF_FILM))
        assert stage.now.state is PlayerState.ENDED


@in_virtual_time
async def test_a_server_that_never_answers_is_given_up(tmp_path: Path) -> None:
    stamina.set_testing(True, attempts=3)
    try:
        async with staged(tmp_path) as stage:
            stage.grants.refusals = [SourceUnreachable("Away.") for _ in range(3)]
            await stage.do(lambda: stage.session.play("film"))
            await until(lambda: stage.now.state is PlayerState.FAILED)

            assert stage.now.problem is not None
            assert stage.now.problem.title == "Away."
    finally:
        stamina.set_testing(False)
