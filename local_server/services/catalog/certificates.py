"""What the certificates of film boards mean, in years of age. Pure.

From the boards' own tables: MPA (United States, film), TV Parental Guidelines (United States,
television), FSK (Germany), BBFC (United Kingdom), CNC (France). Advice such as PG counts as the
age from which a child may watch alone.
"""

from __future__ import annotations

import re

AGE_MAX = 21

_MPA = {"g": 0, "pg": 10, "pg-13": 13, "r": 17, "nc-17": 18, "x": 18, "m": 10, "gp": 10}
_US_TV = {"tv-y": 0, "tv-y7": 7, "tv-y7-fv": 7, "tv-g": 0, "tv-pg": 10, "tv-14": 14, "tv-ma": 17}
_BBFC = {"u": 0, "uc": 0, "pg": 8, "12a": 12, "12": 12, "15": 15, "18": 18, "r18": 18}
_FSK = {"0": 0, "6": 6, "12": 12, "16": 16, "18": 18, "o.al.": 0, "o.a.": 0}
_CNC = {"u": 0, "tp": 0, "tous publics": 0, "10": 10, "12": 12, "16": 16, "18": 18}

_BY_COUNTRY: dict[str, dict[str, int]] = {
    "US": _MPA | _US_TV,
    "GB": _BBFC,
    "UK": _BBFC,
    "DE": _FSK,
    "FR": _CNC,
}
# What no other board of those above uses with another meaning.
_ANYWHERE = _MPA | _US_TV | {"12a": 12, "r18": 18, "u": 0, "uc": 0, "tp": 0, "tous publics": 0}
_ANYWHERE |= {"o.al.": 0, "o.a.": 0, "all": 0, "approved": 0, "passed": 0}
_BOARDS = {"fsk": "DE", "bbfc": "GB", "mpaa": "US", "mpa": "US", "cnc": "FR"}

_COUNTRY = re.compile(r"^(?P<country>[a-z]{2,3})\s*[:/]\s*(?P<rest>.+)$")
_BOARD = re.compile(r"^(?P<board>fsk|bbfc|mpaa?|cnc)[\s:_-]*(?P<rest>.+)$")
_LEADING = re.compile(r"^(?:rated|rating|certificate|ab|from|freigegeben ab)[\s:]+")
_TRAILING = re.compile(r"\s+(?:for|due to|\().*$")
_AGE = re.compile(r"^[+-]?(?P<age>\d{1,2})\s*(?:\+|years?|jahren?|ans|a)?$")
_COUNTRIES = {"usa": "US", "gbr": "GB", "deu": "DE", "ger": "DE", "fra": "FR"}


def min_age(certificate: str, *, region: str | None = None) -> int | None:
    """From which age a title with this certificate is suitable; ``None`` when nobody knows.

    ``region`` is the country whose board is meant when the text names none. Several certificates
    are separated by ``/``: that of the region counts, else the first that is known.
    """
    text = " ".join(certificate.casefold().split())[:200]
    pieces = [piece.strip() for piece in text.split(" / ")] if " / " in text else [text]
    if region is not None:
        own = [piece for piece in pieces if _country(piece) == region]
        pieces = own + pieces
    ages = (_one(piece, region) for piece in pieces)
    return next((age for age in ages if age is not None), None)


def _country(text: str) -> str | None:
    match = _COUNTRY.match(text)
    return _COUNTRIES.get(match["country"], match["country"].upper()) if match else None


def _one(text: str, region: str | None) -> int | None:
    country = _country(text)
    if country is not None:
        text = _COUNTRY.sub(r"\g<rest>", text)
    text = _LEADING.sub("", text)
    board = _BOARD.match(text)
    if board is not None:
        country, text = _BOARDS[board["board"]], board["rest"]
        text = _LEADING.sub("", text)
    text = _TRAILING.sub("", text).strip()
    for table in (_BY_COUNTRY.get(country or region or ""), None if country else _ANYWHERE):
        if table is not None and text in table:
            return table[text]
    match = _AGE.match(text)
    age = int(match["age"]) if match else None
    return age if age is not None and age <= AGE_MAX else None
