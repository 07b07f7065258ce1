"""An init segment without its edit list: nothing else of it changes."""

from __future__ import annotations

import struct

import pytest

from player.priming import without_edit_list


def box(kind: bytes, *children: bytes) -> bytes:
    body = b"".join(children)
    return struct.pack(">I4s", len(body) + 8, kind) + body


ELST = box(b"elst", struct.pack(">IIIiI", 0, 1, 0, 1024, 0x10000))
TRACK = box(b"trak", box(b"tkhd", bytes(20)), box(b"edts", ELST), box(b"mdia", b"edts"))
INIT = box(b"ftyp", b"cmf2edts") + box(b"moov", box(b"mvhd", bytes(9)), TRACK)


def test_the_edit_list_becomes_free_space() -> None:
    free = INIT.replace(box(b"edts", ELST), box(b"free", ELST))

    assert free != INIT
    assert without_edit_list(INIT) == free
    assert without_edit_list(free) == free


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"moov",
        box(b"moov"),
        box(b"moov", box(b"trak")),
        box(b"ftyp"),
        struct.pack(">I4s", 4, b"moov"),
        struct.pack(">I4s", 900, b"moov") + bytes(20),
        INIT[:-4],
    ],
)
def test_what_has_none_stays_as_it_is(data: bytes) -> None:
    assert without_edit_list(data) == data
