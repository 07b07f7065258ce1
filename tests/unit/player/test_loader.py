"""One segment, from wish to store: outages, damage, abandonment, and what is there already."""

from __future__ import annotations

import asyncio
import errno
import itertools
import tempfile
from pathlib import Path
from typing import Any

import pytest

from abr.context import Limits, Phase
from abr.decision import Reason
from abr.media import RepresentationId
from player.errors import FilmError, SourceRefused, SourceUnreachable
from player.parameter_sets import parameter_sets
from player.store import SegmentStore, StoreKey
from tests.helpers.boxes import IDR
from tests.helpers.fetching import Rig, fetching
from tests.helpers.player_fakes import PaperFilm, PaperSource, always, paper_film
from tests.helpers.virtual_time import in_virtual_time, now_s, settle

V180, V720 = RepresentationId("v180"), RepresentationId("v720")


def files(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern))


async def everything(rig: Rig) -> None:
    count = 2 * len(rig.film.video.segment_durations_s)
    await rig.until(lambda: len([r for r in rig.listener.records if not r.abandoned]) == count)


def fill(folder: Path, film: PaperFilm, representation_id: str, *indexes: int) -> SegmentStore:
    """A store that holds these segments and their init segment already."""
    representation = film.video.representation(RepresentationId(representation_id))
    store = SegmentStore(folder)
    for index in indexes:
        key = StoreKey(film.presentation.id, representation.id, index)
        store.put(key, film.segment(representation, index))
    key = StoreKey(film.presentation.id, representation.id, -1)
    store.put(key, film.files[representation.init_path])
    return store


@in_virtual_time
async def test_an_outage_is_outlasted_by_trying_less_and_less_often(tmp_path: Path) -> None:
    film = paper_film()
    async with fetching(film, tmp_path) as rig:
        await rig.until(lambda: len(rig.held(film.audio[0])) == 3)
        began_s = now_s()
        rig.source.away = True
        await asyncio.sleep(600)
        attempts = [r.began_at_s for r in rig.source.requests if r.began_at_s > began_s]
        rig.source.away = False
        await rig.until(lambda: len(rig.held(film.audio[0])) > 4, within_s=10)

        gaps_s = [after - before for before, after in itertools.pairwise(attempts)]
        assert gaps_s[0] < 1.0
        assert max(gaps_s) <= 2.0 + 0.1
        assert len(attempts) < 600
        assert isinstance(rig.listener.waits[-10], SourceUnreachable | None)
        assert any(isinstance(error, SourceUnreachable) for error in rig.listener.waits)
        assert rig.listener.waits[-1] is None
        assert rig.listener.failures == []


@in_virtual_time
async def test_each_attempt_decides_anew(tmp_path: Path) -> None:
    film = paper_film()
    source = PaperSource(film.files)
    source.instead["v720/3.m4s"] = [SourceUnreachable("gone") for _ in range(3)]
    async with fetching(film, tmp_path, source=source, abr=always("v720")) as rig:
        await rig.until(lambda: rig.fetched_as(2))

        decided = [context.segment_index for context, _ in rig.listener.decisions]
        assert decided.count(2) == 4


@in_virtual_time
async def test_a_segment_of_the_wrong_size_is_fetched_again(tmp_path: Path) -> None:
    film = paper_film()
    source = PaperSource(film.files)
    source.instead["v720/1.m4s"] = [b"short", film.files["v720/1.m4s"] + b"!"]
    async with fetching(film, tmp_path, source=source, abr=always("v720")) as rig:
        assert await rig.fetcher.segment(film.video, 0) == film.files["v720/1.m4s"]

        assert source.segments.count("v720/1.m4s") == 3
        assert [type(error) for error in rig.listener.waits if error] == [SourceUnreachable] * 2
        assert rig.listener.waits[-1] is None


@in_virtual_time
async def test_an_init_segment_of_the_wrong_size_is_fetched_again(tmp_path: Path) -> None:
    film = paper_film()
    source = PaperSource(film.files)
    source.instead["v720/init.mp4"] = [b""]
    async with fetching(film, tmp_path, source=source) as rig:
        assert await rig.fetcher.init_segment(film.video) == film.files["v720/init.mp4"]


@in_virtual_time
async def test_subtitles_outlast_an_outage_too_and_say_that_it_is_over(tmp_path: Path) -> None:
    film = paper_film(segments=1)
    async with fetching(film, tmp_path) as rig:
        await everything(rig)
        rig.source.away = True
        (text,) = film.presentation.adaptation_sets[-1:]
        demand = asyncio.ensure_future(rig.fetcher.subtitle(text))
        await asyncio.sleep(10)
        assert rig.listener.waits[-1] is not None
        rig.source.away = False

        assert await demand == b"WEBVTT\n"
        assert rig.listener.waits[-1] is None


