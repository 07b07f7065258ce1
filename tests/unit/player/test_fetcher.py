"""The fetcher: what it asks for, in which order, and how far ahead."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from abr.context import Limits, Phase, TransferSample
from abr.engine import AbrEngine
from abr.media import RepresentationId
from tests.helpers.fetching import fetching
from tests.helpers.player_fakes import AUDIO_BPS, PaperSource, always, paper_film
from tests.helpers.virtual_time import in_virtual_time, now_s, settle

V720 = RepresentationId("v720")


def number(path: str) -> int:
    return int(path.partition("/")[2].removesuffix(".m4s"))


@in_virtual_time
async def test_sound_and_picture_advance_together(tmp_path: Path) -> None:
    film = paper_film()
    async with fetching(film, tmp_path) as rig:
        await rig.until(lambda: len(rig.source.segments) == 20)

        asked = rig.source.segments
        for kind in ("a-", "v"):
            assert [number(p) for p in asked if p.startswith(kind)] == list(range(1, 11))
        for count in range(1, 21):
            sound = sum(path.startswith("a-") for path in asked[:count])
            assert abs(sound - (count - sound)) <= 1


@in_virtual_time
async def test_one_transfer_at_a_time(tmp_path: Path) -> None:
    async with fetching(paper_film(), tmp_path) as rig:
        await rig.until(lambda: len(rig.listener.records) == 20)

        segments = [r for r in rig.source.requests if r.path.endswith(".m4s")]
        assert len(segments) == 20
        assert all(not [p for p in r.beside if p.endswith(".m4s")] for r in segments)


@in_virtual_time
async def test_fetching_stops_when_the_buffer_is_full_and_goes_on_when_it_is_not(
    tmp_path: Path,
) -> None:
    film = paper_film(segments=20)
    async with fetching(film, tmp_path, max_buffer_s=20.0) as rig:
        await asyncio.sleep(500)
        assert rig.held(film.video) == rig.held(film.audio[0]) == list(range(5))
        assert rig.fetcher.buffer_level_s == 20.0
        assert rig.fetcher.ranges_s == ((0.0, 20.0),)

        rig.fetcher.set_position(0.5)
        await asyncio.sleep(500)
        assert rig.held(film.video) == rig.held(film.audio[0]) == list(range(6))


@in_virtual_time
async def test_only_the_chosen_language_is_kept_ahead(tmp_path: Path) -> None:
    film = paper_film()
    english, german = film.audio
    async with fetching(film, tmp_path, max_buffer_s=12.0) as rig:
        await asyncio.sleep(60)
        assert rig.held(german) == []

        rig.fetcher.select_audio(german)
        assert rig.fetcher.buffer_level_s == 0.0
        await asyncio.sleep(60)

        assert rig.held(german) == rig.held(english) == [0, 1, 2]


@in_virtual_time
async def test_a_seek_gives_up_what_is_under_way_for_elsewhere(tmp_path: Path) -> None:
    film = paper_film()
    source = PaperSource(film.files, rate_bps=100_000)
    async with fetching(film, tmp_path, source=source) as rig:
        await rig.asked_for("a-en/1.m4s")

        rig.fetcher.seek(25.0)
        await settle()

        assert [r.cancelled for r in source.requests if r.path == "a-en/1.m4s"] == [True]
        await rig.until(lambda: rig.held(film.video) == [6])
        assert rig.held(film.audio[0])[0] == 6
        assert rig.fetcher.ranges_s == ((24.0, 28.0),)


@in_virtual_time
async def test_a_seek_keeps_what_is_under_way_for_there(tmp_path: Path) -> None:
    film = paper_film()
    source = PaperSource(film.files, rate_bps=100_000)
    async with fetching(film, tmp_path, source=source, position_s=20.0) as rig:
        await rig.asked_for("a-en/6.m4s")

        rig.fetcher.seek(21.0)
        await rig.until(lambda: rig.held(film.audio[0]) == [5])

        assert source.segments.count("a-en/6.m4s") == 1
        assert not any(r.cancelled for r in source.requests)


@in_virtual_time
async def test_back_into_what_is_held_asks_for_nothing(tmp_path: Path) -> None:
    film = paper_film()
    async with fetching(film, tmp_path) as rig:
        await rig.until(lambda: len(rig.listener.records) == 20)
        asked = len(rig.source.requests)

        rig.fetcher.seek(3.0)
        data = await rig.fetcher.segment(film.video, 0)
        await asyncio.sleep(60)

        assert data in [film.segment(r, 0) for r in film.ladder]
        assert len(rig.source.requests) == asked


@in_virtual_time
async def test_another_language_comes_beside_a_slow_picture(tmp_path: Path) -> None:
    film = paper_film()
    german = film.audio[1]
    source = PaperSource(film.files, rate_bps=60_000)
    async with fetching(film, tmp_path, source=source, abr=always("v720")) as rig:
        await rig.asked_for("v720/1.m4s")

        data = await rig.fetcher.segment(german, 0)

        assert data == film.files["a-de/1.m4s"]
        (request,) = (r for r in source.requests if r.path == "a-de/1.m4s")
        assert "v720/1.m4s" in request.beside
        assert rig.fetched_as(0) == []


@in_virtual_time
async def test_what_the_engine_waits_for_comes_first_in_the_order_of_the_film(
    tmp_path: Path,
) -> None:
    film = paper_film()
    async with fetching(film, tmp_path, max_buffer_s=1.0) as rig:
        late = asyncio.ensure_future(rig.fetcher.segment(film.video, 7))
        soon = asyncio.ensure_future(rig.fetcher.segment(film.audio[1], 6))
        await asyncio.wait({late, soon})

        demanded = [p for p in rig.source.segments if number(p) > 1]
        assert demanded[0] == "a-de/7.m4s"
        assert number(demanded[1]) == 8


@in_virtual_time
async def test_a_demand_that_is_given_up_is_forgotten(tmp_path: Path) -> None:
    film = paper_film()
    source = PaperSource(film.files, rate_bps=50_000)
    async with fetching(film, tmp_path, source=source, max_buffer_s=1.0) as rig:
        await rig.asked_for("a-en/1.m4s")
        demand = asyncio.ensure_future(rig.fetcher.segment(film.audio[0], 9))
        await settle()
        demand.cancel()
        await asyncio.sleep(600)

        assert not [p for p in source.segments if number(p) == 10]


@in_virtual_time
async def test_the_end_of_the_work_ends_its_transfers(tmp_path: Path) -> None:
    film = paper_film()
    source = PaperSource(film.files, rate_bps=1_000)
    async with fetching(film, tmp_path, source=source) as rig:
        await rig.asked_for("a-en/1.m4s")
    await settle()

    (request,) = (r for r in source.requests if r.path == "a-en/1.m4s")
    assert request.cancelled


@in_virtual_time
async def test_one_init_segment_serves_all_and_is_fetched_once(tmp_path: Path) -> None:
    film = paper_film()
    async with fetching(film, tmp_path) as rig:
        answers = await asyncio.gather(*(rig.fetcher.init_segment(film.video) for _ in range(4)))

        assert set(answers) == {film.files["v720/init.mp4"]}
        paths = [r.path for r in rig.source.requests]
        assert paths.count("v720/init.mp4") == 1


@in_virtual_time
async def test_sound_is_opened_without_its_edit_list(tmp_path: Path) -> None:
    film = paper_film()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("player.fetcher.without_edit_list", lambda data: b"heard whole" + data)
        async with fetching(film, tmp_path) as rig:
            sound = await rig.fetcher.init_segment(film.audio[0])
            picture = await rig.fetcher.init_segment(film.video)

    assert sound == b"heard whole" + film.files["a-en/init.mp4"]
    assert picture == film.files["v720/init.mp4"]


@in_virtual_time
async def test_all_init_segments_come_at_once(tmp_path: Path) -> None:
    film = paper_film()
    source = PaperSource(film.files, ttfb_s=0.5)
    async with fetching(film, tmp_path, source=source) as rig:
        began_s = now_s()
        await rig.fetcher.load_inits()

        assert now_s() - began_s < 1.0
        inits = {r.path for r in source.requests if r.path.endswith("init.mp4")}
        assert inits == {f"{name}/init.mp4" for name in ("v180", "v360", "v720", "a-en")}


@in_virtual_time
async def test_the_picture_may_use_what_the_sound_leaves_of_the_link(tmp_path: Path) -> None:
    abr = AbrEngine()
    abr.observe(
        TransferSample(
            representation_id=V720,
            segment_index=0,
            transferred_bytes=1_000_000,
            ttfb_s=0.0,
            duration_s=20.0,
            finished_at_s=0.0,
        )
    )
    async with fetching(paper_film(), tmp_path, abr=abr, max_buffer_s=0.0) as rig:
        assert rig.fetcher.estimate is not None
        assert rig.fetcher.estimate.throughput_bps == pytest.approx(400_000 - AUDIO_BPS)

        rig.fetcher.set_speed(2.0)
        assert rig.fetcher.estimate.throughput_bps == pytest.approx(400_000 - 2 * AUDIO_BPS)


@in_virtual_time
async def test_decisions_are_taken_in_the_moment_as_it_is(tmp_path: Path) -> None:
    film = paper_film()
    async with fetching(film, tmp_path, phase=Phase.STARTUP, max_buffer_s=30.0) as rig:
        rig.fetcher.set_speed(1.5)
        await rig.until(lambda: len(rig.listener.decisions) == 3)

        first, second, third = (context for context, _ in rig.listener.decisions)
        assert [c.segment_index for c in (first, second, third)] == [0, 1, 2]
        assert first.previous is None
        assert first.phase is Phase.STARTUP
        assert first.max_buffer_s == 30.0
        assert first.playback_speed == 1.5
        assert second.previous == rig.fetched_as(0)[0]
        assert third.buffer_level_s == 8.0
        assert len(third.history) > len(first.history)


@in_virtual_time
async def test_after_a_rebuffer_a_little_is_gathered_before_any_is_shown(tmp_path: Path) -> None:
    film = paper_film(segment_s=2.0)
    source = PaperSource(film.files, rate_bps=200_000)
    phase = Phase.AFTER_REBUFFER
    async with fetching(film, tmp_path, source=source, phase=phase) as rig:
        demand = asyncio.ensure_future(rig.fetcher.segment(film.video, 0))
        await rig.until(lambda: rig.held(film.video) == rig.held(film.audio[0]) == [0])
        await settle()
        assert not demand.done()

        await demand
        assert rig.fetcher.buffer_level_s >= 4.0


@in_virtual_time
async def test_at_the_end_of_the_film_the_rest_is_shown_however_short(tmp_path: Path) -> None:
    film = paper_film(segment_s=2.0)
    phase = Phase.AFTER_REBUFFER
    async with fetching(film, tmp_path, phase=phase, position_s=19.0) as rig:
        assert await rig.fetcher.segment(film.video, 9)
        assert rig.fetcher.buffer_level_s == 1.0


@in_virtual_time
async def test_caution_after_a_rebuffer_ends_with_ten_seconds_ahead(tmp_path: Path) -> None:
    film = paper_film()
    async with fetching(film, tmp_path, phase=Phase.AFTER_REBUFFER) as rig:
        phases = [rig.fetcher.phase]
        await rig.until(lambda: rig.fetcher.buffer_level_s >= 12.0)
        phases.append(rig.fetcher.phase)
        rig.fetcher.set_position(0.1)
        phases.append(rig.fetcher.phase)

        assert phases == [Phase.AFTER_REBUFFER, Phase.AFTER_REBUFFER, Phase.STEADY]


@in_virtual_time
async def test_a_fixed_quality_replaces_what_is_buffered_but_not_handed_out(
    tmp_path: Path,
) -> None:
    film = paper_film()
    async with fetching(film, tmp_path, abr=always("v180"), max_buffer_s=20.0) as rig:
        await rig.fetcher.segment(film.video, 0)
        await rig.until(lambda: rig.fetcher.buffer_level_s == 20.0)

        rig.fetcher.set_limits(Limits(fixed=V720))
        assert rig.fetcher.representation_at(1.0) == film.ladder[0]
        assert rig.fetcher.representation_at(5.0) is None
        await rig.until(lambda: rig.fetcher.buffer_level_s == 20.0)

        assert rig.fetched_as(0) == ["v180"]
        assert [rig.fetched_as(n)[-1] for n in range(1, 5)] == ["v720"] * 4
        assert await rig.fetcher.segment(film.video, 1) == film.segment(film.ladder[-1], 1)


@in_virtual_time
async def test_a_fixed_quality_ends_the_transfer_of_another(tmp_path: Path) -> None:
    film = paper_film()
    source = PaperSource(film.files, rate_bps=100_000)
    async with fetching(film, tmp_path, source=source, abr=always("v180")) as rig:
        await rig.asked_for("v180/1.m4s")

        rig.fetcher.set_limits(Limits(fixed=V720))
        await rig.until(lambda: rig.fetched_as(0))

        assert rig.fetched_as(0) == ["v720"]
        (request,) = (r for r in source.requests if r.path == "v180/1.m4s")
        assert request.cancelled


@in_virtual_time
async def test_going_back_to_auto_throws_nothing_away(tmp_path: Path) -> None:
    film = paper_film()
    fixed = Limits(fixed=V720)
    async with fetching(film, tmp_path, limits=fixed, max_buffer_s=20.0) as rig:
        await rig.until(lambda: rig.fetcher.buffer_level_s == 20.0)
        asked = len(rig.source.requests)

        rig.fetcher.set_limits(Limits())
        await asyncio.sleep(60)

        assert len(rig.source.requests) == asked
        assert rig.fetcher.buffer_level_s == 20.0
