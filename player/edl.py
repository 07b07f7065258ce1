"""A presentation as a timeline libmpv can open: its EDL format with DASH fragments.

``edl://`` with ``!mp4_dash`` (mpv's ``DOCS/edl-mpv.rst``) opens every segment by itself behind a
shared init segment. Seeking is mpv's own and exact; an HLS playlist of fMP4 segments would be
the obvious choice, but FFmpeg before 7.1 keeps reading the fragment it was in after a seek.
"""

from __future__ import annotations

from abr.media import AdaptationSet, MediaKind, Presentation
from player.engine import SubtitleSource


def timeline(presentation: Presentation, base_url: str) -> str:
    """The address to load: video first, then every audio set as a stream of its own.

    An audio set is read once it is selected.
    """
    sets = [entry for entry in presentation.adaptation_sets if entry.kind is not MediaKind.SUBTITLE]
    sets.sort(key=lambda entry: entry.kind is not MediaKind.VIDEO)
    return "edl://" + ";!new_stream;".join(_stream(entry, base_url) for entry in sets)


def subtitle_sources(presentation: Presentation, base_url: str) -> tuple[SubtitleSource, ...]:
    """The subtitle files to load beside it."""
    return tuple(
        SubtitleSource(
            id=entry.id,
            url=f"{base_url}/{entry.id}/subtitle.vtt",
            language=entry.language,
            label=entry.label,
        )
        for entry in presentation.of_kind(MediaKind.SUBTITLE)
    )


def _stream(entry: AdaptationSet, base_url: str) -> str:
    parts = [f"!mp4_dash,init={_quoted(f'{base_url}/{entry.id}/init.mp4')}"]
    if entry.kind is MediaKind.AUDIO:
        parts.append(f"!track_meta,lang={_quoted(entry.language)},title={_quoted(entry.label)}")
    parts += [
        f"{_quoted(f'{base_url}/{entry.id}/{index}.m4s')},length={duration_s:.6f}"
        for index, duration_s in enumerate(entry.segment_durations_s)
    ]
    return ";".join(parts)


def _quoted(text: str) -> str:
    """EDL's own quoting: the number of bytes, then the bytes."""
    return f"%{len(text.encode())}%{text}"
