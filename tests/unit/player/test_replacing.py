"""Buffered film is fetched again, better, and never at the cost of what plays."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from abr.context import BufferedSegment, DecisionContext, Limits, Phase, TransferProgress
from abr.decision import Reason
from abr.engine import AbrEngine
from abr.media import RepresentationId
from abr.pace import Pace
from abr.rules.request import ReplaceRequest, SwitchRequest
from player import report
from player.errors import SourceRefused
from player.load_control import LoadControl
from player.parameter_sets import parameter_sets
from player.snapshot import PlayerState
from player.store import StoreKey
from tests.helpers.boxes import IDR
from tests.helpers.fetching import Rig, fetching
from tests.helpers.player_fakes import PaperFilm, PaperSource, paper_film
from tests.helpers.playing_engine import PlayingEngine
from tests.helpers.stage import staged, until
from tests.helpers.virtual_time import in_virtual_time, now_s, settle

V180, V360, V720 = (RepresentationId(f"v{height}") for height in (180, 360, 720))
FULL: dict[str, Any] = {"max_buffer_s": 20.0}


@dataclass(slots=True)
class Wishes:
    """Takes the lowest, and wants one segment again, in the best there is, when told so."""

    again: int | None = None
    asked: int = 0

    def __call__(self, context: DecisionContext) -> SwitchRequest:
        return self._request(context, 0)

    def abandonment(
        self, _context: DecisionContext, _progress: TransferProgress, _pace: Pace
    ) -> SwitchRequest | None:
        return None

    def replacement(
        self, context: DecisionContext, buffered: tuple[BufferedSegment, ...]
    ) -> ReplaceRequest | None:
        self.asked += 1
        assert [b.index for b in buffered] == list(range(buffered[0].index, context.segment_index))
        open_ = {b.index for b in buffered if b.replaceable and b.representation_id == V180}
        if self.again not in open_:
            return None
        return ReplaceRequest(segment_index=self.again, request=self._request(context, -1))

    def _request(self, context: DecisionContext, rung: int) -> SwitchRequest:
        return SwitchRequest(
            representation=context.ladder[rung],
            reason=Reason.REPLACE if rung else Reason.PLAN,
            rule="as_told",
            because="a test says so",
        )


async def full(rig: Rig) -> None:
    await rig.until(lambda: rig.fetcher.buffer_level_s >= 20.0)
    await settle()


async def ask_again(rig: Rig, wishes: Wishes, index: int) -> None:
    """Make the engine want a segment again, and let the fetcher hear of it."""
    wishes.again = index
    rig.fetcher.set_position(0.5)  # room for one segment more
    await settle()


@in_virtual_time
async def test_a_buffered_segment_is_fetched_again_and_shown_so(tmp_path: Path) -> None:
    film, wishes = paper_film(h264=True), Wishes()
    async with fetching(film, tmp_path, abr=AbrEngine(wishes), **FULL) as rig:
        await rig.fetcher.load_inits()
        await full(rig)
        await ask_again(rig, wishes, 3)
        await rig.until(lambda: rig.fetched_as(3) == ["v180", "v720"])

        assert rig.fetcher.representation_at(13.0) == film.ladder[-1]
        data = await rig.fetcher.segment(film.video, 3)
        assert parameter_sets(film.files["v720/init.mp4"]) + IDR in data
        assert data.endswith(film.files["v720/4.m4s"][-1000:])
        (record,) = (r for r in rig.listener.records if r.replaces)
        assert (record.index, record.replaces, record.abandoned) == (3, V180, False)
        (decision,) = (d for _, d in rig.listener.decisions if d.reason is Reason.REPLACE)
        assert decision.representation.id == V720


@in_virtual_time
async def test_the_next_segment_comes_after_it(tmp_path: Path) -> None:
    film, wishes = paper_film(), Wishes()
    async with fetching(film, tmp_path, abr=AbrEngine(wishes), **FULL) as rig:
        await full(rig)
        await ask_again(rig, wishes, 3)
        await rig.until(lambda: rig.held(film.video) == list(range(6)))

        video = [p for p in rig.source.segments if p.startswith("v")]
        assert video[-2:] == ["v720/4.m4s", "v180/6.m4s"]


@in_virtual_time
async def test_what_the_media_engine_has_is_left_alone_even_after_a_seek_back(
    tmp_path: Path,
) -> None:
    film, wishes = paper_film(), Wishes()
    async with fetching(film, tmp_path, abr=AbrEngine(wishes), **FULL) as rig:
        await full(rig)
        await rig.fetcher.segment(film.video, 3)
        rig.fetcher.seek(0.0)
        await rig.fetcher.segment(film.video, 0)
        await ask_again(rig, wishes, 3)
        await asyncio.sleep(60)

        assert wishes.asked > 0
        assert rig.fetched_as(3) == ["v180"]


@in_virtual_time
async def test_a_segment_handed_out_meanwhile_stays_as_it_is(tmp_path: Path) -> None:
    film, wishes = paper_film(), Wishes()
    source = PaperSource(film.files)
    async with fetching(film, tmp_path, source=source, abr=AbrEngine(wishes), **FULL) as rig:
        await full(rig)
        source.rate_bps = 600_000  # it would come in time
        await ask_again(rig, wishes, 3)
        await rig.asked_for("v720/4.m4s")
        await asyncio.sleep(1.0)
        assert not any(r.cancelled for r in source.requests)
        handed = await rig.fetcher.segment(film.video, 3)
        await rig.until(lambda: any(r.replaces for r in rig.listener.records))

        assert handed == film.segment(film.ladder[0], 3)
        assert rig.fetched_as(3) == ["v180"]
        assert rig.fetcher.representation_at(13.0) == film.ladder[0]
        (record,) = (r for r in rig.listener.records if r.replaces)
        assert record.abandoned
        assert 0 < record.received_bytes < len(film.files["v720/4.m4s"])


@in_virtual_time
async def test_one_that_comes_a_moment_too_late_is_kept_for_another_time(tmp_path: Path) -> None:
    film, wishes = paper_film(), Wishes()
    source = PaperSource(film.files)
    async with fetching(film, tmp_path, source=source, abr=AbrEngine(wishes), **FULL) as rig:
        await full(rig)
        source.rate_bps = 600_000
        await ask_again(rig, wishes, 3)
        await rig.asked_for("v720/4.m4s")
        (request,) = (r for r in source.requests if r.path == "v720/4.m4s")
        size = len(film.files[request.path])
        # Between the last look at the transfer and its end.
        ends_at_s = request.began_at_s + source.ttfb_s + size * 8 / source.rate_bps
        await asyncio.sleep(ends_at_s - 0.001 - now_s())
        assert request.ended_at_s is None
        await rig.fetcher.segment(film.video, 3)
        await rig.until(lambda: any(r.replaces for r in rig.listener.records))

        assert request.whole
        assert rig.fetched_as(3) == ["v180"]
        assert rig.fetcher.representation_at(13.0) == film.ladder[0]
        (record,) = (r for r in rig.listener.records if r.replaces)
        assert (record.abandoned, record.received_bytes) == (True, size)
        assert StoreKey(film.presentation.id, V720, 3) in rig.store


@pytest.mark.parametrize("need", ["demand", "seek", "audio", "low", "fixed", "phase"])
def test_it_ends_as_soon_as_the_network_is_needed(tmp_path: Path, need: str) -> None:
    @in_virtual_time
    async def check() -> None:
        film, wishes = paper_film(segments=20), Wishes()
        source = PaperSource(film.files)
        async with fetching(film, tmp_path, source=source, abr=AbrEngine(wishes), **FULL) as rig:
            await full(rig)
            source.rate_bps = 500_000
            await ask_again(rig, wishes, 4)
            await rig.asked_for("v720/5.m4s")
            await asyncio.sleep(0.5)
            assert not [r for r in source.requests if r.cancelled]
            await _need(rig, film, need)

            assert [r.path for r in source.requests if r.cancelled] == ["v720/5.m4s"]
            (record,) = (r for r in rig.listener.records if r.replaces)
            assert record.abandoned
            wishes.again = None
            source.rate_bps = 8e6
            count = len(rig.listener.records)
            await rig.until(lambda: len(rig.listener.records) > count)

    check()


async def _need(rig: Rig, film: PaperFilm, what: str) -> None:
    match what:
        case "demand":
            asyncio.ensure_future(rig.fetcher.segment(film.video, 9))  # noqa: RUF006
        case "seek":
            rig.fetcher.seek(60.0)
        case "audio":
            rig.fetcher.select_audio(film.audio[1])
        case "low":
            rig.fetcher.set_position(13.0)
        case "fixed":
            rig.fetcher.set_limits(Limits(fixed=V360))
        case "phase":
            rig.fetcher.set_phase(Phase.AFTER_REBUFFER)
    await settle()


@in_virtual_time
async def test_a_fixed_quality_is_what_counts_in_the_end(tmp_path: Path) -> None:
    film, wishes = paper_film(), Wishes()
    source = PaperSource(film.files)
    async with fetching(film, tmp_path, source=source, abr=AbrEngine(wishes), **FULL) as rig:
        await full(rig)
        source.rate_bps = 300_000
        await ask_again(rig, wishes, 3)
        await rig.asked_for("v720/4.m4s")
        rig.fetcher.set_limits(Limits(fixed=V360))
        source.rate_bps = 8e6
        await rig.until(lambda: rig.held(film.video) == list(range(6)))
        await rig.until(lambda: rig.fetched_as(3)[1:])

        assert rig.fetched_as(3)[-1] == "v360"
        assert await rig.fetcher.segment(film.video, 3) == film.segment(film.ladder[1], 3)


@in_virtual_time
async def test_a_failure_costs_nothing_and_is_not_repeated(tmp_path: Path) -> None:
    film, wishes = paper_film(), Wishes()
    source = PaperSource(film.files)
    refusal = SourceRefused("No.", status=404)
    source.instead["v720/4.m4s"] = [refusal, refusal]
    async with fetching(film, tmp_path, source=source, abr=AbrEngine(wishes), **FULL) as rig:
        await full(rig)
        await ask_again(rig, wishes, 3)
        await rig.until(lambda: rig.held(film.video) == list(range(6)))
        rig.fetcher.set_position(5.0)
        await rig.until(lambda: rig.held(film.video) == list(range(7)))

        assert rig.listener.failures == []
        assert rig.source.segments.count("v720/4.m4s") == 1
        assert rig.fetched_as(3) == ["v180"]


@in_virtual_time
async def test_what_is_in_the_store_takes_its_place_at_once(tmp_path: Path) -> None:
    film, wishes = paper_film(), Wishes()
    async with fetching(film, tmp_path, abr=AbrEngine(wishes), **FULL) as rig:
        await full(rig)
        await ask_again(rig, wishes, 3)
        await rig.until(lambda: rig.fetched_as(3)[1:] == ["v720"])
        again = Wishes(again=3)
    # Another session finds both on disk, and takes the better one to begin with.
    async with fetching(film, tmp_path, abr=AbrEngine(again), **FULL) as rig:
        await rig.fetcher.load_inits()
        await full(rig)

        assert rig.fetched_as(3) == ["v720"]


@in_virtual_time
async def test_the_same_moment_is_asked_about_once(tmp_path: Path) -> None:
    film, wishes = paper_film(), Wishes()
    async with fetching(film, tmp_path, abr=AbrEngine(wishes), max_buffer_s=16.0) as rig:
        await rig.until(lambda: rig.fetcher.buffer_level_s == 16.0)
        asked = wishes.asked
        for _ in range(50):
            rig.fetcher.set_phase(Phase.STEADY)
            await settle()

        assert wishes.asked <= asked + 1


@in_virtual_time
async def test_a_network_that_recovers_gets_low_quality_replaced_before_it_is_seen(
    tmp_path: Path,
) -> None:
    film = paper_film(segments=40)
    engine = PlayingEngine((film.video, film.audio[0]))
    load = LoadControl(max_buffer_s=40.0)
    async with staged(tmp_path, film=film, engine=engine, load=load) as stage:
        engine.ask = stage.ask
        stage.source.rate_bps = 330_000
        await stage.play()
        await until(lambda: stage.now.buffer_level_s > 25)
        stage.source.rate_bps = 12e6
        await until(lambda: stage.now.state is PlayerState.ENDED, within_s=900)
        playback = stage.session.playback
        assert playback is not None
        document: dict[str, Any] = report.build(film.presentation, playback.recorder, name="Paper")
        engine.stop()

        replaced = [s for s in document["segments"] if s["replaced"]]
        assert replaced
        assert {d["reason"] for d in document["decisions"]} >= {"replace"}
        assert document["rebuffers"] == []
        assert document["wasted_bytes"] >= sum(s["bytes"] for s in replaced)
        # What the media engine was given is what the recorder says was seen.
        seen = [film.segment(r, n) for n, r in playback.recorder.seen]
        assert engine.streams[0].fed == seen
        heights = [r.height_px for _, r in playback.recorder.seen]
        assert sum(a > b for a, b in pairwise(heights[12:])) == 0


@in_virtual_time
async def test_the_end_of_the_playback_ends_it_in_silence(tmp_path: Path) -> None:
    film, wishes = paper_film(), Wishes()
    source = PaperSource(film.files)
    async with fetching(film, tmp_path, source=source, abr=AbrEngine(wishes), **FULL) as rig:
        await full(rig)
        source.rate_bps = 600_000
        await ask_again(rig, wishes, 3)
        await rig.asked_for("v720/4.m4s")
        await asyncio.sleep(0.3)
    await settle()

    assert not any(r.replaces for r in rig.listener.records)
