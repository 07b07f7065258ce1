"""Histories to judge recommendations by: read from files of ratings, or drawn."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from local_server.services.recommendation.taste.values import DAY_S, TitleFeatures, Viewing

_YEAR = re.compile(r"^(?P<name>.*)\((?P<year>\d{4})[^)]*\)\s*$")
_TIE_S = 1e-3  # apart: the files know seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """What people watched: for each of them title ids and times."""

    by_person: dict[str, tuple[tuple[str, float], ...]]

    def histories(self, seed: int) -> list[tuple[Viewing, ...]]:
        """A history for each person, oldest first.

        Events of the same second come in an order that is drawn: by title id they would tell
        which titles were put into the data first, and results would rise and fall with that.
        """
        draw = random.Random(seed)
        return [
            tuple(
                Viewing(profile_id=person, title_id=title_id, at_s=at_s + n * _TIE_S, weight=1.0)
                for n, (title_id, at_s) in enumerate(
                    sorted(events, key=lambda event: (event[1], draw.random()))
                )
            )
            for person, events in sorted(self.by_person.items())
        ]

    def titles(self) -> list[str]:
        """Ids of all titles anybody watched."""
        return sorted({title_id for events in self.by_person.values() for title_id, _ in events})


def read_ratings(path: Path) -> Events:
    """A CSV file as MovieLens has it: userId, movieId, rating, timestamp. Ratings do not count."""
    found: dict[str, list[tuple[str, float]]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["userId"], []).append((row["movieId"], float(row["timestamp"])))
    return Events(by_person={person: tuple(events) for person, events in found.items()})


def read_movies(path: Path) -> dict[str, TitleFeatures]:
    """A CSV file as MovieLens has it: movieId, title with its year, genres."""
    with path.open(newline="", encoding="utf-8") as file:
        return {row["movieId"]: _movie(row) for row in csv.DictReader(file)}


def _movie(row: dict[str, str]) -> TitleFeatures:
    match = _YEAR.match(row["title"])
    return TitleFeatures(
        title_id=row["movieId"],
        name=match["name"].strip() if match else row["title"],
        year=int(match["year"]) if match else None,
        genres=tuple(name for name in row["genres"].split("|") if not name.startswith("(")),
    )


_GENRES = ("Drama", "Comedy", "Crime", "Animation", "Horror", "Documentary", "Western", "Romance")
_SYLLABLES = ("ka", "lo", "mir", "ven", "tas", "or", "bel", "dun", "shi", "ra", "pel", "gost")


def drawn_titles(count: int, *, seed: int) -> list[TitleFeatures]:
    """Titles of a library that does not exist, with all that a scraper would know of them."""
    draw = random.Random(seed)
    words = ["".join(draw.choices(_SYLLABLES, k=draw.randint(2, 4))) for _ in range(4_000)]
    people = [f"{draw.choice(words)} {draw.choice(words)}" for _ in range(count // 2 + 10)]
    return [
        TitleFeatures(
            title_id=f"{n:06d}",
            name=" ".join(draw.choices(words, k=2)),
            genres=tuple(draw.sample(_GENRES, k=draw.randint(1, 3))),
            people=tuple(draw.sample(people, k=6)),
            studios=(draw.choice(words[:200]),),
            tags=tuple(draw.sample(words[200:600], k=4)),
            year=1930 + int(95 * draw.random() ** 0.5),
            language=draw.choice(("en", "en", "fr", "ja", "de")),
            synopsis=" ".join(draw.choices(words, k=60)),
            added_at_s=draw.random() * 1_000 * DAY_S,
        )
        for n in range(count)
    ]


STREAK = 4  # titles on average that somebody watches before turning to something else
_YEARS_NEAR = 12.0


def drawn_events(titles: Sequence[TitleFeatures], people: int, each: int, *, seed: int) -> Events:
    """People who watch in streaks: some titles of a genre and a time, the well-known ones first.

    What a title is about foretells much here, because it was made to.
    """
    draw = np.random.default_rng(seed)
    fame = 1 / (1 + draw.permutation(len(titles))) ** 0.8
    years = np.array([title.year or 0 for title in titles])
    of_genre = np.array([[genre in title.genres for title in titles] for genre in _GENRES], float)
    by_person = {}
    for person in range(people):
        taste = draw.dirichlet(np.full(len(_GENRES), 0.5))
        count = min(max(3, int(draw.poisson(each))), len(titles) // 2)
        left, chosen = fame.copy(), list[int]()
        while len(chosen) < count:
            near = np.exp(-(((years - draw.choice(years)) / _YEARS_NEAR) ** 2))
            appeal = left * (1e-3 + of_genre[draw.choice(len(_GENRES), p=taste)] * near)
            for _ in range(int(draw.geometric(1 / STREAK))):
                chosen.append(int(draw.choice(len(titles), p=appeal / appeal.sum())))
                left[chosen[-1]] = appeal[chosen[-1]] = 0.0
        at_s = np.sort(draw.random(count)) * 1_000 * DAY_S
        by_person[f"{person:05d}"] = tuple(
            (titles[title].title_id, float(second))
            for title, second in zip(chosen[:count], at_s, strict=True)
        )
    return Events(by_person=by_person)
