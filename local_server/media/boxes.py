"""Reading the few ISO base media boxes (ISO/IEC 14496-12) that say where a segment lies in time.

Only files we packaged ourselves are read; anything unexpected is a ``ValueError``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"mvex"})
_DURATION, _SIZE, _FLAGS, _OFFSET = 0x100, 0x200, 0x400, 0x800  # trun, per sample
_DATA_OFFSET, _FIRST_FLAGS = 0x1, 0x4  # trun, once
_TFHD_OPTIONAL = ((0x1, 8), (0x2, 4))  # base data offset, description index
_TFHD_DURATION = 0x8


@dataclass(frozen=True, slots=True, kw_only=True)
class InitSegment:
    """What an init segment says. ``media_offset`` is where the edit list starts, in ticks."""

    timescale: int
    media_offset: int
    default_duration: int
    codecs: str
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentTimes:
    """Where a media segment lies, in ticks of its track, before the edit list is applied.

    ``presentation`` has one entry per sample, in decoding order.
    """

    decode_start: int
    durations: tuple[int, ...]
    presentation: tuple[int, ...]


def walk(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, bytes]]:
    """Type and payload of each box, containers before what they hold."""
    position, limit = start, len(data) if end is None else end
    while position + 8 <= limit:
        size, kind = struct.unpack_from(">I4s", data, position)
        header = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, position + 8)
            header = 16
        size = size or limit - position
        if size < header or position + size > limit:
            raise ValueError(f"box {kind!r} does not fit")
        yield kind, data[position + header : position + size]
        if kind in _CONTAINERS or kind in (b"moof", b"traf"):
            yield from walk(data, position + header, position + size)
        position += size


def read_init(data: bytes) -> InitSegment:
    """Read an init segment of one track."""
    found = {kind: payload for kind, payload in walk(data) if kind != b"trak"}
    mdhd = found[b"mdhd"]
    (timescale,) = struct.unpack_from(">I", mdhd, 20 if mdhd[0] else 12)
    (default_duration,) = struct.unpack_from(">I", found[b"trex"], 12)
    codecs, width_px, height_px = _sample_entry(found[b"stsd"])
    return InitSegment(
        timescale=timescale,
        media_offset=_media_offset(found.get(b"elst")),
        default_duration=default_duration,
        codecs=codecs,
        width_px=width_px,
        height_px=height_px,
    )


def _media_offset(elst: bytes | None) -> int:
    if elst is None or not struct.unpack_from(">I", elst, 4)[0]:
        return 0
    layout, at = (">q", 16) if elst[0] else (">i", 12)
    (offset,) = struct.unpack_from(layout, elst, at)
    return max(0, int(offset))


def _sample_entry(stsd: bytes) -> tuple[str, int, int]:
    kind = stsd[12:16]
    if kind == b"avc1":
        width_px, height_px = struct.unpack_from(">HH", stsd, 8 + 32)
        at = stsd.index(b"avcC") + 4
        return f"avc1.{stsd[at + 1 : at + 4].hex()}", width_px, height_px
    if kind == b"mp4a":
        return "mp4a.40.2", 0, 0
    raise ValueError(f"sample entry {kind!r}")


def read_segment(data: bytes, init: InitSegment) -> SegmentTimes:
    """Read a media segment of one fragment."""
    found = dict(walk(data))
    tfdt = found[b"tfdt"]
    (decode_start,) = struct.unpack_from(">Q" if tfdt[0] else ">I", tfdt, 4)
    durations, offsets = _samples(found[b"trun"], _default_duration(found[b"tfhd"], init))
    times, clock = [], decode_start
    for duration, offset in zip(durations, offsets, strict=True):
        times.append(clock + offset)
        clock += duration
    return SegmentTimes(
        decode_start=decode_start, durations=tuple(durations), presentation=tuple(times)
    )


def _default_duration(tfhd: bytes, init: InitSegment) -> int:
    (flags,) = struct.unpack_from(">I", tfhd, 0)
    if not flags & _TFHD_DURATION:
        return init.default_duration
    at = 8 + sum(size for flag, size in _TFHD_OPTIONAL if flags & flag)
    return int(struct.unpack_from(">I", tfhd, at)[0])


def _samples(trun: bytes, default_duration: int) -> tuple[list[int], list[int]]:
    flags, count = struct.unpack_from(">II", trun, 0)
    at = 8 + 4 * bool(flags & _DATA_OFFSET) + 4 * bool(flags & _FIRST_FLAGS)
    durations, offsets = [], []
    for _ in range(count):
        duration, offset = default_duration, 0
        if flags & _DURATION:
            (duration,) = struct.unpack_from(">I", trun, at)
            at += 4
        at += 4 * bool(flags & _SIZE) + 4 * bool(flags & _FLAGS)
        if flags & _OFFSET:
            (offset,) = struct.unpack_from(">i", trun, at)
            at += 4
        durations.append(duration)
        offsets.append(offset)
    return durations, offsets


def sample_count(path: Path) -> int:
    """Samples of the first track of a plain MP4 file; 0 for a file without samples."""
    for kind, payload in walk(path.read_bytes()):
        if kind == b"stsz":
            return int(struct.unpack_from(">I", payload, 8)[0])
    return 0
