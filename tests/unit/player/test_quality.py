"""Caps, profiles and remembered networks in a playback that runs."""

from __future__ import annotations

from pathlib import Path

from abr.context import ThroughputEstimate
from abr.decision import Reason
from abr.engine import AbrEngine
from abr.media import RepresentationId
from abr.profiles import QualityProfileId
from abr.rules.plan import PlanRule
from player.engine import EngineDropped, EnginePosition
from player.load_control import LoadControl
from player.preferences import Preferences
from tests.helpers.films import estimate
from tests.helpers.player_fakes import PaperGrants, paper_film
from tests.helpers.stage import Stage, pause, staged, until
from tests.helpers.virtual_time import in_virtual_time

LONG = paper_film(segments=40)
SAVER, HIGHEST = QualityProfileId.DATA_SAVER, QualityProfileId.HIGHEST_QUALITY
SMALL = LoadControl(max_buffer_s=12.0)


async def watch(stage: Stage, seconds: int, *, dropped_a_second: int = 0) -> None:
    """Let the film run, and the engine drop frames."""
    start_s, dropped = stage.now.position_s, stage.now.dropped_frames
    for second in range(1, seconds + 1):
        await stage.engine.say(
            EnginePosition(position_s=start_s + second),
            EngineDropped(frames=dropped + second * dropped_a_second),
        )
        await pause(1.0)


def pictures(stage: Stage, since: int) -> set[str]:
    """Representations of the picture that were asked for after ``since`` requests."""
    return {p.partition("/")[0] for p in stage.source.segments[since:] if p.startswith("v")}


@in_virtual_time
async def test_no_more_is_fetched_than_the_screen_shows(tmp_path: Path) -> None:
    async with staged(tmp_path, film=LONG, load=SMALL) as stage:
        await stage.do(lambda: stage.session.set_screen(200))
        await stage.start()
        await watch(stage, 20)
        assert pictures(stage, 0) <= {"v180", "v360"}
        assert stage.now.allowed == ("v180", "v360", "v720")  # a person may still choose it

        since = len(stage.source.segments)
        await stage.do(lambda: stage.session.set_screen(1080))
        await watch(stage, 20)
        assert "v720" in pictures(stage, since)


@in_virtual_time
async def test_a_cap_that_held_quality_down_is_the_reason_told(tmp_path: Path) -> None:
    async with staged(tmp_path, film=LONG, load=SMALL) as stage:
        await stage.do(lambda: stage.session.set_screen(300))
        await stage.start()
        await watch(stage, 12)

        assert stage.now.decision is not None
        assert stage.now.decision.reason is Reason.CAP
        assert "300 pixels tall" in stage.now.decision.explanation


@in_virtual_time
async def test_a_device_that_drops_frames_gets_a_smaller_picture(tmp_path: Path) -> None:
    async with staged(tmp_path, film=LONG, load=SMALL) as stage:
        await stage.start()
        await watch(stage, 30, dropped_a_second=12)
        since = len(stage.source.segments)
        await watch(stage, 20)

        assert "v720" not in pictures(stage, since)
        assert stage.now.decision is not None
        assert "drops frames at 720p" in stage.now.decision.explanation


@in_virtual_time
async def test_a_fixed_quality_is_neither_moved_nor_fetched_twice_by_a_window(
    tmp_path: Path,
) -> None:
    async with staged(tmp_path, film=LONG, load=SMALL) as stage:
        await stage.start()
        await stage.do(lambda: stage.session.choose_quality(RepresentationId("v720")))
        await until(lambda: stage.now.buffer_level_s >= 12.0)
        since = len(stage.source.segments)
        stage.source.rate_bps = 2e6
        await stage.engine.say(EnginePosition(position_s=1.0))
        await until(lambda: [r for r in stage.source.requests if r.ended_at_s is None])
        await until(lambda: stage.source.requests[-1].path.startswith("v720"))
        assert stage.source.requests[-1].ended_at_s is None
        await stage.do(lambda: stage.session.set_screen(180))
        await watch(stage, 20)

        assert pictures(stage, since) == {"v720"}
        again = [p for p in stage.source.segments[since:] if p in stage.source.segments[:since]]
        assert again == []
        assert not any(r.cancelled for r in stage.source.requests[since:])


@in_virtual_time
async def test_another_profile_counts_from_the_next_segment_and_is_remembered(
    tmp_path: Path,
) -> None:
    preferences = Preferences(tmp_path / "preferences.json")
    engines: list[AbrEngine] = []

    def new_abr() -> AbrEngine:
        engines.append(AbrEngine(preferences.profile.new_rule()))
        return engines[-1]

    async with staged(
        tmp_path / "store", film=LONG, load=SMALL, abr=new_abr, preferences=preferences
    ) as stage:
        await stage.start()
        await watch(stage, 8)
        history = engines[0].history
        await stage.do(lambda: stage.session.choose_profile(HIGHEST))
        await watch(stage, 8)

        assert stage.now.profile is HIGHEST
        assert engines[0].history[: len(history)] == history
        assert engines[0]._rule != PlanRule()
        await stage.do(stage.session.stop)
        assert stage.now.profile is HIGHEST
        await stage.do(lambda: stage.session.choose_profile(SAVER))
        assert stage.now.profile is SAVER
        await stage.start()
        await watch(stage, 8)
        context = stage.session.playback.recorder.decisions[-1].context  # type: ignore[union-attr]
        assert context.limits.max_bandwidth_bps == 1_200_000
    assert Preferences(tmp_path / "preferences.json").profile.id is SAVER


@in_virtual_time
async def test_the_plan_is_above_every_profile(tmp_path: Path) -> None:
    grants = PaperGrants(max_height_px=400)
    preferences = Preferences(profile=HIGHEST)
    async with staged(tmp_path, film=LONG, grants=grants, preferences=preferences) as stage:
        await stage.start()
        await watch(stage, 20)
        assert "v720" not in pictures(stage, 0)


@in_virtual_time
async def test_a_network_is_remembered_every_minute_and_at_the_end(tmp_path: Path) -> None:
    kept: list[ThroughputEstimate | None] = []
    async with staged(tmp_path, film=LONG, load=SMALL, remember_network=kept.append) as stage:
        await stage.start()
        await watch(stage, 59)
        assert kept == []
        await watch(stage, 3)
        assert len(kept) == 1
        assert kept[0] is not None
        assert kept[0].samples > 10
        await stage.do(stage.session.stop)
        assert len(kept) == 2


@in_virtual_time
async def test_what_was_remembered_makes_the_first_segment_better(tmp_path: Path) -> None:
    fast = AbrEngine(prior=estimate(40e6, samples=0))
    async with staged(tmp_path, film=LONG, abr=lambda: fast) as stage:
        await stage.start()
        await pause(2)

        first = stage.session.playback.recorder.decisions[0]  # type: ignore[union-attr]
        assert first.decision.representation.id == "v720"
