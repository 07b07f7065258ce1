"""Whatever arrives: a segment that plays, or a FragmentError; nothing else, and soon."""

from __future__ import annotations

import contextlib

from hypothesis import example, given
from hypothesis import strategies as st

from player.parameter_sets import FragmentError, parameter_sets, with_parameter_sets
from tests.helpers.boxes import (
    DELIMITER,
    DELTA,
    IDR,
    PPS,
    SEI,
    SPS,
    fragment,
    init_segment,
    samples_of,
    unit,
)

SETS = unit(SPS) + unit(PPS)

samples = st.lists(
    st.lists(st.sampled_from([IDR, DELTA, SEI, DELIMITER, b""]), max_size=3).map(b"".join),
    min_size=1,
    max_size=6,
)
fragments = st.builds(
    lambda runs, **traits: fragment(*runs, **traits),
    st.lists(samples, min_size=1, max_size=3),
    extras=st.booleans(),
    long_mdat=st.booleans(),
    index=st.booleans(),
    gap=st.sampled_from([b"", b"gap"]),
)


@st.composite
def mutilated(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """Cut, flipped, overwritten or doubled somewhere."""
    data = bytearray(draw(whole))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        match draw(st.integers(0, 3)):
            case 0:
                del data[at:]
            case 1:
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case 2:
                data[at : at + 4] = draw(st.sampled_from([bytes(4), b"\xff" * 4, b"\0\0\0\1"]))
            case _:
                data[at:at] = data[at : at + draw(st.integers(0, 40))]
    return bytes(data)


@given(mutilated(fragments))
@example(fragment([IDR]).replace(b"traf", b"moof"))
def test_a_mutilated_segment_is_rewritten_or_refused(data: bytes) -> None:
    with contextlib.suppress(FragmentError):
        out = with_parameter_sets(data, SETS)
        assert len(out) < 60 * (len(data) + len(SETS))


@given(mutilated(st.just(init_segment())))
def test_a_mutilated_init_segment_is_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(FragmentError):
        assert len(parameter_sets(data)) <= 3 * len(data)


@given(st.binary(max_size=200))
def test_noise_is_refused(data: bytes) -> None:
    with contextlib.suppress(FragmentError):
        parameter_sets(data)
    with contextlib.suppress(FragmentError):
        with_parameter_sets(data, SETS)


@given(fragments)
def test_a_sound_segment_keeps_every_sample_in_its_place(data: bytes) -> None:
    before = [sample for run in samples_of(data) for sample in run]

    after = [sample for run in samples_of(with_parameter_sets(data, SETS)) for sample in run]

    assert [sample.replace(SETS, b"", 1) for sample in after] == before
    for sample in after:
        assert (SETS in sample) == (IDR in sample and DELTA not in sample.partition(IDR)[0])
