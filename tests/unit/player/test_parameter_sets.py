"""Segments of different representations become playable behind one init segment."""

from __future__ import annotations

import io
import itertools
import struct
from collections.abc import Iterable

import av
import pytest

from abr.media import Representation
from player.parameter_sets import FragmentError, parameter_sets, with_parameter_sets
from tests.helpers.boxes import (
    DELIMITER,
    DELTA,
    IDR,
    PPS,
    SEI,
    SPS,
    avcc,
    box,
    fragment,
    full,
    init_segment,
    samples_of,
    unit,
)
from tests.helpers.small_film import RATE, SEGMENT_S, SEGMENTS, SmallFilm, small_film

SETS = unit(SPS) + unit(PPS)


@pytest.fixture(scope="module")
def film() -> SmallFilm:
    return small_film()


def decoded(data: bytes) -> list[tuple[float, int]]:
    """Time and height of every picture; decoding stops for no error unseen."""
    with av.open(io.BytesIO(data), "r") as container:
        stream = container.streams.video[0]
        stream.codec_context.options = {"err_detect": "explode"}
        stream.thread_type = "NONE"
        return [(float(frame.time or 0.0), frame.height) for frame in container.decode(stream)]


def timeline(film: SmallFilm, choice: Iterable[Representation]) -> bytes:
    """The film as the engine gets it: the highest init segment, then segments as chosen."""
    segments = [
        with_parameter_sets(film.segment(r, index), parameter_sets(film.init(r)))
        for index, r in enumerate(choice)
    ]
    return film.init(film.video.representations[-1]) + b"".join(segments)


@pytest.mark.parametrize("first", [0, 1])
def test_every_switch_is_decoded_to_the_frame(film: SmallFilm, first: int) -> None:
    ladder = film.video.representations
    choice = [ladder[(first + n) % 2] for n in range(SEGMENTS)]

    pictures = decoded(timeline(film, choice))

    per_segment = RATE * SEGMENT_S
    assert [height for _, height in pictures] == [
        r.height_px for r in choice for _ in range(per_segment)
    ]
    times = [time_s for time_s, _ in pictures]
    assert times == pytest.approx([times[0] + n / RATE for n in range(per_segment * SEGMENTS)])


def test_without_parameter_sets_a_switch_does_not_decode(film: SmallFilm) -> None:
    low, high = film.video.representations
    data = film.init(high) + film.segment(high, 0) + film.segment(low, 1)

    try:
        heights = {height for _, height in decoded(data)}
    except av.FFmpegError:
        return
    assert heights == {high.height_px}


def test_what_comes_out_of_a_real_segment_is_the_same_pictures(film: SmallFilm) -> None:
    low, _ = film.video.representations
    sets = parameter_sets(film.init(low))
    plain = film.segment(low, 2)

    grown = with_parameter_sets(plain, sets)

    before, after = samples_of(plain)[0], samples_of(grown)[0]
    assert after[0].replace(sets, b"", 1) == before[0]
    assert after[1:] == before[1:]
    assert len(grown) + plain_sidx_bytes(plain) == len(plain) + len(sets)


def plain_sidx_bytes(segment: bytes) -> int:
    """Length of a segment's index, which is left out."""
    at = segment.find(b"sidx")
    return int(struct.unpack_from(">I", segment, at - 4)[0]) if at > 0 else 0


def test_parameter_sets_are_read_out_of_the_init_segment() -> None:
    assert parameter_sets(init_segment()) == SETS


def test_all_of_several_parameter_sets_are_read_in_order() -> None:
    other = b"\x68\xff"
    init = init_segment(b"avc3", box(b"pasp", bytes(8)), box(b"avcC", avcc((SPS, SPS), (other,))))

    assert parameter_sets(init) == unit(SPS) * 2 + unit(other)


def test_codecs_with_sets_in_band_need_none() -> None:
    assert parameter_sets(init_segment(b"vp09", box(b"vpcC", bytes(12)))) == b""


@pytest.mark.parametrize(
    ("init", "why"),
    [
        (b"", "no box"),
        (b"\0\0\0", "cut off"),
        (fragment([IDR]), "no box b'moov'"),
        (init_segment()[:-20], "impossible size"),
        (init_segment(b"avc1", box(b"avcC", avcc(lengths=2))), "not of 4 bytes"),
        (init_segment(b"avc1", box(b"avcC", avcc()[:9])), "cut off"),
        (init_segment(b"avc1", box(b"avcC", b"")), "cut off"),
        (init_segment(b"avc1", box(b"free")), "no box b'avcC'"),
    ],
)
def test_what_is_no_init_segment_is_told(init: bytes, why: str) -> None:
    with pytest.raises(FragmentError, match=why):
        parameter_sets(init)


def test_sets_go_before_every_idr_picture_and_nowhere_else() -> None:
    samples = [IDR, DELTA, DELTA, SEI + IDR, DELTA]

    out = with_parameter_sets(fragment(samples), SETS)

    assert samples_of(out) == [[SETS + IDR, DELTA, DELTA, SETS + SEI + IDR, DELTA]]


def test_a_picture_of_several_slices_gets_one_copy() -> None:
    out = with_parameter_sets(fragment([IDR + IDR, DELTA + IDR]), SETS)

    assert samples_of(out) == [[SETS + IDR + IDR, DELTA + IDR]]


