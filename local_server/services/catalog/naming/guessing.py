"""guessit, for names that our own rules leave open. It takes milliseconds a name."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

GUESS_MAX = 200  # characters of a name that guessit is shown; its time grows faster than they do
KEPT = 4096  # answers; a scan asks for the same name more than once


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What guessit makes of a name; "" and None for what it does not say."""

    title: str = ""
    year: int | None = None
    season: int | None = None
    episodes: tuple[int, ...] = ()
    episode_title: str = ""


@lru_cache(maxsize=KEPT)
def guess(name: str) -> Guess:
    """Guessit's reading of ``name``; nothing where it fails."""
    try:
        with _ONE_AT_A_TIME:
            found = _api().guessit(name, {"type": "episode"})
    except Exception:  # noqa: BLE001 - some names end in errors of many kinds inside guessit
        return Guess()
    return Guess(
        title=_text(found.get("title")),
        year=found.get("year") if isinstance(found.get("year"), int) else None,
        season=_numbers(found.get("season"))[0] if _numbers(found.get("season")) else None,
        episodes=_numbers(found.get("episode")),
        episode_title=_text(found.get("episode_title")),
    )


_ONE_AT_A_TIME = threading.Lock()  # guessit's rules keep state while they run


@cache
def _api() -> Any:
    """One instance: the rules are put together once, with the first name."""
    from guessit.api import GuessItApi  # noqa: PLC0415 - a sixth of a second, seldom needed

    return GuessItApi()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _numbers(value: object) -> tuple[int, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(n for n in values if isinstance(n, int) and 0 <= n < 10_000)
