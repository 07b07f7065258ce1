"""A film as evaluations of adaptive streaming describe it: segment sizes, and nothing to look at.

The JSON form common to published simulators: ``segment_duration_ms``, ``bitrates_kbps`` ascending
and ``segment_sizes_bits`` by segment and bitrate; ``vmaf`` in the same shape where it is known.
"""

from __future__ import annotations

import json
import math
from typing import Any

from abr import manifest
from abr.media import AdaptationSet, AdaptationSetId, MediaKind, Representation, RepresentationId


class MovieError(ValueError):
    """The text describes no film; the message says why."""


def load(text: str | bytes, *, segments: int | None = None) -> AdaptationSet:
    """The video of a film from its sizes, or of one of our own manifests.

    ``segments``: no more than the first so many. Raises :class:`MovieError`.
    """
    try:
        document = json.loads(text)
        if not isinstance(document, dict):
            raise MovieError("not a film: it needs segment_sizes_bits")
        if document.get("format") == manifest.FORMAT:
            return _first(_of_manifest(text), segments)
        return _first(_of_sizes(document), segments)
    except KeyError as error:
        raise MovieError(f"field {error} is missing") from error
    except MovieError:
        raise
    except (TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise MovieError(f"not a film: {error}") from error


def _of_manifest(text: str | bytes) -> AdaptationSet:
    video = manifest.load(text).video
    if video is None:
        raise MovieError("the manifest has no video")
    return video


def _of_sizes(document: dict[str, Any]) -> AdaptationSet:
    duration_s = float(document["segment_duration_ms"]) / 1000
    rates_bps = [round(float(rate) * 1000) for rate in document["bitrates_kbps"]]
    sizes = [[round(float(bits) / 8) for bits in row] for row in document["segment_sizes_bits"]]
    vmaf = [[float(score) for score in row] for row in document.get("vmaf", ())]
    if not (math.isfinite(duration_s) and duration_s > 0 and rates_bps and sizes):
        raise MovieError("it has no segments, or they have no length")
    if rates_bps != sorted(rates_bps) or rates_bps[0] <= 0:
        raise MovieError("bitrates_kbps does not ascend")
    if any(len(row) != len(rates_bps) or min(row) <= 0 for row in sizes):
        raise MovieError("segment_sizes_bits needs one size per segment and bitrate")
    if vmaf and (len(vmaf) != len(sizes) or any(len(row) != len(rates_bps) for row in vmaf)):
        raise MovieError("vmaf needs one score per segment and bitrate")
    return AdaptationSet(
        id=AdaptationSetId("video"),
        kind=MediaKind.VIDEO,
        segment_durations_s=(duration_s,) * len(sizes),
        representations=tuple(
            Representation(
                id=RepresentationId(f"{rate_bps // 1000}k"),
                codecs="",
                bandwidth_bps=rate_bps,
                average_bandwidth_bps=rate_bps,
                segment_path="",
                segment_bytes=tuple(row[rung] for row in sizes),
                segment_vmaf=tuple(row[rung] for row in vmaf),
            )
            for rung, rate_bps in enumerate(rates_bps)
        ),
    )


def _first(film: AdaptationSet, segments: int | None) -> AdaptationSet:
    if segments is None:
        return film
    if segments < 1:
        raise MovieError("at least one segment is needed")
    return AdaptationSet(
        id=film.id,
        kind=film.kind,
        segment_durations_s=film.segment_durations_s[:segments],
        representations=tuple(
            Representation(
                id=r.id,
                codecs=r.codecs,
                bandwidth_bps=r.bandwidth_bps,
                average_bandwidth_bps=r.average_bandwidth_bps,
                segment_path=r.segment_path,
                segment_bytes=r.segment_bytes[:segments],
                segment_vmaf=r.segment_vmaf[:segments],
                width_px=r.width_px,
                height_px=r.height_px,
            )
            for r in film.representations
        ),
    )
