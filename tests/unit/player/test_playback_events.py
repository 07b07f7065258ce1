"""What a playback tells the server and the chart while it runs."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path

import pytest

from player.engine import (
    EnginePosition,
    EngineSeeked,
)
from player.snapshot import PlayerState, Snapshot
from tests.helpers.player_fakes import always
from tests.helpers.stage import MIDNIGHT, pause, staged
from tests.helpers.virtual_time import in_virtual_time, now_s


def at(position_s: float) -> EnginePosition:
    return EnginePosition(position_s=position_s)


@in_virtual_time
async def test_every_event_says_who_what_where_and_when(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.start(start_s=4.0)
        await stage.engine.say(at(5.0))
        await stage.do(stage.session.pause)
        await pause(31)
        await stage.do(stage.session.resume)
        await stage.do(lambda: stage.session.seek(20.0))
        await stage.engine.say(EngineSeeked(position_s=20.0))
        await pause(6)
        await stage.do(stage.session.stop)

        items = stage.events.items
        assert [(str(e.kind), e.position_s) for e in items] == [
            ("start", 4.0),
            ("pause", 5.0),
            ("progress", 5.0),
            ("progress", 5.0),
            ("seek", 20.0),
            ("progress", 20.0),
            ("stop", 20.0),
        ]
        assert [e.id for e in items] == [f"e{n}" for n in range(1, 8)]
        assert {(e.session_id, e.title_id, e.duration_s) for e in items} == {("s1", "film", 40.0)}
        times = [e.at for e in items]
        assert times == sorted(times)
        assert items[-1].at == MIDNIGHT + timedelta(seconds=now_s())


@in_virtual_time
async def test_events_that_cannot_be_kept_end_no_film(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.events.full = True
        await stage.start()
        await stage.do(lambda: stage.session.seek(8.0))
        await stage.engine.say(EngineSeeked(position_s=8.0))
        await pause(20)

        assert stage.now.state is PlayerState.PLAYING
        await stage.do(stage.session.stop)
        assert stage.now == Snapshot()


@in_virtual_time
async def test_the_chart_gets_a_point_each_second_of_playing(tmp_path: Path) -> None:
    async with staged(tmp_path, abr=lambda: always("v180")) as stage:
        await stage.start()
        await stage.engine.say(at(0.04))
        await pause(5.5)
        await stage.do(stage.session.pause)
        await pause(5)

        points = stage.now.timeline
        assert len(points) == 5
        assert {(p.segment_index, p.bandwidth_bps, p.height_px) for p in points} == {
            (0, 80_000, 180)
        }
        assert [after.at_s - before.at_s for before, after in itertools.pairwise(points)] == [
            pytest.approx(1.0)
        ] * 4
        assert points[-1].throughput_bps > 0
