"""Whatever a person, a network and an engine do to a fetcher: limits hold, and film comes."""

from __future__ import annotations

import asyncio
import math
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from abr.context import BufferedSegment, DecisionContext, Limits, Phase
from abr.decision import Reason
from abr.engine import AbrEngine
from abr.media import RepresentationId
from abr.rules.plan import PlanRule
from abr.rules.request import ReplaceRequest, SwitchRequest
from tests.helpers.fetching import Rig, fetching
from tests.helpers.player_fakes import PaperFilm, PaperSource, paper_film
from tests.helpers.virtual_time import now_s, run_virtually, settle

FILM = paper_film(segments=6)
MAX_BUFFER_S = 12.0

limits = st.builds(
    Limits,
    max_height_px=st.sampled_from([None, 180, 360, 720]),
    max_bandwidth_bps=st.sampled_from([None, 100_000, 500_000]),
    fixed=st.sampled_from([None, None, RepresentationId("v180"), RepresentationId("v720")]),
)
positions = st.floats(0.0, 23.9)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.floats(0.0, 10.0)),
        st.tuples(st.just("move"), st.floats(0.0, 3.0)),
        st.tuples(st.just("seek"), positions),
        st.tuples(st.just("limits"), limits),
        st.tuples(st.just("speed"), st.floats(0.5, 2.0)),
        st.tuples(st.just("phase"), st.sampled_from(Phase)),
        st.tuples(st.just("audio"), st.integers(0, 1)),
        st.tuples(st.just("away"), st.booleans()),
        st.tuples(st.just("rate"), st.sampled_from([2e4, 2e5, 2e6, 2e7])),
        st.tuples(st.just("demand"), st.integers(0, 5)),
        st.tuples(st.just("hang up"), st.integers(0, 5)),
    ),
    max_size=25,
)


class Limited(PaperSource):
    """Notes the limits in force when a picture was asked for."""

    def __init__(self, film: PaperFilm) -> None:
        super().__init__(film.files)
        self.limits = Limits()
        self.forbidden: list[str] = []

    async def read(self, path, on_start=None):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
        allowed = {r.id for r in self.limits.allowed(FILM.ladder)}
        name, _, rest = path.partition("/")
        if name.startswith("v") and rest != "init.mp4" and name not in allowed:
            self.forbidden.append(path)
        return await super().read(path, on_start)


class Viewer:
    """Someone at the controls, and an engine that asks for segments."""

    def __init__(self, rig: Rig, source: Limited) -> None:
        self.rig, self.source, self.position_s = rig, source, 0.0
        self.demands: dict[int, asyncio.Future[bytes]] = {}
        self.handed_at_s: dict[int, float] = {}  # for the first time

    async def act(self, what: str, value: object) -> None:
        fetcher = self.rig.fetcher
        match what, value:
            case "wait", float(seconds):
                await asyncio.sleep(seconds)
            case "move", float(seconds):
                self.position_s = min(23.9, self.position_s + seconds)
                fetcher.set_position(self.position_s)
            case "seek", float(position_s):
                self.position_s = position_s
                fetcher.seek(position_s)
            case "limits", Limits() as now:
                self.source.limits = now
                fetcher.set_limits(now)
            case "speed", float(speed):
                fetcher.set_speed(speed)
            case "phase", Phase() as phase:
                fetcher.set_phase(phase)
            case "audio", int(number):
                fetcher.select_audio(FILM.audio[number])
            case "away", bool(away):
                self.source.away = away
            case "rate", float(rate_bps):
                self.source.rate_bps = rate_bps
            case "demand", int(index) if index not in self.demands:
                work = fetcher.segment(FILM.video, index)
                self.demands[index] = asyncio.ensure_future(self._handed(index, work))
            case "hang up", int(index) if index in self.demands:
                self.demands.pop(index).cancel()
        await settle()

    async def _handed(self, index: int, work: Coroutine[Any, Any, bytes]) -> bytes:
        data = await work
        self.handed_at_s.setdefault(index, now_s())
        return data


class Eager(PlanRule):
    """Takes the lowest and wants all of it again in the best, whatever the network carries."""

    def __call__(self, context: DecisionContext) -> SwitchRequest:
        return SwitchRequest(
            representation=context.ladder[0], reason=Reason.PLAN, rule="eager", because="soon"
        )

    def replacement(
        self, context: DecisionContext, buffered: tuple[BufferedSegment, ...]
    ) -> ReplaceRequest | None:
        better = context.ladder[-1]
        for segment in reversed(buffered):
            if segment.replaceable and segment.representation_id != better.id:
                request = SwitchRequest(
                    representation=better, reason=Reason.REPLACE, rule="eager", because="more"
                )
                return ReplaceRequest(segment_index=segment.index, request=request)
        return None


def holds(rig: Rig, source: Limited, viewer: Viewer) -> None:
    """What is true at every moment."""
    for record in rig.listener.records:
        if record.replaces is not None and not record.abandoned:
            handed_at_s = viewer.handed_at_s.get(record.index, math.inf)
            assert record.finished_at_s <= handed_at_s, "the engine has another one"
    assert source.forbidden == []
    assert rig.listener.failures == []
    assert rig.fetcher.buffer_level_s <= FILM.presentation.duration_s
    edges = [edge for stretch in rig.fetcher.ranges_s for edge in stretch]
    assert edges == sorted(set(edges))
    video = [r for r in source.requests if r.path.startswith("v") and r.path.endswith(".m4s")]
    assert sum(r.ended_at_s is None for r in video) <= 1


@settings(max_examples=100)
@given(todo=steps, first=st.sampled_from([None, 0, 1, 2]))
def test_limits_hold_and_film_comes(todo: list[tuple[str, object]], first: int | None) -> None:
    async def run(folder: Path) -> None:
        source, abr = Limited(FILM), AbrEngine(PlanRule() if first is None else Eager())
        async with fetching(FILM, folder, source=source, abr=abr, max_buffer_s=MAX_BUFFER_S) as rig:
            viewer = Viewer(rig, source)
            if first is not None:  # the engine asks while one of them is being fetched again
                source.rate_bps = 1e6
                await rig.until(lambda: any(p.startswith("v720") for p in source.segments))
                await viewer.act("demand", first)
            for what, value in todo:
                await viewer.act(what, value)
                holds(rig, source, viewer)
            source.away, source.rate_bps = False, 2e7
            await _comes(rig, viewer)
            holds(rig, source, viewer)

    with tempfile.TemporaryDirectory() as name:
        run_virtually(run(Path(name)))


async def _comes(rig: Rig, viewer: Viewer) -> None:
    """With the network back, the buffer fills and every demand is met."""
    rest_s = FILM.presentation.duration_s - viewer.position_s
    began_s = now_s()
    await rig.until(lambda: rig.fetcher.buffer_level_s >= min(MAX_BUFFER_S, rest_s) - 1e-6)
    if viewer.demands:
        done, _ = await asyncio.wait(viewer.demands.values(), timeout=100)
        assert len(done) == len(viewer.demands)
        for index, demand in viewer.demands.items():
            assert demand.result() in [FILM.segment(r, index) for r in FILM.ladder]
    assert now_s() - began_s < 100
