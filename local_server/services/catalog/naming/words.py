"""Words and numerals of several languages that names count with, as pieces of patterns."""

from __future__ import annotations

EDGE = r"(?<![^\W_])"
"""No letter or digit in front."""
END = r"(?![^\W_])"
"""No letter or digit behind."""

SEASON_WORD = (
    r"(?:seasons?|series|staffel|saison|temporada|stagione|seizoen|sezon(?:ul|a)?|sezóna|"
    r"sæson|säsong|sesong|seasong|kausi|évad|сезон|シーズン|시즌)"
)
EPISODE_WORD = (
    r"(?:episodes?|episodio|episódio|épisodes?|episod|epizoda|epizod|episodi|jakso|folge|teil|"
    r"cap[ií]tulos?|cap|odcinek|afsnit|avsnitt|aflevering|afl|díl|серия|эпизод|выпуск|eps?)"
)
CJK_EPISODE = "[話话集回화회]"

SPELT = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
CJK_NUMERALS = "一二三四五六七八九十"


def cjk_number(text: str) -> int:
    """A number in digits, or one of the ten numerals."""
    return CJK_NUMERALS.index(text) + 1 if text in CJK_NUMERALS else int(text)
