"""Whatever a person and an engine do, in whatever order: what a screen sees makes sense."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from abr.media import AdaptationSetId, RepresentationId
from player.engine import (
    EndReason,
    EngineDecodeError,
    EngineDropped,
    EngineEnded,
    EngineEvent,
    EnginePosition,
    EngineResolution,
    EngineSeeked,
    EngineStalled,
    EngineStarted,
)
from player.errors import SourceRefused, SourceUnreachable
from player.session import PlaybackSession
from player.snapshot import PlayerState, Snapshot
from tests.helpers.player_fakes import PaperFilm, PaperGrants, paper_film
from tests.helpers.stage import Stage, pause, staged
from tests.helpers.virtual_time import run_virtually

FILM = paper_film(segments=4)
Command = Callable[[PlaybackSession], None]

numbers = st.floats(-10, 30) | st.sampled_from([math.inf, -math.inf, math.nan])
commands: st.SearchStrategy[Command] = st.one_of(
    st.sampled_from([None, 0.0, 9.5]).map(lambda s: lambda p: p.play("film", start_s=s)),
    st.just(lambda p: p.stop()),
    st.just(lambda p: p.pause()),
    st.just(lambda p: p.resume()),
    numbers.map(lambda s: lambda p: p.seek(s)),
    numbers.map(lambda x: lambda p: p.set_speed(x)),
    numbers.map(lambda x: lambda p: p.set_volume(x)),
    st.booleans().map(lambda on: lambda p: p.set_muted(on)),
    st.sampled_from([None, "v180", "v720", "none"]).map(
        lambda r: lambda p: p.choose_quality(r and RepresentationId(r))
    ),
    st.sampled_from(["a-en", "a-de", "none"]).map(
        lambda a: lambda p: p.select_audio(AdaptationSetId(a))
    ),
    st.sampled_from([None, "t-en", "none"]).map(
        lambda t: lambda p: p.select_subtitle(t and AdaptationSetId(t))
    ),
)
events: st.SearchStrategy[EngineEvent] = st.one_of(
    st.just(EngineStarted(width_px=320, height_px=180)),
    numbers.map(lambda s: EngineSeeked(position_s=s)),
    st.floats(-1, 30).map(lambda s: EnginePosition(position_s=s)),
    st.booleans().map(lambda stalled: EngineStalled(stalled=stalled)),
    st.just(EngineResolution(position_s=1.0, width_px=1280, height_px=720)),
    st.just(EngineDecodeError(position_s=0.0, text="mishap")),
    st.just(EngineDropped(frames=3)),
    st.sampled_from(EndReason).map(lambda reason: EngineEnded(reason=reason)),
)
troubles = st.sampled_from(
    [None, None, None, SourceRefused("No.", status=403), SourceUnreachable("Away."), b"damaged"]
)
steps = st.lists(
    st.one_of(commands, events, st.floats(0.0, 20.0), troubles.map(lambda t: ("trouble", t))),
    max_size=30,
)


def check(now: Snapshot, film: PaperFilm) -> None:
    """What holds for every snapshot."""
    assert now.state in PlayerState
    assert 0.0 <= now.position_s <= now.duration_s
    assert (now.problem is not None) == (now.state is PlayerState.FAILED)
    assert (now.state is PlayerState.IDLE) == (not now.title_id)
    assert set(now.allowed) <= {r.id for r in now.ladder}
    assert now.fixed is None or now.fixed in now.allowed
    assert now.audio is None or now.audio in {t.id for t in now.audio_tracks}
    assert now.subtitle is None or now.subtitle in {t.id for t in now.subtitle_tracks}
    assert 0.5 <= now.speed <= 2.0
    assert 0.0 <= now.volume_percent <= 100.0
    assert 0.0 <= now.buffer_level_s <= film.presentation.duration_s
    ends = [edge for stretch in now.buffered_s for edge in stretch]
    assert ends == sorted(set(ends))
    assert all(0.0 <= edge <= now.duration_s for edge in ends)
    assert now.startup_s is None or now.startup_s >= 0.0
    if now.state not in {PlayerState.IDLE, PlayerState.OPENING, PlayerState.FAILED}:
        assert now.startup_s is not None


async def act(stage: Stage, step: object) -> None:
    if isinstance(step, float):
        await pause(step)
    elif isinstance(step, tuple):
        if step[1] is not None:
            for path in ("manifest.json", "a-en/2.m4s", "v180/init.mp4"):
                stage.source.instead.setdefault(path, []).append(step[1])
    elif callable(step):
        await stage.do(lambda: step(stage.session))
    else:
        assert isinstance(step, EngineEvent)
        await stage.engine.say(step)


def _play(session: PlaybackSession) -> None:
    session.play("film")


NOTHING: list[object] = []
PLAYING: list[object] = [_play, 2.0, EngineStarted(width_px=320, height_px=180)]


@settings(max_examples=200)
@given(st.sampled_from([NOTHING, PLAYING, PLAYING]), steps, st.sampled_from([0.0, 0.5]))
def test_every_snapshot_makes_sense(
    before: list[object], todo: list[object], delay_s: float
) -> None:
    async def run(folder: Path) -> None:
        grants = PaperGrants(resume_s=3.0)
        grants.delay_s = delay_s
        async with staged(folder, film=FILM, grants=grants) as stage:
            for step in before + todo:
                await act(stage, step)
            await pause(1.0)
        for now in stage.seen:
            check(now, FILM)
        _check_events(stage)
        assert sorted(grants.released) == sorted(set(grants.released))
        assert len(grants.released) == len(grants.requested)

    with tempfile.TemporaryDirectory() as name:
        run_virtually(run(Path(name)))


def _check_events(stage: Stage) -> None:
    """Each playback begins with its start, and nothing comes after its stop."""
    told: dict[str, list[str]] = {}
    for event in stage.events.items:
        assert 0.0 <= event.position_s <= event.duration_s == FILM.presentation.duration_s
        told.setdefault(event.session_id, []).append(str(event.kind))
    for kinds in told.values():
        assert "start" not in kinds[1:]
        assert "stop" not in kinds[:-1]
