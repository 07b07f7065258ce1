"""Words for the subtitles of films without words: each cue says the time, and a thought."""

from __future__ import annotations

_ENGLISH = (
    "Nothing here is real, and all of it moves.",
    "Look long enough and it looks back.",
    "No map was harmed in the making of this place.",
    "Three rules, and it never repeats itself.",
    "Somewhere in here is a straight line.",
    "The grain is on purpose.",
    "If you can read this, the subtitles are on time.",
)
_GERMAN = (
    "Nichts davon ist echt, und alles bewegt sich.",
    "Wer lange hinsieht, wird angesehen.",
    "Für diesen Ort wurde keine Landkarte gebraucht.",
    "Drei Regeln, und keine Wiederholung.",
    "Irgendwo hier ist eine gerade Linie.",
    "Das Korn ist Absicht.",
    "Wer das liest, hat pünktliche Untertitel.",
)


def english(at_s: int) -> str:
    """The English cue that starts at ``at_s`` seconds."""
    return f"{_clock(at_s)}\n{_ENGLISH[at_s // 4 % len(_ENGLISH)]}"


def german(at_s: int) -> str:
    """The German cue that starts at ``at_s`` seconds."""
    return f"{_clock(at_s)} Uhr Filmzeit\n{_GERMAN[at_s // 4 % len(_GERMAN)]}"


def _clock(at_s: int) -> str:
    return f"{at_s // 3600:02}:{at_s // 60 % 60:02}:{at_s % 60:02}"
