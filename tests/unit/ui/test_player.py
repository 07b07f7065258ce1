from __future__ import annotations

from abr.media import AdaptationSetId, RepresentationId
from abr.profiles import QualityProfileId
from player.snapshot import PlayerProblem, PlayerState
from tests.helpers.screens import film_snapshot
from tests.helpers.view_stage import Stage
from ui.viewmodel import words


def playing(stage: Stage, title_id: str = "bunny", **fields: object) -> None:
    """A film in full swing on the screen."""
    stage.app.play(title_id)
    stage.control.snapshot = film_snapshot(title_id=title_id, **fields)
    stage.control.show()
    stage.settle()
    stage.control.calls.clear()


def test_times_are_words_and_fractions(stage: Stage) -> None:
    playing(stage)
    time = stage.app.player.state.time
    assert (time.position, time.duration, time.spoken) == ("1:47", "5:00", "1:47 of 5:00")
    assert time.buffered == ((80 / 300, 190 / 300), (240 / 300, 260 / 300))


def test_the_name_is_there_before_the_film(stage: Stage) -> None:
    stage.app.play("harbour-s1e4")
    stage.settle()
    transport = stage.app.player.state.transport
    assert transport.opening
    assert (transport.name, transport.line) == ("Tide 4", "The Salt Harbour · S1 E4")


def test_steps_in_a_row_add_up_before_the_player_has_moved(stage: Stage) -> None:
    playing(stage)
    for _ in range(3):
        stage.app.player.seek_by(-5.0)
    assert stage.control.calls == [("seek", 102.0), ("seek", 97.0), ("seek", 92.0)]
    assert stage.app.player.state.time.position == "1:32"
    assert stage.app.player.state.message == f"{words.MINUS}5 s"


def test_the_bar_waits_at_the_target_until_the_picture_is_there(stage: Stage) -> None:
    playing(stage)
    stage.app.player.seek(200.0)
    stage.control.show(position_s=107.2)
    stage.settle()
    assert stage.app.player.state.time.position_s == 200.0
    stage.control.show(state=PlayerState.SEEKING, position_s=199.0)
    stage.settle()
    assert stage.app.player.state.time.position_s == 200.0
    stage.control.show(state=PlayerState.PLAYING, position_s=200.1)
    stage.settle()
    assert stage.app.player.state.time.position_s == 200.1


def test_a_seek_that_was_over_before_the_screen_looked_has_arrived(stage: Stage) -> None:
    playing(stage)
    stage.app.player.seek(200.0)
    stage.control.show(state=PlayerState.SEEKING)
    stage.control.show(state=PlayerState.PLAYING, position_s=203.0)
    stage.settle()
    assert stage.app.player.state.time.position_s == 203.0


def test_a_seek_that_never_arrives_does_not_hold_the_bar_for_ever(stage: Stage) -> None:
    playing(stage)
    stage.app.player.seek(200.0)
    stage.pass_time(6.0)
    assert stage.app.player.state.time.position_s == 107.0


def test_seeks_stay_inside_the_film(stage: Stage) -> None:
    playing(stage)
    stage.app.player.seek(-10.0)
    stage.app.player.seek(1e6)
    stage.app.player.seek_to_tenth(5)
    assert stage.control.calls == [("seek", 0.0), ("seek", 300.0), ("seek", 150.0)]


def test_without_a_film_there_is_nothing_to_seek_in(stage: Stage) -> None:
    stage.app.player.seek_by(10.0)
    assert stage.control.calls == []


def test_pause_and_resume(stage: Stage) -> None:
    playing(stage)
    stage.app.player.toggle_pause()
    stage.settle()
    assert stage.app.player.state.transport.paused
    stage.app.player.toggle_pause()
    assert stage.control.calls == [("pause",), ("resume",)]


def test_play_after_the_end_starts_over(stage: Stage) -> None:
    playing(stage, "harbour-s1e1")
    stage.control.show(state=PlayerState.ENDED)
    stage.settle()
    stage.app.player.toggle_pause()
    assert stage.control.calls == [("seek", 0.0), ("resume",)]


def test_volume_steps_are_clamped_and_end_silence(stage: Stage) -> None:
    playing(stage, volume_percent=97.0, muted=True)
    stage.app.player.volume_by(5.0)
    assert stage.control.calls == [("volume", 100.0), ("muted", False)]
    assert stage.app.player.state.message == "Volume 100 %"


