import struct

import pytest

from local_server.media.boxes import InitSegment, read_segment, walk

INIT = InitSegment(
    timescale=1000, media_offset=0, default_duration=40, codecs="", width_px=0, height_px=0
)


def box(kind: bytes, *parts: bytes) -> bytes:
    payload = b"".join(parts)
    return struct.pack(">I4s", 8 + len(payload), kind) + payload


def fragment(tfhd: bytes, trun: bytes) -> bytes:
    tfdt = box(b"tfdt", struct.pack(">IQ", 1 << 24, 4000))
    return box(b"moof", box(b"traf", box(b"tfhd", tfhd), tfdt, box(b"trun", trun)))


def test_samples_fall_back_to_the_defaults_of_the_track() -> None:
    trun = struct.pack(">II", 0, 3)
    times = read_segment(fragment(struct.pack(">II", 0, 1), trun), INIT)
    assert times.decode_start == 4000
    assert times.durations == (40, 40, 40)
    assert times.presentation == (4000, 4040, 4080)


def test_the_fragments_own_default_comes_before_the_tracks() -> None:
    tfhd = struct.pack(">IIII", 0x2 | 0x8, 1, 1, 20)
    assert read_segment(fragment(tfhd, struct.pack(">II", 0, 2)), INIT).durations == (20, 20)


def test_samples_may_each_say_duration_size_and_offset() -> None:
    flags = 0x1 | 0x4 | 0x100 | 0x200 | 0x800
    trun = struct.pack(">IIiI", flags, 2, 100, 0)
    trun += struct.pack(">IIiIIi", 10, 999, 5, 30, 999, -5)
    times = read_segment(fragment(struct.pack(">II", 0, 1), trun), INIT)
    assert times.durations == (10, 30)
    assert times.presentation == (4005, 4005)


@pytest.mark.parametrize(
    "data", [struct.pack(">I4s", 100, b"moof"), struct.pack(">I4s", 4, b"moof") + b"1234"]
)
def test_a_box_that_does_not_fit_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        list(walk(data))