@pytest.mark.parametrize("path", ["v720/2.m4s", "v720/init.mp4"])
def test_a_refusal_ends_playback_and_is_not_asked_for_again(tmp_path: Path, path: str) -> None:
    @in_virtual_time
    async def check() -> None:
        film = paper_film()
        source = PaperSource(film.files)
        refusal = SourceRefused("No.", status=404)
        source.instead[path] = [refusal] * 1000
        async with fetching(film, tmp_path, source=source, abr=always("v720")) as rig:
            await asyncio.sleep(600)

            assert rig.listener.failures == [refusal]
            assert [r.path for r in source.requests].count(path) == 1
            assert rig.listener.waits.count(None) == len(rig.listener.waits)

    check()


@in_virtual_time
async def test_garbage_of_the_right_size_ends_playback(tmp_path: Path) -> None:
    film = paper_film(h264=True)
    source = PaperSource(film.files)
    garbage = bytes(len(film.files["v720/2.m4s"]))
    source.instead["v720/2.m4s"] = [garbage] * 1000
    async with fetching(film, tmp_path, source=source, abr=always("v720")) as rig:
        await asyncio.sleep(600)

        assert [type(error) for error in rig.listener.failures] == [FilmError]
        assert rig.listener.failures[0].detail.startswith("v720/2.m4s is damaged")
        assert source.segments.count("v720/2.m4s") == 1


@in_virtual_time
async def test_a_damaged_init_segment_is_told_and_not_kept(tmp_path: Path) -> None:
    film = paper_film(h264=True)
    path = "v720/init.mp4"
    source = PaperSource(film.files)
    source.instead[path] = [bytes(len(film.files[path]))]
    async with fetching(film, tmp_path, source=source, max_buffer_s=0.0) as rig:
        with pytest.raises(FilmError, match="damaged"):
            await rig.fetcher.init_segment(film.video)
        assert await rig.fetcher.init_segment(film.video) == film.files[path]


@in_virtual_time
async def test_a_fault_of_our_own_ends_playback_instead_of_looping(tmp_path: Path) -> None:
    film = paper_film(name="../outside")
    async with fetching(film, tmp_path / "store") as rig:
        await asyncio.sleep(60)

        (error,) = rig.listener.failures
        assert "not a name for the store" in error.detail
        assert files(tmp_path, "*") == []


async def _collapse(rig: Rig, source: PaperSource, path: str, rate_bps: float) -> None:
    """Let the link all but stand still in the midst of a transfer."""
    await rig.asked_for(path)
    await asyncio.sleep(0.1)
    source.rate_bps = rate_bps


@in_virtual_time
async def test_a_transfer_that_would_come_too_late_is_abandoned(tmp_path: Path) -> None:
    film = paper_film()
    source = PaperSource(film.files, rate_bps=4e6)
    async with fetching(film, tmp_path, source=source, abr=always("v720")) as rig:
        await _collapse(rig, source, "v720/1.m4s", 60_000)
        await rig.until(lambda: rig.fetched_as(0))

        assert rig.fetched_as(0) == ["v180"]
        (given_up,) = (r for r in rig.listener.records if r.abandoned)
        assert (given_up.representation.id, given_up.index) == (V720, 0)
        assert 0 < given_up.received_bytes < len(film.files["v720/1.m4s"])
        assert given_up.duration_s > given_up.ttfb_s > 0
        (request,) = (r for r in source.requests if r.path == "v720/1.m4s")
        assert request.cancelled
        context, decision = rig.listener.decisions[-1]
        assert decision.reason is Reason.ABANDON
        assert context.segment_index == 0
        assert await rig.fetcher.segment(film.video, 0) == film.files["v180/1.m4s"]

        await rig.until(lambda: rig.listener.decisions[-1][0].segment_index == 1)
        history = rig.listener.decisions[-1][0].history
        assert [s.representation_id for s in history if s.given_up] == [V720]


@in_virtual_time
async def test_sound_is_never_abandoned(tmp_path: Path) -> None:
    film = paper_film()
    source = PaperSource(film.files, rate_bps=4e6)
    async with fetching(film, tmp_path, source=source) as rig:
        await _collapse(rig, source, "a-en/1.m4s", 2_000)
        await rig.until(lambda: rig.held(film.audio[0]) == [0])

        assert not [r for r in rig.listener.records if r.abandoned]
        assert source.segments.count("a-en/1.m4s") == 1


@in_virtual_time
async def test_a_quality_fixed_by_a_person_is_never_abandoned(tmp_path: Path) -> None:
    film = paper_film()
    source = PaperSource(film.files, rate_bps=4e6)
    async with fetching(film, tmp_path, source=source, limits=Limits(fixed=V720)) as rig:
        await _collapse(rig, source, "v720/1.m4s", 30_000)
        await rig.until(lambda: rig.fetched_as(0))

        assert rig.fetched_as(0) == ["v720"]


