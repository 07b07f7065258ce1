"""What a player stands on, made of paper: films, networks, engines, servers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from abr import manifest
from abr.context import DecisionContext
from abr.decision import Decision, Reason
from abr.engine import AbrEngine
from abr.media import (
    AdaptationSet,
    AdaptationSetId,
    MediaKind,
    Presentation,
    PresentationId,
    Representation,
    RepresentationId,
)
from abr.rules.request import SwitchRequest
from player.engine import EngineEvent, SubtitleSource
from player.errors import PlayerError, SourceUnreachable
from player.grants import Grant
from player.records import SegmentRecord
from player.source import Body, Progress
from tests.helpers.boxes import IDR, box, fragment, init_segment
from tests.helpers.virtual_time import now_s, settle

RATES_BPS = {180: 80_000, 360: 240_000, 720: 720_000}
AUDIO_BPS = 40_000
IN_BAND = init_segment(b"vp09", box(b"vpcC", bytes(12)))  # a codec whose segments pass unchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFilm:
    """A presentation and its files: every segment as large as its manifest says, and different."""

    presentation: Presentation
    files: dict[str, bytes]

    @property
    def video(self) -> AdaptationSet:
        """The ladder."""
        assert self.presentation.video is not None
        return self.presentation.video

    @property
    def audio(self) -> tuple[AdaptationSet, ...]:
        """The languages."""
        return self.presentation.of_kind(MediaKind.AUDIO)

    @property
    def ladder(self) -> tuple[Representation, ...]:
        """Representations of the video, ascending."""
        return self.video.representations

    def segment(self, representation: Representation, index: int) -> bytes:
        """A media segment."""
        return self.files[representation.path_of(index)]


def paper_film(
    *,
    name: str = "film",
    segments: int = 10,
    segment_s: float = 4.0,
    languages: Sequence[str] = ("en", "de"),
    h264: bool = False,
    heights: Sequence[int] = tuple(RATES_BPS),
    default_language: str | None = None,
) -> PaperFilm:
    """A film of a ladder, of some languages, and of one language of subtitles.

    ``h264`` makes its video segments real fragments whose parameter sets are out of band.
    """
    files: dict[str, bytes] = {}
    rungs = [_rung(files, height, segments, segment_s, h264=h264) for height in heights]
    sets = [
        AdaptationSet(
            id=AdaptationSetId("video"),
            kind=MediaKind.VIDEO,
            frame_rate=Fraction(25),
            segment_durations_s=(segment_s,) * segments,
            representations=tuple(rungs),
        )
    ]
    sets += [
        replace(_sound(files, language, segments, segment_s), default=language == default_language)
        for language in languages
    ]
    sets.append(_text(files, segments * segment_s))
    presentation = Presentation(
        id=PresentationId(name), duration_s=segments * segment_s, adaptation_sets=tuple(sets)
    )
    files[manifest.FILE_NAME] = manifest.dump(presentation).encode()
    return PaperFilm(presentation=presentation, files=files)


def _rung(
    files: dict[str, bytes], height: int, segments: int, segment_s: float, *, h264: bool
) -> Representation:
    name, size = f"v{height}", int(RATES_BPS[height] * segment_s / 8)
    files[f"{name}/init.mp4"] = init_segment() if h264 else IN_BAND + name.encode()
    for number in range(1, segments + 1):
        tag = f"{name}/{number};".encode()
        tail = box(b"free", tag.ljust(size - len(fragment([IDR])) - 8, b"."))
        plain = fragment([IDR]) + tail if h264 else tag.ljust(size, b".")
        files[f"{name}/{number}.m4s"] = plain
    return _representation(files, name, RATES_BPS[height], segments, height=height)


def _sound(
    files: dict[str, bytes], language: str, segments: int, segment_s: float
) -> AdaptationSet:
    name = f"a-{language}"
    files[f"{name}/init.mp4"] = b"init of " + name.encode()
    for number in range(1, segments + 1):
        size = int(AUDIO_BPS * segment_s / 8)
        files[f"{name}/{number}.m4s"] = f"{name}/{number};".encode().ljust(size, b".")
    return AdaptationSet(
        id=AdaptationSetId(name),
        kind=MediaKind.AUDIO,
        language=language,
        label=f"Sound {language}",
        segment_durations_s=(segment_s,) * segments,
        representations=(_representation(files, name, AUDIO_BPS, segments),),
    )


def _text(files: dict[str, bytes], duration_s: float) -> AdaptationSet:
    files["t-en.vtt"] = b"WEBVTT\n"
    return AdaptationSet(
        id=AdaptationSetId("t-en"),
        kind=MediaKind.SUBTITLE,
        language="en",
        label="Text en",
        segment_durations_s=(duration_s,),
        representations=(
            Representation(
                id=RepresentationId("t-en"),
                codecs="wvtt",
                bandwidth_bps=1,
                average_bandwidth_bps=1,
                segment_path="t-en.vtt",
                segment_bytes=(len(files["t-en.vtt"]),),
            ),
        ),
    )


def _representation(
    files: dict[str, bytes], name: str, rate_bps: int, segments: int, *, height: int = 0
) -> Representation:
    return Representation(
        id=RepresentationId(name),
        codecs="",
        bandwidth_bps=rate_bps,
        average_bandwidth_bps=rate_bps,
        init_path=f"{name}/init.mp4",
        init_bytes=len(files[f"{name}/init.mp4"]),
        segment_path=f"{name}/$Number$.m4s",
        segment_bytes=tuple(len(files[f"{name}/{n + 1}.m4s"]) for n in range(segments)),
        width_px=height * 16 // 9,
        height_px=height,
        channels=0 if height else 2,
    )


@dataclass(slots=True)
class Request:
    """One transfer a :class:`PaperSource` was asked for."""

    path: str
    began_at_s: float
    beside: tuple[str, ...]  # transfers under way at that moment
    ended_at_s: float | None = None
    whole: bool = False
    cancelled: bool = False


class PaperSource:
    """A server behind a link of ``rate_bps``, which every transfer has for itself.

    ``instead`` holds, by path, what to answer instead, once each: an error or other bytes.
    While ``away`` nothing answers.
    """

    def __init__(
        self, files: dict[str, bytes], *, rate_bps: float = 8e6, ttfb_s: float = 0.02
    ) -> None:
        self.files, self.rate_bps, self.ttfb_s = files, rate_bps, ttfb_s
        self.requests: list[Request] = []
        self.instead: dict[str, list[bytes | PlayerError]] = {}
        self.away = False

    @property
    def segments(self) -> list[str]:
        """Media segments in the order they were asked for."""
        return [request.path for request in self.requests if request.path.endswith(".m4s")]

    async def read(self, path: str, on_start: Callable[[Progress], None] | None = None) -> Body:
        """The file at ``path``, in its own time."""
        under_way = tuple(r.path for r in self.requests if r.ended_at_s is None)
        request = Request(path, now_s(), under_way)
        self.requests.append(request)
        try:
            body = await self._transfer(path, request, on_start)
        except asyncio.CancelledError:
            request.cancelled = True
            raise
        finally:
            request.ended_at_s = now_s()
        request.whole = True
        return body

    async def _transfer(
        self, path: str, request: Request, on_start: Callable[[Progress], None] | None
    ) -> Body:
        progress = Progress(request.began_at_s)
        if on_start is not None:
            on_start(progress)
        await asyncio.sleep(self.ttfb_s)
        if self.away:
            raise SourceUnreachable("The server does not answer.", detail=path)
        answer = self.instead[path].pop(0) if self.instead.get(path) else self.files[path]
        if isinstance(answer, PlayerError):
            raise answer
        progress.first_byte_at_s = now_s()
        while progress.received_bytes < len(answer):
            left = len(answer) - progress.received_bytes
            part = min(left, max(1, int(self.rate_bps / 8 * 0.05)))
            await asyncio.sleep(part * 8 / self.rate_bps)
            if self.away:
                raise SourceUnreachable("The connection broke.", detail=path)
            progress.received_bytes += part
        return Body(
            data=answer,
            ttfb_s=progress.first_byte_at_s - request.began_at_s,
            duration_s=now_s() - request.began_at_s,
            finished_at_s=now_s(),
        )

    async def close(self) -> None:
        """There is nothing to release."""


def always(*choice: str) -> AbrEngine:
    """An engine whose rule names representations by segment, the last one for all that follow."""

    def rule(context: DecisionContext) -> SwitchRequest:
        wished = choice[min(context.segment_index, len(choice) - 1)]
        return SwitchRequest(
            representation=context.adaptation_set.representation(RepresentationId(wished)),
            reason=Reason.PLAN,
            rule="as_told",
            because="a test says so",
        )

    return AbrEngine(rule)


@dataclass(slots=True)
class Listener:
    """A fetch listener that remembers."""

    decisions: list[tuple[DecisionContext, Decision]] = field(default_factory=list)
    records: list[SegmentRecord] = field(default_factory=list)
    waits: list[PlayerError | None] = field(default_factory=list)
    failures: list[PlayerError] = field(default_factory=list)

    def decided(self, context: DecisionContext, decision: Decision) -> None:
        self.decisions.append((context, decision))

    def fetched(self, record: SegmentRecord) -> None:
        self.records.append(record)

    def waiting(self, error: PlayerError | None) -> None:
        self.waits.append(error)

    def failed(self, error: PlayerError) -> None:
        self.failures.append(error)


class PaperEngine:
    """A media engine that remembers what it was told and says what a test wants."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.closed = False
        self._listener: Callable[[EngineEvent], None] = lambda _: None

    def names(self) -> list[str]:
        """The calls by name, in order."""
        return [call[0] for call in self.calls]

    def last(self, name: str) -> Any:
        """What the last call of that name was given."""
        return next(call[1] for call in reversed(self.calls) if call[0] == name)

    async def say(self, *events: EngineEvent) -> None:
        """Tell ``events`` and let them be heard."""
        for event in events:
            self._listener(event)
            await settle()

    def listen(self, listener: Callable[[EngineEvent], None]) -> None:
        self._listener = listener

    def load(
        self,
        url: str,
        *,
        start_s: float,
        paused: bool,
        subtitles: tuple[SubtitleSource, ...],
        audio_index: int | None,
        subtitle_id: str | None,
    ) -> None:
        given = {
            "url": url,
            "start_s": start_s,
            "paused": paused,
            "subtitles": subtitles,
            "audio_index": audio_index,
            "subtitle_id": subtitle_id,
        }
        self.calls.append(("load", given))

    def stop(self) -> None:
        self.calls.append(("stop", None))

    def set_paused(self, paused: bool) -> None:
        self.calls.append(("set_paused", paused))

    def seek(self, position_s: float) -> None:
        self.calls.append(("seek", position_s))

    def set_speed(self, speed: float) -> None:
        self.calls.append(("set_speed", speed))

    def set_volume(self, percent: float) -> None:
        self.calls.append(("set_volume", percent))

    def set_muted(self, muted: bool) -> None:
        self.calls.append(("set_muted", muted))

    def select_audio(self, index: int) -> None:
        self.calls.append(("select_audio", index))

    def select_subtitle(self, subtitle_id: str | None) -> None:
        self.calls.append(("select_subtitle", subtitle_id))

    def close(self) -> None:
        self.closed = True


class PaperGrants:
    """Leave to play any title; ``refusals`` are given first, one for each request."""

    def __init__(self, **terms: Any) -> None:
        self.terms = terms
        self.refusals: list[PlayerError] = []
        self.requested: list[str] = []
        self.released: list[str] = []
        self.delay_s = 0.0

    async def request(self, title_id: str) -> Grant:
        """Leave to play, as session ``s1``, ``s2`` and so on."""
        await asyncio.sleep(self.delay_s)
        if self.refusals:
            raise self.refusals.pop(0)
        self.requested.append(title_id)
        values = {
            "session_id": f"s{len(self.requested)}",
            "title_id": title_id,
            "name": f"The {title_id}",
            "media_url": f"http://server/{title_id}/{len(self.requested)}/",
            **self.terms,
        }
        return Grant(**values)

    async def release(self, session_id: str) -> None:
        """Take it back."""
        self.released.append(session_id)
