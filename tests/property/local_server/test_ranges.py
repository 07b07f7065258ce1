"""Range headers against the simplest model there is: a slice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from local_server.edge.ranges import ByteRange, Unsatisfiable, parse_range

SIZES = st.integers(0, 50)
NUMBERS = st.integers(0, 60)


def cut(content: bytes, header: str) -> bytes | None:
    """What an answer would hold; ``None`` for nothing."""
    parsed = parse_range(header, len(content))
    if parsed is None:
        return content
    if isinstance(parsed, Unsatisfiable):
        return None
    assert parsed.count >= 1
    assert 0 <= parsed.start <= parsed.start + parsed.count <= len(content)
    return content[parsed.start : parsed.start + parsed.count]


@given(SIZES, NUMBERS, NUMBERS)
def test_first_to_last(size: int, first: int, last: int) -> None:
    content = bytes(range(size))
    expected = content if last < first else content[first : last + 1] or None
    assert cut(content, f"bytes={first}-{last}") == expected


@given(SIZES, NUMBERS)
def test_from_first(size: int, first: int) -> None:
    content = bytes(range(size))
    assert cut(content, f"bytes={first}-") == (content[first:] or None)


@given(SIZES, NUMBERS)
def test_the_last_bytes(size: int, count: int) -> None:
    content = bytes(range(size))
    expected = content[max(0, size - count) :] if count else b""
    assert cut(content, f"bytes=-{count}") == (expected or None)


@given(st.text(max_size=30), SIZES)
def test_any_text_gives_an_answer(header: str, size: int) -> None:
    cut(bytes(range(size)), header)


@given(st.from_regex(r"bytes=[0-9]{0,25}-[0-9]{0,25}", fullmatch=True), SIZES)
def test_huge_numbers(header: str, size: int) -> None:
    cut(bytes(range(size)), header)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=5), SIZES)
def test_several_ranges_are_ignored(ranges: list[tuple[int, int]], size: int) -> None:
    header = "bytes=" + ",".join(f"{a}-{b}" for a, b in ranges)
    assert parse_range(header, size) is None


def test_a_range_is_never_empty() -> None:
    assert parse_range("bytes=0-", 1) == ByteRange(0, 1)
    assert parse_range("bytes=0-", 0) == Unsatisfiable()
