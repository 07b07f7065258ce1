"""From the wish to see a title to all that playing it takes: leave, source, presentation."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import stamina

from abr import manifest
from abr.context import Limits
from abr.media import AdaptationSet, AdaptationSetId, MediaKind, Presentation
from player.errors import FilmError, PlayerError, SourceUnreachable
from player.grants import Grant, Grants
from player.snapshot import Snapshot, Track
from player.source import Source
from player.sources.renewing import RenewingSource

_T = TypeVar("_T")

_PATIENCE_S = 30.0  # a server that is just starting answers within this


class Leave:
    """Leave to play a title, asked for again when it lapses, given back at the end.

    Threading: the player's event loop.
    """

    def __init__(self, grants: Grants, grant: Grant) -> None:
        self._grants = grants
        self.grant = grant

    async def renew(self) -> Grant:
        """A fresh grant in place of a lapsed one, whose place on the server becomes free."""
        lapsed, self.grant = self.grant, await self._grants.request(self.grant.title_id)
        if lapsed.session_id != self.grant.session_id:
            await self._release(lapsed)
        return self.grant

    async def release(self) -> None:
        """The playback is over. A server that is away finds out by itself."""
        await self._release(self.grant)

    async def _release(self, grant: Grant) -> None:
        with contextlib.suppress(PlayerError):
            await self._grants.release(grant.session_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A title ready to be played; :meth:`close` is its owner's duty."""

    leave: Leave
    source: Source
    presentation: Presentation

    async def close(self) -> None:
        """Give everything back."""
        await self.leave.release()
        await self.source.close()


def spoken_in(presentation: Presentation, language: str | None) -> Presentation:
    """``presentation`` beginning with the sound of ``language``, if it has that."""
    audio = _of_language(presentation.of_kind(MediaKind.AUDIO), language)
    if audio is None:
        return presentation
    return replace(
        presentation,
        adaptation_sets=tuple(
            replace(entry, default=entry.id == audio.id) if entry.kind is MediaKind.AUDIO else entry
            for entry in presentation.adaptation_sets
        ),
    )


def first_snapshot(opened: Opened, limits: Limits, base: Snapshot, start_s: float) -> Snapshot:
    """What is known of a title before its first picture, over what ``base`` says already."""
    presentation, video = opened.presentation, opened.presentation.video
    audio = presentation.default_audio
    ladder = video.representations if video else ()
    return replace(
        base,
        name=opened.leave.grant.name,
        position_s=start_s,
        duration_s=presentation.duration_s,
        audio_tracks=tuple(map(_track, presentation.of_kind(MediaKind.AUDIO))),
        audio=audio.id if audio else None,
        subtitle=_first_subtitle(opened, base),
        subtitle_tracks=tuple(map(_track, presentation.of_kind(MediaKind.SUBTITLE))),
        ladder=ladder,
        allowed=tuple(r.id for r in limits.allowed(ladder)) if ladder else (),
    )


def _first_subtitle(opened: Opened, base: Snapshot) -> AdaptationSetId | None:
    grant = opened.leave.grant
    if grant.subtitles_shown is None:
        return base.subtitle
    sets = opened.presentation.of_kind(MediaKind.SUBTITLE)
    found = _of_language(sets, grant.subtitle_language) if grant.subtitles_shown else None
    return found.id if found else None


def _of_language(sets: Sequence[AdaptationSet], language: str | None) -> AdaptationSet | None:
    """The set of that language, if need be of another region's, if need be none."""
    if language is None:
        return None
    wanted = language.casefold()
    told = [(entry.language.casefold(), entry) for entry in sets]
    exact = [entry for tag, entry in told if tag == wanted]
    near = [entry for tag, entry in told if tag.split("-")[0] == wanted.split("-")[0]]
    return next(iter([*exact, *near]), None)


def _track(entry: AdaptationSet) -> Track:
    channels = entry.representations[-1].channels
    return Track(id=entry.id, language=entry.language, label=entry.label, channels=channels)


async def open_title(
    grants: Grants,
    open_source: Callable[[str], Source],
    title_id: str,
    known: Callable[[str], Presentation | None] = lambda _: None,
) -> Opened:
    """Ask for leave and read the manifest, unless it is ``known`` by its presentation's id.

    A presentation never changes once it is published. Keeps nothing when it fails.

    Raises :class:`~player.errors.PlayerError` when the title cannot be played.
    """
    leave = Leave(grants, await _patiently(lambda: grants.request(title_id)))

    async def renew() -> Source:
        return open_source((await leave.renew()).media_url)

    try:
        source = RenewingSource(open_source(leave.grant.media_url), renew)
        try:
            presentation = known(leave.grant.presentation_id)
            if presentation is None:
                body = await _patiently(lambda: source.read(leave.grant.manifest_path))
                presentation = presentation_of(body.data)
        except BaseException:
            await source.close()
            raise
    except BaseException:
        await leave.release()
        raise
    presentation = spoken_in(presentation, leave.grant.audio_language)
    return Opened(leave=leave, source=source, presentation=presentation)


async def _patiently(work: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    """Try for a while: the server may be starting up."""
    async for attempt in stamina.retry_context(
        on=SourceUnreachable, attempts=None, timeout=_PATIENCE_S, wait_max=1.0
    ):
        with attempt:
            return await work()
    raise AssertionError  # the loop above returns or raises


def presentation_of(manifest_text: bytes) -> Presentation:
    """The presentation of a manifest; raises :class:`~player.errors.FilmError`."""
    try:
        return manifest.load(manifest_text)
    except manifest.ManifestError as error:
        raise FilmError(
            "This film cannot be played.",
            detail=f"Its manifest is damaged: {error}.",
            hint="Prepare the title again on the server.",
        ) from error
