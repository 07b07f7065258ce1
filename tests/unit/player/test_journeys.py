"""Whole films through session, fetcher, store and feed, on good days and bad ones."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from abr.context import Phase
from abr.engine import AbrEngine
from player import report
from player.load_control import LoadControl
from player.playback import Playback
from player.snapshot import PlayerState
from tests.helpers.player_fakes import always, paper_film
from tests.helpers.playing_engine import PlayingEngine
from tests.helpers.stage import Stage, pause, staged, until
from tests.helpers.virtual_time import in_virtual_time, now_s

FILM = paper_film(segments=12)


@contextlib.asynccontextmanager
async def theatre(
    folder: Path, *, abr: Callable[[], AbrEngine] = AbrEngine, load: LoadControl | None = None
) -> AsyncIterator[tuple[Stage, PlayingEngine]]:
    engine = PlayingEngine((FILM.video, FILM.audio[0]))
    async with staged(folder, film=FILM, engine=engine, abr=abr, load=load) as stage:
        engine.ask = stage.ask
        try:
            yield stage, engine
        finally:
            engine.stop()


def told(stage: Stage) -> tuple[Playback, dict[str, Any]]:
    """The playback and its report."""
    playback = stage.session.playback
    assert playback is not None
    return playback, report.build(playback.presentation, playback.recorder, name="Paper")


async def ended(stage: Stage) -> None:
    await until(lambda: stage.now.state is PlayerState.ENDED, within_s=900)


@in_virtual_time
async def test_on_a_fast_network_the_film_runs_through_in_the_best_quality(tmp_path: Path) -> None:
    async with theatre(tmp_path) as (stage, engine):
        await stage.play()
        await ended(stage)

        _, document = told(stage)
        assert document["rebuffers"] == []
        assert document["startup_s"] < 0.5
        assert len(document["decisions"]) == 12
        assert [d["representation"] for d in document["decisions"][1:]] == ["v720"] * 11
        assert engine.streams[0].fed[1:] == [FILM.segment(FILM.ladder[-1], n) for n in range(1, 12)]
        assert engine.streams[1].fed == [FILM.files[f"a-en/{n}.m4s"] for n in range(1, 13)]
        assert document["qoe"]["lin"]["segments"] == 12


@in_virtual_time
async def test_the_engine_gets_every_segment_as_the_decisions_say(tmp_path: Path) -> None:
    choice = ["v180", "v720", "v360"] * 4
    async with theatre(tmp_path, abr=lambda: always(*choice)) as (stage, engine):
        await stage.play()
        await ended(stage)

        by_id = {r.id: r for r in FILM.ladder}
        assert engine.streams[0].fed == [
            FILM.segment(by_id[r], n)  # type: ignore[index]
            for n, r in enumerate(choice)
        ]
        playback, _ = told(stage)
        seen = [(index, str(r.id)) for index, r in playback.recorder.seen]
        assert seen == list(enumerate(choice))


@in_virtual_time
async def test_an_outage_longer_than_the_buffer_is_one_rebuffer_and_no_failure(
    tmp_path: Path,
) -> None:
    async with theatre(tmp_path, load=LoadControl(max_buffer_s=12.0)) as (stage, _):
        await stage.play()
        await until(lambda: stage.now.position_s > 10)
        stage.source.away = True
        gone_s = now_s()
        await until(lambda: stage.now.state is PlayerState.REBUFFERING)
        assert now_s() - gone_s > 8
        await pause(20)
        during = stage.now
        stage.source.away = False
        await until(lambda: stage.now.state is PlayerState.PLAYING)
        after = stage.now
        await ended(stage)

        assert during.state is PlayerState.REBUFFERING
        assert during.waiting is not None
        assert after.waiting is None
        assert after.buffer_level_s >= 4.0
        _, document = told(stage)
        (rebuffer,) = document["rebuffers"]
        assert 20 < rebuffer["length_s"] < 24
        assert document["qoe"]["lin"]["rebuffer_s"] == pytest.approx(rebuffer["length_s"])
        phases = {d["context"]["phase"] for d in document["decisions"]}
        assert str(Phase.AFTER_REBUFFER) in phases
        assert document["decisions"][-1]["context"]["phase"] == Phase.STEADY


@in_virtual_time
async def test_a_slow_network_gets_the_lowest_quality_without_a_stall(tmp_path: Path) -> None:
    async with theatre(tmp_path) as (stage, _):
        stage.source.rate_bps = 200_000  # the lowest picture and the sound take 120,000
        await stage.play()
        await ended(stage)

        _, document = told(stage)
        assert document["rebuffers"] == []
        played = [s["representation"] for s in document["segments"] if s["height_px"]]
        assert set(played[1:6]) == {"v180"}  # the first is chosen before anything is known
        assert set(played[1:]) <= {"v180", "v360"}  # towards the end what is buffered may be used


@in_virtual_time
async def test_a_network_that_collapses_and_comes_back_is_followed_down_and_up(
    tmp_path: Path,
) -> None:
    async with theatre(tmp_path, load=LoadControl(max_buffer_s=12.0)) as (stage, _):
        stage.source.rate_bps = 2e6
        await stage.play()
        await until(lambda: stage.now.position_s > 8)
        stage.source.rate_bps = 250_000
        await until(lambda: stage.now.position_s > 24)
        stage.source.rate_bps = 4e6
        await ended(stage)

        _, document = told(stage)
        chosen = [d["representation"] for d in document["decisions"] if d["reason"] != "abandon"]
        lower = chosen.index("v360", 2)
        assert "v720" in chosen[:lower]
        assert chosen[-1] == "v720"
        assert document["qoe"]["lin"]["switches"] >= 2


@in_virtual_time
async def test_a_report_survives_json(tmp_path: Path) -> None:
    async with theatre(tmp_path) as (stage, _):
        await stage.play()
        await until(lambda: stage.now.position_s > 20)
        _, document = told(stage)

        assert json.loads(json.dumps(document, allow_nan=False)) == document
        assert document["position_s"] == pytest.approx(stage.now.position_s, abs=0.2)


@in_virtual_time
async def test_watching_again_needs_no_network(tmp_path: Path) -> None:
    async with theatre(tmp_path) as (stage, engine):
        await stage.play()
        await ended(stage)
        first = engine.streams[0].fed

    async with theatre(tmp_path) as (stage, engine):
        await stage.play()
        await ended(stage)

        assert [r.path for r in stage.source.requests] == ["manifest.json"]
        assert engine.streams[0].fed == first
