"""Sound that goes on across segments: what an encoder's lead-in does to each of them.

An AAC encoder puts a frame in front that is not meant to be heard, and an edit list (ISO/IEC
14496-12, 8.6.6) says so. The media engine opens every segment by itself behind the init segment,
and would leave out the first frame of each: a gap of a fiftieth of a second every four seconds,
in which the picture, which follows the sound, jumps ahead. Without the edit list all frames are
heard; the sound of the whole film then comes one such frame later, which is less than anyone
notices (ITU-R BT.1359-1: 45 ms early to 125 ms late).
"""

from __future__ import annotations

import struct

_WAY = (b"moov", b"trak")
_LIST, _NOTHING = b"edts", b"free"


def without_edit_list(init_segment: bytes) -> bytes:
    """The init segment of a sound with its edit list made free space; else as it was."""
    start, end = 0, len(init_segment)
    for kind in _WAY:
        found = _find(init_segment, kind, start, end)
        if found is None:
            return init_segment
        start, end = found[0] + 8, found[1]
    found = _find(init_segment, _LIST, start, end)
    if found is None:
        return init_segment
    at = found[0] + 4
    return init_segment[:at] + _NOTHING + init_segment[at + 4 :]


def _find(data: bytes, kind: bytes, start: int, end: int) -> tuple[int, int] | None:
    """Where the first box of that kind between ``start`` and ``end`` begins and ends."""
    while start + 8 <= end:
        size, found = struct.unpack_from(">I4s", data, start)
        if size < 8 or start + size > end:
            return None
        if found == kind:
            return start, start + size
        start += size
    return None
