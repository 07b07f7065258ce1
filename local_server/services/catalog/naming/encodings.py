"""Small text files of any age, as text."""

from __future__ import annotations

import codecs

TEXT_MAX_BYTES = 1 << 20  # more than any note beside a film; the rest is not looked at
KANA_MIN_SHARE = 0.3  # of all that is not ASCII; Chinese and Korean have none

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as UTF-16's mark does, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What files beside films come in; any other guess on a few bytes is more often wrong than right.
_LIKELY = ["cp1252", "cp1251", "cp1250", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr",
           "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "latin_1"]  # fmt: skip


def decode_text(data: bytes) -> str:
    """``data`` as text: by its mark, as UTF-8 or -16, else in the encoding that reads best.

    Never raises; without any sense to it every byte is a character of Latin-1.
    """
    data = data[:TEXT_MAX_BYTES]
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    try:
        return (data if b"\0" not in data else b"\xff").decode("utf-8")
    except UnicodeDecodeError:
        return _unmarked_utf16(data) or _japanese(data) or _guessed(data)


def _unmarked_utf16(data: bytes) -> str | None:
    """Text of which every other byte is nought, as text in Latin letters is in UTF-16."""
    if len(data) < 4 or b"\0" not in data:
        return None
    zeros = data[:200:2].count(0), data[1:200:2].count(0)
    encoding = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    return data[: len(data) // 2 * 2].decode(encoding, errors="replace")


def _japanese(data: bytes) -> str | None:
    """Text full of kana: the guesser takes their regular bytes for noise, or for Korean."""
    for encoding in ("shift_jis", "euc_jp"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        foreign = [character for character in text if not character.isascii()]
        kana = sum("\u3041" <= character <= "\u30fe" for character in foreign)
        if kana >= KANA_MIN_SHARE * len(foreign):
            return text
    return None


def _guessed(data: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - a tenth of a second, seldom needed

    best = from_bytes(data, cp_isolation=_LIKELY, enable_fallback=False).best()
    return str(best) if best is not None else data.decode("latin-1")
