"""Make segments of different representations playable behind one init segment.

The media engine opens a timeline with one init segment, whatever representation each of its
segments comes from. H.264 keeps a representation's SPS and PPS out of band in its own init
segment (sample entry ``avc1``, ISO/IEC 14496-15); this module copies them in band, in front of
every IDR picture of a fragment, where every decoder accepts them. Every one and not the first
alone, because a seek may enter a segment at a later one.

Boxes are those of ISO/IEC 14496-12; fragments are CMAF (ISO/IEC 23000-19): one ``traf`` with one
or more ``trun``, data in the ``mdat`` that follows.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass

_VISUAL_SAMPLE_ENTRY_BYTES = 78  # fields of VisualSampleEntry before its child boxes
_TRUN_DATA_OFFSET = 0x000001
_TRUN_FIRST_FLAGS = 0x000004
_TRUN_PER_SAMPLE = (0x000100, 0x000200, 0x000400, 0x000800)  # duration, size, flags, cts
_TRUN_DURATION = 0x000100
_TRUN_SIZE = 0x000200
_TFHD_DEFAULT_SIZE = 0x000010
_TFHD_BEFORE_SIZE = ((0x000001, 8), (0x000002, 4), (0x000008, 4))  # optional fields, in order
_NAL_IDR = 5
_NAL_ACCESS_UNIT_DELIMITER = 9


class FragmentError(ValueError):
    """Not an init segment or fragment this module can rewrite; the message says why."""


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int  # of the header
    body: int  # of the payload
    end: int


def _boxes(data: bytes, start: int, end: int) -> Iterator[_Box]:
    while start < end:
        if end - start < 8:
            raise FragmentError("a box is cut off")
        size, kind = struct.unpack_from(">I4s", data, start)
        body = start + 8
        if size == 1:
            if end - start < 16:
                raise FragmentError("a box is cut off")
            (size,) = struct.unpack_from(">Q", data, body)
            body += 8
        elif size == 0:
            size = end - start
        if size < body - start or start + size > end:
            raise FragmentError(f"box {kind!r} has an impossible size")
        yield _Box(kind, start, body, start + size)
        start += size


def _find(data: bytes, path: tuple[bytes, ...], start: int, end: int) -> _Box:
    for box in _boxes(data, start, end):
        if box.kind == path[0]:
            return box if len(path) == 1 else _find(data, path[1:], box.body, box.end)
    raise FragmentError(f"no box {path[0]!r}")


def parameter_sets(init_segment: bytes) -> bytes:
    """SPS and PPS of an H.264 init segment, each with a 4-byte length in front.

    Empty when the sample entry is not ``avc1``/``avc3`` (VP9 and AV1 carry theirs in band).
    Raises :class:`FragmentError` for anything that is no init segment.
    """
    path = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
    stsd = _find(init_segment, path, 0, len(init_segment))
    entry = next(_boxes(init_segment, stsd.body + 8, stsd.end), None)
    if entry is None:
        raise FragmentError("no sample entry")
    if entry.kind not in (b"avc1", b"avc3"):
        return b""
    children = entry.body + _VISUAL_SAMPLE_ENTRY_BYTES
    avcc = _find(init_segment, (b"avcC",), children, entry.end)
    return _sets_of(init_segment[avcc.body : avcc.end])


def _sets_of(record: bytes) -> bytes:
    """Parameter sets of an AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1)."""
    try:
        if (record[4] & 3) + 1 != 4:
            raise FragmentError("NAL lengths are not of 4 bytes")
        out, at = bytearray(), 5
        for mask in (0x1F, 0xFF):  # SPS, then PPS
            count = record[at] & mask
            at += 1
            for _ in range(count):
                (length,) = struct.unpack_from(">H", record, at)
                unit = record[at + 2 : at + 2 + length]
                if len(unit) != length:
                    raise FragmentError("a parameter set is cut off")
                out += struct.pack(">I", length) + unit
                at += 2 + length
    except (IndexError, struct.error) as error:
        raise FragmentError("the avcC box is cut off") from error
    return bytes(out)


def with_parameter_sets(segment: bytes, sets: bytes) -> bytes:
    """``segment`` with ``sets`` (from :func:`parameter_sets`) before each of its IDR pictures.

    ``mdat`` and the samples' sizes in ``trun`` grow accordingly; everything else stays as it was.
    An index (``sidx``) is left out: its sizes would be wrong, and no player of whole segments
    reads it. Raises :class:`FragmentError` for a malformed segment.
    """
    if not sets:
        return segment
    top = list(_boxes(segment, 0, len(segment)))
    moof = next((box for box in top if box.kind == b"moof"), None)
    mdat = next((box for box in top if box.kind == b"mdat"), None)
    if moof is None or mdat is None or mdat.start < moof.start:
        raise FragmentError("no moof with an mdat behind it")
    try:
        runs = _runs(segment, moof)
        before = b"".join(
            segment[b.start : b.end] for b in top if b.end <= moof.start and b.kind != b"sidx"
        )
        return before + _rewritten(segment, moof, mdat, runs, sets)
    except struct.error as error:
        raise FragmentError("the moof box is cut off") from error


@dataclass(frozen=True, slots=True)
class _Run:
    """One ``trun``: where its rows begin, and where in the segment its samples lie."""

    box: _Box
    flags: int
    rows_at: int
    data_at: int
    sizes: tuple[int, ...]


def _runs(segment: bytes, moof: _Box) -> list[_Run]:
    traf = _find(segment, (b"traf",), moof.body, moof.end)
    default = _default_size(segment, _find(segment, (b"tfhd",), traf.body, traf.end))
    truns = [b for b in _boxes(segment, traf.body, traf.end) if b.kind == b"trun"]
    runs: list[_Run] = []
    samples = 0
    for box in truns:
        run = _run(segment, box, moof.start, default)
        samples += len(run.sizes)
        if samples > len(segment):  # a few bytes could ask for hours of work
            raise FragmentError("more samples are stated than there are bytes")
        runs.append(run)
    if any(a.data_at + sum(a.sizes) > b.data_at for a, b in itertools.pairwise(runs)):
        raise FragmentError("the fragment's runs overlap")
    return runs


def _default_size(segment: bytes, tfhd: _Box) -> int | None:
    flags = int.from_bytes(segment[tfhd.body + 1 : tfhd.body + 4])
    if not flags & _TFHD_DEFAULT_SIZE:
        return None
    at = tfhd.body + 8 + sum(size for flag, size in _TFHD_BEFORE_SIZE if flags & flag)
    return int(struct.unpack_from(">I", segment, at)[0])


def _run(segment: bytes, box: _Box, moof_start: int, default_size: int | None) -> _Run:
    flags = int.from_bytes(segment[box.body + 1 : box.body + 4])
    (count,) = struct.unpack_from(">I", segment, box.body + 4)
    if not flags & _TRUN_DATA_OFFSET:
        raise FragmentError("the fragment's run has no data offset")
    (offset,) = struct.unpack_from(">i", segment, box.body + 8)
    rows_at = box.body + 12 + (4 if flags & _TRUN_FIRST_FLAGS else 0)
    width = 4 * sum(bool(flags & flag) for flag in _TRUN_PER_SAMPLE)
    if rows_at + count * width > box.end or count > len(segment):
        raise FragmentError("the fragment's run is cut off")
    sizes: tuple[int, ...]
    if flags & _TRUN_SIZE:
        size_at = rows_at + (4 if flags & _TRUN_DURATION else 0)
        sizes = tuple(
            struct.unpack_from(">I", segment, size_at + n * width)[0] for n in range(count)
        )
    elif default_size is not None:
        sizes = (default_size,) * count
    else:
        raise FragmentError("the sizes of the samples are not stated in the fragment")
    return _Run(box, flags, rows_at, moof_start + offset, sizes)


def _rewritten(segment: bytes, moof: _Box, mdat: _Box, runs: list[_Run], sets: bytes) -> bytes:
    """The moof and all behind it, with ``sets`` in front of every IDR picture."""
    inserts: list[int] = []  # places in the old segment, ascending
    sizes: list[list[int]] = []
    for run in runs:
        at, grown = run.data_at, []
        for size in run.sizes:
            if not mdat.body <= at <= at + size <= mdat.end:
                raise FragmentError("a sample lies outside mdat")
            place = _before_idr(segment, at, at + size)
            if place is not None:
                inserts.append(place)
            grown.append(size + (len(sets) if place is not None else 0))
            at += size
        sizes.append(grown)
    offsets = [sum(place < run.data_at for place in inserts) * len(sets) for run in runs]
    new_moof = _grown_moof(segment, moof, list(zip(runs, sizes, offsets, strict=True)))
    payload = mdat.end - mdat.body + len(inserts) * len(sets)
    parts = [new_moof, segment[moof.end : mdat.start], _mdat_header(mdat, payload)]
    at = mdat.body
    for place in inserts:
        parts += [segment[at:place], sets]
        at = place
    return b"".join([*parts, segment[at:]])


def _mdat_header(mdat: _Box, payload: int) -> bytes:
    """A header as long as the old one, so that data offsets need not move for it."""
    if mdat.body - mdat.start == 16:
        return struct.pack(">I4sQ", 1, b"mdat", payload + 16)
    return struct.pack(">I4s", payload + 8, b"mdat")


def _before_idr(segment: bytes, at: int, end: int) -> int | None:
    """Where parameter sets belong in a sample; ``None`` when it is no IDR picture.

    An access unit delimiter stays first (H.264, 7.4.1.2.3).
    """
    place = at
    while end - at > 4:
        length = int.from_bytes(segment[at : at + 4])
        kind = segment[at + 4] & 0x1F
        if kind == _NAL_ACCESS_UNIT_DELIMITER:
            place = at + 4 + length
        elif kind <= _NAL_IDR:  # 1 to 5 are coded slices: the first one tells the picture's kind
            return min(place, end) if kind == _NAL_IDR else None
        at += 4 + length
    return None


def _grown_moof(segment: bytes, moof: _Box, runs: list[tuple[_Run, list[int], int]]) -> bytes:
    """The moof with each run's new sample sizes; its data has moved by the run's third entry."""
    rows = sum(4 * len(run.sizes) for run, _, _ in runs if not run.flags & _TRUN_SIZE)
    out, at = bytearray(), moof.start
    for run, sizes, moved in runs:
        out += segment[at : run.box.start]
        out += _new_trun(segment, run, sizes, run.data_at - moof.start + rows + moved)
        at = run.box.end
    out += segment[at : moof.end]
    traf = _find(segment, (b"traf",), moof.body, moof.end)
    struct.pack_into(">I", out, 0, moof.end - moof.start + rows)
    struct.pack_into(">I", out, traf.start - moof.start, traf.end - traf.start + rows)
    return bytes(out)


def _new_trun(segment: bytes, run: _Run, sizes: list[int], data_offset: int) -> bytes:
    before = 4 if run.flags & _TRUN_DURATION else 0
    width = 4 * sum(bool(run.flags & flag) for flag in _TRUN_PER_SAMPLE)
    old_size = 4 if run.flags & _TRUN_SIZE else 0
    out = bytearray(segment[run.box.start : run.rows_at])
    for n, size in enumerate(sizes):
        row = segment[run.rows_at + n * width : run.rows_at + (n + 1) * width]
        out += row[:before] + struct.pack(">I", size) + row[before + old_size :]
    out[9:12] = (run.flags | _TRUN_SIZE).to_bytes(3)
    struct.pack_into(">i", out, 16, data_offset)
    struct.pack_into(">I", out, 0, len(out))
    return bytes(out)
