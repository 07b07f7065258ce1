"""Beginnings fetched unasked: found by playback, never in its way, accounted for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from abr.likelihood import SOON_S
from player.engine import EnginePosition
from player.load_control import LoadControl
from player.prefetch import PrefetchSettings
from player.prefetch_memory import PrefetchMemory
from player.snapshot import PlayerState
from player.store import SegmentStore
from tests.helpers.prefetching import FILMS, Rig, prefetching
from tests.helpers.stage import pause, until
from tests.helpers.virtual_time import in_virtual_time, settle

FILM, NEXT, _ = FILMS
START = ["manifest.json", "v720/init.mp4", "a-en/init.mp4", "a-en/1.m4s"]


def of(rig: Rig, title_id: str) -> list[str]:
    return [p.removeprefix(f"{title_id}/") for p in rig.paths if p.startswith(f"{title_id}/")]


@in_virtual_time
async def test_a_prefetched_start_asks_for_no_media_before_the_first_picture(
    tmp_path: Path,
) -> None:
    async with prefetching(tmp_path) as rig:
        rig.likely("film")
        await rig.fetched("film")
        before = of(rig, "film")
        assert set(START) < set(before)
        assert rig.grants.requested == []

        await rig.play("film")
        await rig.read_start(FILM)

        assert rig.now.state is PlayerState.PLAYING
        early = of(rig, "film")[len(before) :]
        assert not [p for p in early if p in before]
        assert rig.grants.requested == ["film"]
        ledger = rig.memory.ledger
        assert (ledger.wasted_bytes, ledger.held_bytes) == (0, 0)
        assert ledger.hit_bytes == sum(len(FILM.files[p]) for p in before)


@in_virtual_time
async def test_nothing_reaches_the_server_between_the_wish_and_the_picture(tmp_path: Path) -> None:
    async with prefetching(tmp_path) as rig:
        rig.likely("film")
        await rig.fetched("film")
        rig.source.away = True  # only media: leave to play is given

        await rig.play("film")
        await rig.read_start(FILM)

        assert rig.now.state is PlayerState.PLAYING


@pytest.mark.parametrize("resume_s", [62.0, 63.5])
def test_a_film_that_was_begun_is_fetched_where_it_goes_on(tmp_path: Path, resume_s: float) -> None:
    @in_virtual_time
    async def check() -> None:
        async with prefetching(tmp_path, resume_s={"film": resume_s}) as rig:
            rig.likely("film")
            await rig.fetched("film")
            segments = {p for p in of(rig, "film") if p.startswith("a-en/") and p[5].isdigit()}
            later = {"a-en/17.m4s"}  # another two seconds of film may lie in the next segment
            assert {"a-en/16.m4s"} <= segments <= {"a-en/16.m4s"} | later
            rig.source.away = True

            await rig.play("film")
            await rig.read_start(FILM, index=15)

            assert rig.now.state is PlayerState.PLAYING
            assert rig.engine.last("load")["start_s"] == resume_s
            assert rig.memory.ledger.hit_bytes > 0

    check()


@in_virtual_time
async def test_pressing_play_on_something_else_cancels_at_once(tmp_path: Path) -> None:
    async with prefetching(tmp_path) as rig:
        rig.source.rate_bps = 50_000
        rig.likely("next")
        await until(lambda: "next/v720/init.mp4" in rig.paths)
        await pause(2)
        under_way = [r for r in rig.source.requests if r.ended_at_s is None]
        assert under_way

        rig.session.play("film")
        await settle()

        assert all(request.cancelled for request in under_way)
        assert rig.memory.ledger.wasted_bytes > 0
        asked = len(of(rig, "next"))
        await pause(20)
        assert len(of(rig, "next")) == asked


@in_virtual_time
async def test_the_next_episode_waits_until_the_film_leaves_the_network_alone(
    tmp_path: Path,
) -> None:
    async with prefetching(tmp_path, load=LoadControl(max_buffer_s=24.0)) as rig:
        rig.source.rate_bps = 4e6
        await rig.play("film")
        await rig.read_start(FILM)
        rig.likely("next")
        await until(lambda: rig.now.buffer_level_s >= 24.0)
        film_whole_at = max(r.ended_at_s or 0.0 for r in rig.source.requests)
        assert of(rig, "next") == []
        position_s = 0.0
        while not rig.is_ready("next"):
            position_s += 0.1
            await rig.engine.say(EnginePosition(position_s=position_s))
            await pause(0.1)
            assert position_s < 60

        for request in rig.source.requests:
            if request.path.startswith("next/"):
                assert request.began_at_s >= film_whole_at
                assert request.beside == ()
        cancelled = [r.path for r in rig.source.requests if r.cancelled]
        assert not [path for path in cancelled if path.startswith("film/")]


@in_virtual_time
async def test_a_film_that_fetches_keeps_the_network_to_itself(tmp_path: Path) -> None:
    async with prefetching(tmp_path) as rig:
        rig.source.rate_bps = 60_000  # not even enough for the film
        await rig.play("film")
        await rig.read_start(FILM)
        rig.likely("next")
        await pause(60)

        assert of(rig, "next") == []


@in_virtual_time
async def test_a_server_that_is_away_is_left_alone_for_a_while(tmp_path: Path) -> None:
    async with prefetching(tmp_path) as rig:
        rig.grants.away = True
        rig.likely("film")
        await pause(30)
        assert rig.grants.asked == ["film"]

        rig.grants.away = False
        await pause(120)
        assert rig.is_ready("film")


@in_virtual_time
async def test_a_server_that_goes_away_meanwhile_harms_nothing(tmp_path: Path) -> None:
    async with prefetching(tmp_path) as rig:
        rig.source.rate_bps = 100_000
        rig.likely("film")
        await until(lambda: "film/v720/init.mp4" in rig.paths)
        rig.source.away = True
        await pause(10)
        assert not rig.is_ready("film")
        assert rig.now.problem is None

        rig.source.away = False
        await pause(180)
        assert rig.is_ready("film")


@in_virtual_time
async def test_a_disk_that_takes_nothing_is_not_tried_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SegmentStore(tmp_path / "segments")
    monkeypatch.setattr(SegmentStore, "_write", lambda *_: False)
    async with prefetching(tmp_path, store=store) as rig:
        rig.likely("film")
        await pause(30)

        assert store.presentations == frozenset()
        assert len(of(rig, "film")) <= len(START) + 4


@in_virtual_time
async def test_the_budget_of_the_hour_holds(tmp_path: Path) -> None:
    async with prefetching(tmp_path, settings=PrefetchSettings(hour_bytes=1_250_000)) as rig:
        rig.likely("film", "next", "other")
        await pause(600)
        spent = sum(len(rig.source.files[p]) for p in rig.paths)
        assert 0 < spent <= 1_250_000
        assert not all(map(rig.is_ready, ("film", "next", "other")))
        await pause(3700)
        assert sum(len(rig.source.files[p]) for p in rig.paths) > spent


@in_virtual_time
async def test_the_share_of_the_store_holds(tmp_path: Path) -> None:
    store = SegmentStore(tmp_path / "segments", limit_bytes=10_000_000)
    async with prefetching(tmp_path, store=store) as rig:
        rig.likely("film", "next", "other")
        await pause(600)
        assert 0 < store.used_bytes <= 500_000
        assert not all(map(rig.is_ready, ("film", "next", "other")))


@in_virtual_time
async def test_what_nobody_plays_is_wasted_and_thrown_away_after_a_day(tmp_path: Path) -> None:
    async with prefetching(tmp_path) as rig:
        rig.likely("film")
        await rig.fetched("film")
        fetched = sum(len(rig.source.files[p]) for p in rig.paths)
        rig.prefetcher.show(())
        await pause(SOON_S + 120)

        assert rig.memory.ledger.wasted_bytes == fetched
        assert rig.store.used_bytes == 0


@in_virtual_time
async def test_what_was_learned_is_there_the_next_time(tmp_path: Path) -> None:
    async with prefetching(tmp_path) as rig:
        rig.likely("film")
        await rig.fetched("film")
        kept = rig.memory.likelihood.to_json(), rig.memory.ledger.to_json()

    memory = PrefetchMemory(tmp_path / "prefetch.json")
    assert (memory.likelihood.to_json(), memory.ledger.to_json()) == kept


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"ledger": {}}', '{"ledger": 1, "likelihood": 2}', "\x00", "[" * 5000],
)
def test_a_damaged_file_starts_anew(tmp_path: Path, text: str) -> None:
    path = tmp_path / "prefetch.json"
    path.write_text(text)
    memory = PrefetchMemory(path)
    assert memory.ledger.held_bytes == 0
    memory.save()
    assert json.loads(path.read_text())["ledger"]["entries"] == []


def test_a_folder_that_cannot_be_written_is_put_up_with(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    PrefetchMemory(tmp_path / "file" / "prefetch.json").save()
