"""Small libraries and houses, for statements about what is recommended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from local_server.services.recommendation.taste.content import Library
from local_server.services.recommendation.taste.values import DAY_S, TitleFeatures, Viewing

NOW_S = 1.8e9
GENRES = ("Drama", "Comedy", "Western", "Horror")
PEOPLE = ("Ada", "Bela", "Cleo", "Dora", "Egon")
TITLE_IDS = tuple(f"t{n:02d}" for n in range(14))
PROFILES = ("ann", "ben", "cem", "dot")

# Two of each genre and person meet often enough that content has something to say.
LIBRARY = Library.of(
    TitleFeatures(
        title_id=title_id,
        name=f"Film {n}",
        genres=(GENRES[n % 4], GENRES[(n // 3) % 4]),
        people=(PEOPLE[n % 5], PEOPLE[(n // 2) % 5]),
        year=1960 + 5 * n,
        synopsis=("A lonely rider", "Two families quarrel", "The house is haunted")[n % 3],
        added_at_s=NOW_S - 10 * n * DAY_S,
    )
    for n, title_id in enumerate(TITLE_IDS)
)


def seen(profile_id: str, *title_ids: str, weight: float = 1.0) -> list[Viewing]:
    """A profile that watched these titles in this order, an evening each, until yesterday."""
    return [
        Viewing(
            profile_id=profile_id,
            title_id=title_id,
            at_s=NOW_S - (len(title_ids) - n) * DAY_S,
            weight=weight,
        )
        for n, title_id in enumerate(title_ids)
    ]


def bare(*title_ids: str) -> Library:
    """Titles of which nothing is known."""
    return Library.of(TitleFeatures(title_id=title_id, name="") for title_id in title_ids)


def of(profile_id: str, viewings: Iterable[Viewing]) -> list[Viewing]:
    """The viewings of one profile."""
    return [viewing for viewing in viewings if viewing.profile_id == profile_id]


def written(value: Any) -> bytes:
    """A value to the last bit, whatever it is made of."""
    return b"|".join(_parts(value))


def _parts(value: Any) -> Iterator[bytes]:
    if isinstance(value, np.ndarray):
        yield f"{value.dtype.str}{value.shape}".encode() + value.tobytes()
    elif is_dataclass(value):
        for field in fields(value):
            yield field.name.encode()
            yield from _parts(getattr(value, field.name))
    elif isinstance(value, dict):
        for key, one in value.items():
            yield repr(key).encode()
            yield from _parts(one)
    elif isinstance(value, tuple | list):
        yield str(len(value)).encode()
        for one in value:
            yield from _parts(one)
    else:
        yield repr(value).encode()


def viewings(profiles: tuple[str, ...] = PROFILES) -> st.SearchStrategy[list[Viewing]]:
    """Any house: who watched what and when, the same evening too, and what they did not want."""
    one = st.builds(
        Viewing,
        profile_id=st.sampled_from(profiles),
        title_id=st.sampled_from((*TITLE_IDS, "gone")),
        at_s=st.integers(-40, 5).map(lambda day: NOW_S + day * DAY_S),
        weight=st.sampled_from((1.0, 1.0, 0.4, -1.0)),
    )
    return st.lists(one, max_size=40)