def test_an_access_unit_delimiter_stays_first() -> None:
    out = with_parameter_sets(fragment([DELIMITER + IDR, DELIMITER + DELTA]), SETS)

    assert samples_of(out) == [[DELIMITER + SETS + IDR, DELIMITER + DELTA]]


def test_a_delimiter_longer_than_its_sample_loses_nothing() -> None:
    broken = struct.pack(">I", 500) + b"\x09\xf0"
    plain = fragment([broken + IDR])

    assert samples_of(with_parameter_sets(plain, SETS)) == samples_of(plain)


def test_a_single_sample_is_enough() -> None:
    assert samples_of(with_parameter_sets(fragment([IDR]), SETS)) == [[SETS + IDR]]


def test_a_fragment_without_idr_pictures_keeps_its_samples() -> None:
    plain = fragment([DELTA, DELTA])

    assert samples_of(with_parameter_sets(plain, SETS)) == samples_of(plain)


@pytest.mark.parametrize("gap", [b"", b"between the runs"])
def test_every_run_of_a_fragment_is_found_again(gap: bytes) -> None:
    runs = ([IDR, DELTA], [DELTA], [IDR, IDR])

    out = with_parameter_sets(fragment(*runs, gap=gap), SETS)

    assert samples_of(out) == [[SETS + IDR, DELTA], [DELTA], [SETS + IDR, SETS + IDR]]


@pytest.mark.parametrize("extras", [False, True])
def test_a_default_size_becomes_a_size_for_each_sample(*, extras: bool) -> None:
    delta = DELTA + bytes(len(IDR) - len(DELTA))
    plain = fragment([IDR, delta], [IDR], default_size=len(IDR), extras=extras)

    assert samples_of(with_parameter_sets(plain, SETS)) == [[SETS + IDR, delta], [SETS + IDR]]


def test_a_long_mdat_header_stays_long() -> None:
    out = with_parameter_sets(fragment([IDR, DELTA], long_mdat=True), SETS)

    assert samples_of(out) == [[SETS + IDR, DELTA]]
    at = out.index(b"mdat") - 4
    assert struct.unpack_from(">I4sQ", out, at) == (1, b"mdat", len(out) - at)


def test_an_index_is_left_out_and_other_boxes_stay() -> None:
    head, tail = box(b"styp", b"msdh"), box(b"free", b"tail")
    plain = head + fragment([IDR], index=True) + tail

    out = with_parameter_sets(plain, SETS)

    assert out.startswith(head)
    assert out.endswith(tail)
    assert b"sidx" not in out
    assert samples_of(out) == [[SETS + IDR]]


def test_without_sets_a_segment_passes_as_it_is() -> None:
    assert with_parameter_sets(b"anything", b"") == b"anything"


@pytest.mark.parametrize(
    ("segment", "why"),
    [
        (b"", "no moof"),
        (box(b"mdat", IDR), "no moof"),
        (box(b"mdat", IDR) + fragment([IDR])[: fragment([IDR]).index(b"mdat") - 4], "no moof"),
        (fragment([IDR])[:-1], "impossible size"),
        (box(b"moof", full(b"mfhd", 0, bytes(4))) + box(b"mdat"), "no box b'traf'"),
        (fragment([IDR]).replace(b"tfhd", b"free"), "no box b'tfhd'"),
        (fragment([IDR], default_size=len(IDR) + 1), "outside mdat"),
        (fragment([IDR], [DELTA], gap=b"")[:-9], "impossible size"),
    ],
)
def test_what_is_no_fragment_is_told(segment: bytes, why: str) -> None:
    with pytest.raises(FragmentError, match=why):
        with_parameter_sets(segment, SETS)


def _changed(segment: bytes, at: int, value: int) -> bytes:
    data = bytearray(segment)
    struct.pack_into(">I", data, at, value)
    return bytes(data)


def test_runs_that_overlap_are_told() -> None:
    plain = fragment([IDR], [DELTA])
    second = plain.index(b"trun", plain.index(b"trun") + 4)
    first_offset = struct.unpack_from(">I", plain, plain.index(b"trun") + 12)[0]

    with pytest.raises(FragmentError, match="overlap"):
        with_parameter_sets(_changed(plain, second + 12, first_offset), SETS)


def test_a_run_of_more_samples_than_it_has_rows_is_told() -> None:
    plain = fragment([IDR])

    with pytest.raises(FragmentError, match="cut off"):
        with_parameter_sets(_changed(plain, plain.index(b"trun") + 8, 2**31), SETS)


def test_sizes_stated_nowhere_are_told() -> None:
    plain = fragment([IDR], default_size=len(IDR), extras=False)
    flags = plain.index(b"tfhd") + 4

    with pytest.raises(FragmentError, match="sizes of the samples"):
        with_parameter_sets(_changed(plain, flags, 0x20008), SETS)


def test_samples_of_no_bytes_cannot_be_stated_without_end() -> None:
    runs = [[b""]] * 300
    plain = fragment(*runs, default_size=0, extras=False)
    at = 0
    while (at := plain.find(b"trun", at + 1)) > 0:
        plain = _changed(plain, at + 8, len(plain))

    with pytest.raises(FragmentError, match="more samples"):
        with_parameter_sets(plain, SETS)


def test_every_length_of_a_cut_off_segment_is_told(film: SmallFilm) -> None:
    plain, sets = film.segment(film.video.representations[0], 0), SETS
    ends = itertools.chain(range(400), range(400, len(plain), 997))

    for end in ends:
        with pytest.raises(FragmentError):
            with_parameter_sets(plain[:end], sets)