def test_mute_says_what_it_did(stage: Stage) -> None:
    playing(stage)
    stage.app.player.toggle_muted()
    stage.settle()
    assert stage.app.player.state.transport.muted
    assert stage.app.player.state.message == "Muted"
    stage.pass_time(2.0)
    assert stage.app.player.state.message == ""


def test_cycling_subtitles_and_audio_names_the_new_one(stage: Stage) -> None:
    playing(stage)
    stage.app.player.cycle_subtitle()
    assert stage.app.player.state.message == "Subtitles: English"
    stage.app.player.cycle_audio()
    assert stage.app.player.state.message == "Audio: German"
    assert stage.control.calls == [
        ("subtitle", AdaptationSetId("s-en")),
        ("audio", AdaptationSetId("a-de")),
    ]


def test_a_film_with_one_language_says_there_is_no_other(stage: Stage) -> None:
    playing(stage, audio_tracks=(), subtitle_tracks=())
    stage.app.player.cycle_audio()
    assert stage.app.player.state.message == "No other audio"
    stage.app.player.cycle_subtitle()
    assert stage.app.player.state.message == "No subtitles"
    assert stage.control.calls == []


def test_quality_is_fixed_and_freed(stage: Stage) -> None:
    playing(stage)
    stage.app.player.choose_quality("v480")
    stage.app.player.choose_quality("")
    assert stage.control.calls == [("quality", RepresentationId("v480")), ("quality", None)]


def test_a_profile_is_chosen_and_lets_go_of_a_fixed_quality(stage: Stage) -> None:
    playing(stage)
    stage.app.player.choose_profile("data-saver")
    assert stage.control.calls == [("profile", QualityProfileId.DATA_SAVER)]
    playing(stage, fixed=RepresentationId("v480"))
    stage.control.calls.clear()
    stage.app.player.choose_profile("balanced")
    assert stage.control.calls == [("profile", QualityProfileId.BALANCED), ("quality", None)]


def test_the_window_says_how_tall_it_is(stage: Stage) -> None:
    stage.app.player.set_screen(1440)
    assert stage.control.screen_px == 1440
    stage.app.player.set_screen(0)
    assert stage.control.screen_px is None


def test_of_many_snapshots_only_the_newest_is_shown(stage: Stage) -> None:
    playing(stage)
    shown: list[float] = []
    stage.app.player.listen(lambda view: shown.append(view.time.position_s))
    for position_s in (108.0, 109.0, 110.0):
        stage.control.show(position_s=position_s)
    stage.settle()
    assert shown == [110.0]


def test_a_failure_brings_its_words_and_retry_goes_back_to_the_place(stage: Stage) -> None:
    playing(stage)
    problem = PlayerProblem(code="x", title="Damaged", detail="Segment 12", hint="Try again.")
    stage.control.show(state=PlayerState.FAILED, problem=problem)
    stage.settle()
    view = stage.app.player.state
    assert view.problem is not None
    assert (view.problem.title, view.problem.hint) == ("Damaged", "Try again.")
    stage.app.player.retry()
    assert stage.control.calls == [("play", "bunny", 107.0)]


def test_what_follows_is_offered(stage: Stage) -> None:
    playing(stage, "harbour-s1e4")
    upcoming = stage.app.player.state.upcoming
    assert upcoming is not None
    assert upcoming.id == "harbour-s2e1"
    stage.app.play_upcoming()
    assert stage.control.calls == [("play", "harbour-s2e1", 0.0)]


def test_looking_up_what_follows_may_fail_without_a_word(stage: Stage) -> None:
    stage.catalog.error = OSError("refused")
    playing(stage, "harbour-s1e4")
    assert stage.app.player.state.upcoming is None
    assert stage.app.player.state.problem is None
    assert stage.app.player.state.transport.name == "Big Buck Bunny"


def test_the_chart_is_laid_out_with_a_new_moment_and_not_with_every_snapshot(stage: Stage) -> None:
    playing(stage)
    chart = stage.app.player.state.chart
    stage.control.show(position_s=107.5, buffer_level_s=26.9)
    stage.settle()
    assert stage.app.player.state.chart is chart
    stage.control.show(timeline=film_snapshot().timeline[1:])
    stage.settle()
    assert stage.app.player.state.chart != chart