@in_virtual_time
async def test_watching_again_asks_the_server_for_nothing(tmp_path: Path) -> None:
    film = paper_film(h264=True)
    async with fetching(film, tmp_path, abr=always("v720")) as rig:
        await rig.fetcher.load_inits()
        await everything(rig)

    nothing = PaperSource({})
    async with fetching(film, tmp_path, source=nothing, abr=always("v720")) as rig:
        await everything(rig)

        assert nothing.requests == []
        assert all(r.from_store and r.duration_s == 0.0 for r in rig.listener.records)
        assert rig.fetcher.estimate is None
        sets = parameter_sets(film.files["v720/init.mp4"])
        for index in range(10):
            assert sets + IDR in await rig.fetcher.segment(film.video, index)


@in_virtual_time
async def test_something_better_in_the_store_is_preferred(tmp_path: Path) -> None:
    film = paper_film()
    fill(tmp_path, film, "v720", 0, 2)
    async with fetching(film, tmp_path, abr=always("v180"), max_buffer_s=12.0) as rig:
        await rig.fetcher.load_inits()
        await rig.until(lambda: rig.fetcher.buffer_level_s == 12.0)

        assert [rig.fetched_as(n) for n in range(3)] == [["v720"], ["v180"], ["v720"]]
        assert [s for s in rig.source.segments if s.startswith("v")] == ["v180/2.m4s"]


@pytest.mark.parametrize("stored", ["v360", "v720"])
def test_the_first_decision_finds_what_is_stored_before_anything_else_is_known(
    tmp_path: Path, stored: str
) -> None:
    @in_virtual_time
    async def check() -> None:
        film = paper_film(h264=True, languages=())
        fill(tmp_path, film, stored, 0)
        async with fetching(film, tmp_path, phase=Phase.STARTUP) as rig:
            await rig.until(lambda: rig.fetched_as(0))

            assert rig.fetched_as(0) == [stored]
            asked = {request.path for request in rig.source.requests}
            assert asked.isdisjoint({f"{stored}/init.mp4", "v180/1.m4s", f"{stored}/1.m4s"})

    check()


@pytest.mark.parametrize("limits", [Limits(max_height_px=360), Limits(fixed=V180)])
def test_something_better_in_the_store_is_left_there_when_limits_forbid_it(
    tmp_path: Path, limits: Limits
) -> None:
    @in_virtual_time
    async def check() -> None:
        film = paper_film()
        fill(tmp_path, film, "v720", 0)
        async with fetching(film, tmp_path, abr=always("v180"), limits=limits) as rig:
            await rig.fetcher.load_inits()
            await rig.until(lambda: rig.fetched_as(0))

            assert rig.fetched_as(0) == ["v180"]

    check()


@in_virtual_time
async def test_a_segment_cut_short_on_disk_is_fetched_again(tmp_path: Path) -> None:
    film = paper_film()
    fill(tmp_path, film, "v720", 0)
    (path,) = files(tmp_path, "*/v720/0.seg")
    path.write_bytes(b"v720")
    async with fetching(film, tmp_path, abr=always("v720")) as rig:
        assert await rig.fetcher.segment(film.video, 0) == film.files["v720/1.m4s"]


@pytest.mark.parametrize("damage", ["gone", "short", "garbage"])
def test_a_buffered_segment_damaged_on_disk_is_fetched_again(tmp_path: Path, damage: str) -> None:
    @in_virtual_time
    async def check() -> None:
        film = paper_film(h264=True)
        async with fetching(film, tmp_path, abr=always("v720")) as rig:
            await everything(rig)
            (path,) = files(tmp_path, "*/v720/3.seg")
            data = {"short": b"short", "garbage": bytes(path.stat().st_size)}.get(damage)
            path.unlink()
            if data is not None:
                path.write_bytes(data)

            again = await rig.fetcher.segment(film.video, 3)

            assert again.endswith(film.files["v720/4.m4s"][-1000:])
            assert rig.fetched_as(3) == ["v720", "v720"]

    check()


@in_virtual_time
async def test_a_truncated_init_segment_on_disk_is_fetched_again(tmp_path: Path) -> None:
    film = paper_film(h264=True)
    fill(tmp_path, film, "v720", 0)
    (path,) = files(tmp_path, "*/v720/-1.seg")
    path.write_bytes(path.read_bytes()[:40])
    async with fetching(film, tmp_path, abr=always("v720")) as rig:
        assert await rig.fetcher.segment(film.video, 0)
        assert rig.listener.failures == []


@in_virtual_time
async def test_a_full_disk_does_not_end_playback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "mkstemp", full)
    film = paper_film()
    async with fetching(film, tmp_path, abr=always("v720")) as rig:
        await everything(rig)
        for index in range(10):
            data = await rig.fetcher.segment(film.video, index)
            assert data == film.segment(film.ladder[-1], index)
        assert rig.listener.failures == []
    await settle()
    assert files(tmp_path, "*/*/*") == []
