"""Our manifest: a :class:`~abr.media.Presentation` as JSON, sizes of every segment included.

HLS and DASH manifests leave the size of a segment to be guessed from a bandwidth; ours states it,
so that a decision can weigh the bytes it will really fetch.
"""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

from abr.media import (
    AdaptationSet,
    AdaptationSetId,
    MediaKind,
    Presentation,
    PresentationId,
    Representation,
    RepresentationId,
)

FORMAT = "matinee-manifest"
VERSION = 1
FILE_NAME = "manifest.json"


class ManifestError(ValueError):
    """The text is not a manifest this version can play; the message says where it fails."""


def dump(presentation: Presentation) -> str:
    """Manifest text of ``presentation``; :func:`load` reads it back equal."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "id": presentation.id,
        "duration_s": presentation.duration_s,
        "adaptation_sets": [_dump_set(entry) for entry in presentation.adaptation_sets],
    }
    return json.dumps(document, indent=1, ensure_ascii=False)


def load(text: str | bytes) -> Presentation:
    """Read a manifest.

    Raises :class:`ManifestError` for anything that is not one: wrong format, newer version, a
    missing or misshapen field, ladders out of order, or sets whose segments do not line up.
    """
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise ManifestError(f"not a {FORMAT}: format is {document['format']!r}")
        if document["version"] > VERSION:
            raise ManifestError(f"version {document['version']} is newer than {VERSION}")
        presentation = Presentation(
            id=PresentationId(str(document["id"])),
            duration_s=float(document["duration_s"]),
            adaptation_sets=tuple(_load_set(entry) for entry in document["adaptation_sets"]),
        )
    except ManifestError:
        raise
    except KeyError as error:
        raise ManifestError(f"field {error} is missing") from error
    except (TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ManifestError(f"not a manifest: {error}") from error
    _check(presentation)
    return presentation


def _dump_set(entry: AdaptationSet) -> dict[str, Any]:
    return {
        "id": entry.id,
        "kind": str(entry.kind),
        "language": entry.language,
        "label": entry.label,
        "default": entry.default,
        "frame_rate": str(entry.frame_rate),
        "segment_durations_s": list(entry.segment_durations_s),
        "representations": [
            {
                "id": r.id,
                "codecs": r.codecs,
                "bandwidth_bps": r.bandwidth_bps,
                "average_bandwidth_bps": r.average_bandwidth_bps,
                "init_path": r.init_path,
                "init_bytes": r.init_bytes,
                "segment_path": r.segment_path,
                "segment_bytes": list(r.segment_bytes),
                "segment_vmaf": list(r.segment_vmaf),
                "width_px": r.width_px,
                "height_px": r.height_px,
                "channels": r.channels,
                "sample_rate_hz": r.sample_rate_hz,
            }
            for r in entry.representations
        ],
    }


def _load_set(entry: dict[str, Any]) -> AdaptationSet:
    return AdaptationSet(
        id=AdaptationSetId(str(entry["id"])),
        kind=MediaKind(entry["kind"]),
        language=str(entry["language"]),
        label=str(entry["label"]),
        default=bool(entry["default"]),
        frame_rate=Fraction(entry["frame_rate"]),
        segment_durations_s=tuple(float(value) for value in entry["segment_durations_s"]),
        representations=tuple(_load_representation(r) for r in entry["representations"]),
    )


def _load_representation(r: dict[str, Any]) -> Representation:
    return Representation(
        id=RepresentationId(str(r["id"])),
        codecs=str(r["codecs"]),
        bandwidth_bps=int(r["bandwidth_bps"]),
        average_bandwidth_bps=int(r["average_bandwidth_bps"]),
        init_path=str(r["init_path"]),
        init_bytes=int(r["init_bytes"]),
        segment_path=str(r["segment_path"]),
        segment_bytes=tuple(int(value) for value in r["segment_bytes"]),
        segment_vmaf=tuple(float(value) for value in r["segment_vmaf"]),
        width_px=int(r["width_px"]),
        height_px=int(r["height_px"]),
        channels=int(r["channels"]),
        sample_rate_hz=int(r["sample_rate_hz"]),
    )


def _check(presentation: Presentation) -> None:
    """What every reader relies on, checked once."""
    if not presentation.adaptation_sets:
        raise ManifestError("no adaptation set")
    if not math.isfinite(presentation.duration_s) or presentation.duration_s <= 0:
        raise ManifestError(f"duration {presentation.duration_s} s")
    for entry in presentation.adaptation_sets:
        count = len(entry.segment_durations_s)
        if not count or not entry.representations:
            raise ManifestError(f"adaptation set {entry.id!r} is empty")
        if not all(math.isfinite(d) and d > 0 for d in entry.segment_durations_s):
            raise ManifestError(f"adaptation set {entry.id!r} has a segment of no duration")
        bandwidths = [r.bandwidth_bps for r in entry.representations]
        if bandwidths != sorted(bandwidths):
            raise ManifestError(f"adaptation set {entry.id!r} does not ascend in bandwidth")
        for r in entry.representations:
            if len(r.segment_bytes) != count or len(r.segment_vmaf) not in (0, count):
                raise ManifestError(f"representation {r.id!r} does not have {count} segments")
            if min(r.segment_bytes) <= 0:
                raise ManifestError(f"representation {r.id!r} has an empty segment")
            if not all(math.isfinite(score) for score in r.segment_vmaf):
                raise ManifestError(f"representation {r.id!r} has a VMAF that is no number")
            if any(not _inside(path) for path in (r.init_path, r.segment_path)):
                raise ManifestError(f"representation {r.id!r} points outside its folder")


def _inside(path: str) -> bool:
    parts = path.replace("\\", "/").split("/")  # a client on Windows would follow either
    return not path.startswith(("/", "\\")) and ":" not in path and ".." not in parts
