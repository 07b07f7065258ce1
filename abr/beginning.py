"""What the first picture of a title needs: the same choice its playback will make."""

from __future__ import annotations

from dataclasses import replace

from abr.context import DecisionContext, Limits, Phase, ThroughputEstimate
from abr.engine import AbrEngine
from abr.media import AdaptationSet, Presentation, Representation
from abr.prefetch import WHOLE, Piece

COVER_S = 2.0  # film a media engine wants to see ahead before it shows the first picture
LEAST_REST_S = 0.5  # before the end of the film: later than this nothing starts


def start_position_s(wished_s: float, duration_s: float) -> float:
    """Where playback starts: the wish, held to the film."""
    return min(max(0.0, wished_s), max(0.0, duration_s - LEAST_REST_S))


def left_for_video(
    estimate: ThroughputEstimate | None, audio: AdaptationSet | None, speed: float = 1.0
) -> ThroughputEstimate | None:
    """What the network carries for video: the measured rate less what audio takes of it."""
    if estimate is None or audio is None:
        return estimate
    audio_bps = audio.representations[-1].average_bandwidth_bps * speed
    share = max(0.1, 1 - audio_bps / estimate.throughput_bps)
    return replace(
        estimate,
        throughput_bps=estimate.throughput_bps * share,
        low_bps=estimate.low_bps * share,
        high_bps=estimate.high_bps * share,
    )


def pieces_of_start(
    presentation: Presentation,
    position_s: float,
    *,
    abr: AbrEngine,
    limits: Limits,
    max_buffer_s: float,
) -> tuple[Piece, ...]:
    """Init segments and first segments of picture and default sound, in the order of their use.

    ``abr`` is an engine as a playback would begin with.
    """
    found: dict[Piece, None] = {}
    video, audio = presentation.video, presentation.default_audio
    # Decoding begins with a key frame, and a media engine reads sound from that moment on, too.
    key_s = video.segment_starts_s[video.segment_at(position_s)] if video else position_s
    for entry in (video, audio):
        if entry is None:
            continue
        chosen = entry.representations[-1]
        found[_init(entry, chosen)] = None  # that of the timeline, whatever is chosen
        if entry is video:
            context = _context(
                entry, audio, position_s, abr=abr, limits=limits, max_buffer_s=max_buffer_s
            )
            chosen = abr.decide(context).representation
            found[_init(entry, chosen)] = None
        for index in _indexes(entry, min(key_s, position_s), position_s + COVER_S):
            found[_segment(entry, chosen, index)] = None
    return tuple(found)


def _indexes(entry: AdaptationSet, start_s: float, end_s: float) -> range:
    return range(entry.segment_at(start_s), entry.segment_at(end_s) + 1)


def _init(entry: AdaptationSet, representation: Representation) -> Piece:
    return Piece(
        set_id=entry.id,
        representation_id=representation.id,
        index=WHOLE,
        size_bytes=representation.init_bytes,
    )


def _segment(entry: AdaptationSet, representation: Representation, index: int) -> Piece:
    return Piece(
        set_id=entry.id,
        representation_id=representation.id,
        index=index,
        size_bytes=representation.segment_bytes[index],
    )


def _context(
    video: AdaptationSet,
    audio: AdaptationSet | None,
    position_s: float,
    *,
    abr: AbrEngine,
    limits: Limits,
    max_buffer_s: float,
) -> DecisionContext:
    return DecisionContext(
        now_s=0.0,
        adaptation_set=video,
        segment_index=video.segment_at(position_s),
        buffer_level_s=0.0,
        max_buffer_s=max_buffer_s,
        phase=Phase.STARTUP,
        previous=None,
        estimate=left_for_video(abr.estimate, audio),
        limits=limits,
    )
