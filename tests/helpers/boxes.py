"""MP4 boxes made by hand: init segments and fragments with whatever trait a test wants."""

from __future__ import annotations

import struct
from collections.abc import Sequence

SPS = b"\x67\x42\xc0\x1e\xaa"
PPS = b"\x68\xce\x3c\x80"


def box(kind: bytes, *parts: bytes, long: bool = False) -> bytes:
    """One box; ``long`` for a size of 64 bits."""
    body = b"".join(parts)
    if long:
        return struct.pack(">I4sQ", 1, kind, len(body) + 16) + body
    return struct.pack(">I4s", len(body) + 8, kind) + body


def full(kind: bytes, flags: int, *parts: bytes, version: int = 0) -> bytes:
    """A box with version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def unit(payload: bytes) -> bytes:
    """A NAL unit behind its length of four bytes."""
    return struct.pack(">I", len(payload)) + payload


def avcc(
    sps: Sequence[bytes] = (SPS,), pps: Sequence[bytes] = (PPS,), *, lengths: int = 4
) -> bytes:
    """An AVCDecoderConfigurationRecord."""
    record = bytes([1, 0x42, 0xC0, 0x1E, 0xFC | lengths - 1, 0xE0 | len(sps)])
    record += b"".join(struct.pack(">H", len(s)) + s for s in sps)
    record += bytes([len(pps)]) + b"".join(struct.pack(">H", len(s)) + s for s in pps)
    return record


def init_segment(entry: bytes = b"avc1", *children: bytes) -> bytes:
    """An init segment with one visual sample entry; by default H.264 with ``SPS`` and ``PPS``."""
    inner = children or (box(b"avcC", avcc()),)
    stsd = full(b"stsd", 0, struct.pack(">I", 1), box(entry, bytes(78), *inner))
    minf = box(b"minf", box(b"stbl", stsd))
    trak = box(b"trak", full(b"tkhd", 3, bytes(80)), box(b"mdia", full(b"hdlr", 0), minf))
    return box(b"ftyp", b"iso5\0\0\0\0") + box(b"moov", full(b"mvhd", 0, bytes(96)), trak)


IDR = unit(b"\x65" + b"idr picture")
DELTA = unit(b"\x41" + b"delta")
DELIMITER = unit(b"\x09\xf0")
SEI = unit(b"\x06\x05hello")


def _trun(samples: Sequence[bytes], data_offset: int, *, sizes: bool, extras: bool) -> bytes:
    """``extras``: durations and composition offsets in every row."""
    flags = 0x01 | (0x200 if sizes else 0) | (0x900 if extras else 0)
    rows = b""
    for sample in samples:
        rows += struct.pack(">I", 512) if extras else b""
        rows += struct.pack(">I", len(sample)) if sizes else b""
        rows += struct.pack(">i", 1024) if extras else b""
    return full(b"trun", flags, struct.pack(">Ii", len(samples), data_offset), rows)


def fragment(
    *runs: Sequence[bytes],
    default_size: int | None = None,
    extras: bool = True,
    long_mdat: bool = False,
    index: bool = False,
    gap: bytes = b"",
) -> bytes:
    """A media segment with one ``trun`` per run, ``gap`` between the runs' data.

    With ``default_size`` the samples' sizes stand in ``tfhd`` alone; ``index`` puts a ``sidx``
    in front.
    """
    flags, base = (0x20000, b"") if default_size is None else (0x20018, b"")
    if default_size is not None:
        base = struct.pack(">II", 512, default_size)
    tfhd = full(b"tfhd", flags, struct.pack(">I", 1), base)
    tfdt = full(b"tfdt", 0, struct.pack(">Q", 0), version=1)

    def moof(offsets: Sequence[int]) -> bytes:
        truns = [
            _trun(run, offset, sizes=default_size is None, extras=extras)
            for run, offset in zip(runs, offsets, strict=True)
        ]
        return box(b"moof", full(b"mfhd", 0, bytes(4)), box(b"traf", tfhd, tfdt, *truns))

    at = len(moof([0] * len(runs))) + (16 if long_mdat else 8)
    offsets = []
    for run in runs:
        offsets.append(at)
        at += sum(map(len, run)) + len(gap)
    payload = gap.join(b"".join(run) for run in runs)
    head = full(b"sidx", 0, bytes(24)) if index else b""
    return head + moof(offsets) + box(b"mdat", payload, long=long_mdat)


def samples_of(segment: bytes) -> list[list[bytes]]:
    """The samples of a fragment, run by run, read by the boxes alone.

    A reader of its own, far simpler than any that must survive bad input; understands what
    :func:`fragment` writes once sizes stand in the rows.
    """
    at = segment.index(b"moof") - 4
    moof_start, end = at, at + struct.unpack_from(">I", segment, at)[0]
    runs = []
    at = segment.index(b"trun", at) - 4
    while at < end:
        size, kind, flags, count, offset = struct.unpack_from(">I4sIIi", segment, at)
        assert kind == b"trun"
        assert flags & 0x201 == 0x201
        width = 4 * sum(bool(flags & bit) for bit in (0x100, 0x200, 0x400, 0x800))
        row = at + 20 + (4 if flags & 0x4 else 0) + (4 if flags & 0x100 else 0)
        place, samples = moof_start + offset, []
        for n in range(count):
            (length,) = struct.unpack_from(">I", segment, row + n * width)
            samples.append(segment[place : place + length])
            place += length
        runs.append(samples)
        at += size
    return runs
