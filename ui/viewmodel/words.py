"""Times, sizes and rates in words. Pure: the same number always reads the same."""

from __future__ import annotations

import math
from datetime import datetime

TIMES = "\N{MULTIPLICATION SIGN}"
MINUS = "\N{MINUS SIGN}"

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)  # strftime would follow the machine's locale, and the rest of the interface does not

_MINUTE_S = 60
_HOUR_S = 3600

_LANGUAGES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "is": "Icelandic",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "nb": "Norwegian",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sr": "Serbian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


def clock(position_s: float) -> str:
    """A position as players show it: ``0:17``, ``1:02:03``."""
    whole = max(0, math.floor(position_s))
    hours, rest = divmod(whole, _HOUR_S)
    minutes, seconds = divmod(rest, _MINUTE_S)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def spoken_duration(duration_s: float) -> str:
    """A length as people say it: ``45 s``, ``10 min``, ``1 h 12 min``; empty for none."""
    if duration_s <= 0:
        return ""
    if duration_s < 90:
        return f"{round(duration_s)} s"
    hours, minutes = divmod(round(duration_s / _MINUTE_S), 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def left(position_s: float, duration_s: float) -> str:
    """What remains: ``18 min left``."""
    remaining_s = max(0.0, duration_s - position_s)
    return f"{spoken_duration(max(1.0, remaining_s))} left"


def rate(rate_bps: float) -> str:
    """A rate with its unit: ``2.4 Mbit/s``, ``850 kbit/s``."""
    if rate_bps >= 999_500:
        return f"{_number(rate_bps / 1e6)} Mbit/s"
    return f"{round(rate_bps / 1000)} kbit/s"


def rate_with_spread(rate_bps: float, spread_bps: float) -> str:
    """A rate and how sure it is, in one unit: ``3.1 ± 0.6 Mbit/s``."""
    unit, per_bps = ("Gbit/s", 1e-9) if rate_bps >= 999.5e6 else ("Mbit/s", 1e-6)
    return f"{_number(rate_bps * per_bps)} ± {_number(spread_bps * per_bps)} {unit}"


def _number(value: float) -> str:
    """One decimal where it matters: below 100."""
    return f"{value:.1f}" if value < 99.95 else f"{value:.0f}"


def size(size_bytes: int) -> str:
    """A size with its unit: ``12 MB``, ``1.4 GB``."""
    if size_bytes >= 1e9:
        return f"{size_bytes / 1e9:.1f} GB"
    return f"{max(1, round(size_bytes / 1e6))} MB"


def percent(fraction: float) -> str:
    """``42 %``, clamped to 0 and 100."""
    return f"{round(100 * min(1.0, max(0.0, fraction)))} %"


def speed(value: float) -> str:
    """A playback speed: 1.25 and the sign for "times"."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + TIMES


def language(tag: str) -> str:
    """A BCP 47 tag in English, or the tag itself where no name is known."""
    base = tag.split("-", 1)[0].lower()
    if base in {"", "und"}:
        return "Unknown language"
    return _LANGUAGES.get(base, tag)


def date(moment: datetime) -> str:
    """A day: ``22 November 2025``."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def listing(items: tuple[str, ...]) -> str:
    """Words in a row: ``English, German and French``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def joined(*parts: str) -> str:
    """The parts that say something, with a middle dot between."""
    return " · ".join(part for part in parts if part)


def one_line(text: str) -> str:
    """Names come from file names: line breaks and control characters become spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
