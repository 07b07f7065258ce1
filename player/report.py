"""The playback report: everything measured and decided in one playback, as plain JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from abr.context import ThroughputEstimate
from abr.media import AdaptationSet, Presentation
from abr.qoe import PlayedSegment, Qoe, QoeModel, Utility
from player.recorder import Recorder
from player.records import DecisionRecord, SegmentRecord

FORMAT, VERSION = "matinee-playback-report", 1


def build(presentation: Presentation, recorder: Recorder, *, name: str) -> dict[str, Any]:
    """The report of a playback.

    Times ``*_at_s`` count from the wish to play; positions are seconds of film. ``qoe`` follows
    Yin et al., SIGCOMM 2015, in the linear and the logarithmic utility. A segment marked
    ``replaced`` was fetched again, as another one ``replaces`` says, before it was shown;
    ``wasted_bytes`` came over the network and were never shown.
    """
    began_at_s = recorder.began_at_s
    video = presentation.video
    rebuffers = recorder.rebuffers
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": name,
        "presentation": presentation.id,
        "duration_s": presentation.duration_s,
        "position_s": recorder.last_position_s,
        "segment_duration_s": video.segment_durations_s[0] if video else None,
        "startup_s": recorder.startup_s,
        "rebuffers": [
            {
                "position_s": r.position_s,
                "at_s": r.began_at_s - began_at_s,
                "length_s": r.length_s,
            }
            for r in rebuffers
        ],
        "decisions": [_decision(r, began_at_s) for r in recorder.decisions],
        "segments": _segments(recorder.segments, began_at_s),
        "wasted_bytes": _wasted_bytes(recorder.segments),
        "mpv_switches": [
            {
                "position_s": s.position_s,
                "width_px": s.width_px,
                "height_px": s.height_px,
                "at_s": s.at_s - began_at_s,
            }
            for s in recorder.switches
        ],
        "decode_errors": len(recorder.decode_errors),
        "decode_error_texts": recorder.decode_errors[:20],
        "dropped_frames": recorder.dropped_frames,
        "ladder": [
            {
                "id": r.id,
                "bandwidth_bps": r.bandwidth_bps,
                "average_bandwidth_bps": r.average_bandwidth_bps,
                "width_px": r.width_px,
                "height_px": r.height_px,
            }
            for r in (video.representations if video else ())
        ],
        "qoe": {str(u): _qoe(video, recorder, u) for u in (Utility.LIN, Utility.LOG)}
        if video
        else {},
    }


def _decision(record: DecisionRecord, began_at_s: float) -> dict[str, Any]:
    context, decision = record.context, record.decision
    limits = context.limits
    return {
        "at_s": context.now_s - began_at_s,
        "segment_index": context.segment_index,
        "position_s": context.adaptation_set.segment_starts_s[context.segment_index],
        "representation": decision.representation.id,
        "height_px": decision.representation.height_px,
        "reason": str(decision.reason),
        "rule": decision.rule,
        "explanation": decision.explanation,
        "considered": [
            {"representation": c.representation_id, "score": c.score, "note": c.note}
            for c in decision.considered
        ],
        "context": {
            "buffer_level_s": context.buffer_level_s,
            "max_buffer_s": context.max_buffer_s,
            "phase": str(context.phase),
            "previous": context.previous,
            "estimate": _estimate(context.estimate),
            "playback_speed": context.playback_speed,
            "limits": {
                "max_height_px": limits.max_height_px,
                "screen_height_px": limits.screen_height_px,
                "max_bandwidth_bps": limits.max_bandwidth_bps,
                "too_heavy": limits.too_heavy,
                "fixed": limits.fixed,
            },
        },
    }


def _estimate(estimate: ThroughputEstimate | None) -> dict[str, float] | None:
    if estimate is None:
        return None
    return {
        "throughput_bps": estimate.throughput_bps,
        "low_bps": estimate.low_bps,
        "high_bps": estimate.high_bps,
        "ttfb_s": estimate.ttfb_s,
        "samples": estimate.samples,
    }


def _segments(records: Sequence[SegmentRecord], began_at_s: float) -> list[dict[str, Any]]:
    replaced = _replaced(records)
    return [
        _segment(record, began_at_s) | {"replaced": number in replaced}
        for number, record in enumerate(records)
    ]


def _wasted_bytes(records: Sequence[SegmentRecord]) -> int:
    replaced = _replaced(records)
    return sum(
        record.received_bytes
        for number, record in enumerate(records)
        if (record.abandoned or number in replaced) and not record.from_store
    )


def _segment(record: SegmentRecord, began_at_s: float) -> dict[str, Any]:
    return {
        "set": record.set_id,
        "index": record.index,
        "representation": record.representation.id,
        "height_px": record.representation.height_px,
        "bytes": record.received_bytes,
        "at_s": record.finished_at_s - began_at_s,
        "ttfb_s": record.ttfb_s,
        "duration_s": record.duration_s,
        "throughput_bps": record.throughput_bps,
        "buffer_level_s": record.buffer_level_s,
        "from_store": record.from_store,
        "abandoned": record.abandoned,
        "replaces": record.replaces,
    }


def _replaced(records: Sequence[SegmentRecord]) -> set[int]:
    """Which of the records, by number, another one took the place of."""
    last: dict[tuple[str, int], int] = {}
    replaced = set()
    for number, record in enumerate(records):
        if record.abandoned:
            continue
        segment = (record.set_id, record.index)
        if record.replaces is not None and segment in last:
            replaced.add(last[segment])
        last[segment] = number
    return replaced


def played_segments(video: AdaptationSet, recorder: Recorder) -> list[PlayedSegment]:
    """The video segments as they were shown, each with the stalls that fell into it."""
    stalls_s = [0.0] * len(recorder.seen)
    for rebuffer in recorder.rebuffers:
        place = _waited_for(video, recorder, rebuffer.position_s)
        if place is not None:
            stalls_s[place] += rebuffer.length_s
    return [
        PlayedSegment(representation=representation, index=index, stall_s=stall_s)
        for (index, representation), stall_s in zip(recorder.seen, stalls_s, strict=True)
    ]


def _waited_for(video: AdaptationSet, recorder: Recorder, position_s: float) -> int | None:
    """Which of the segments seen a stall at ``position_s`` belongs to; ``None``: none was seen.

    The engine runs dry on the last frame before the segment it waits for. One that never came
    leaves the stall with the last segment seen.
    """
    within = video.segment_at(position_s)
    waited_for = video.segment_at(position_s + video.segment_durations_s[within] / 2)
    indexes = [index for index, _ in recorder.seen]
    if waited_for in indexes:
        return indexes.index(waited_for)
    return len(indexes) - 1 if indexes else None


def _qoe(video: AdaptationSet, recorder: Recorder, utility: Utility) -> dict[str, float | int]:
    model = QoeModel.of(video.representations, utility)
    score: Qoe = model.score(played_segments(video, recorder), startup_s=recorder.startup_s or 0.0)
    return {
        "per_segment": score.per_segment,
        "total": score.total,
        "segments": score.segments,
        "quality": score.quality,
        "rebuffer_penalty": score.rebuffer_penalty,
        "startup_penalty": score.startup_penalty,
        "switch_penalty": score.switch_penalty,
        "rebuffer_s": score.rebuffer_s,
        "switches": score.switches,
    }
