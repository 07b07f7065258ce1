"""Titles for measuring search: made up, or read from a file.

Made-up titles are as close to each other as those of real catalogs: few words in most of them,
common words in many, sequels, remakes of the same name, and words that occur once.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable
from pathlib import Path

from local_server.services.catalog.search import SearchDocument

WORDS = Path(__file__).parent / "data" / "search" / "words.txt"
GENRES = (
    *("Drama", "Comedy", "Thriller", "Action", "Romance", "Horror", "Documentary", "Crime"),
    *("Adventure", "Animation", "Fantasy", "Mystery", "War", "Western", "Musical", "Sci-Fi"),
)
NUMERALS = ("2", "3", "4", "II", "III", "IV", "Part II", "Part III", "Returns", "Begins")

# Shapes of names and how often each occurs among a hundred. A is an adjective, N a noun, G what
# somebody does, P a place, F and L names of people; other words stand for themselves.
SHAPES = {
    shape: int(often)
    for line in (
        "9 N/2 A/8 L/3 F/7 The N/2 The L/9 A N/6 The A N/5 N N/2 L N/3 The L N/1 L A N",
        "3 The N of N/3 N of the N/2 The N of the N/2 N of P/3 G N/2 G F/2 The N and the N",
        "2 N and N/2 N in P/4 F L/2 F and F/2 F 's N/4 L L/2 L L L/1 My A N/2 A N in the N",
        "1 Night of the A N/2 N : The A N/2 L : N of the N/1 A N : G F L/1 How to G a N",
        "1 The N Who Came to the N/1 The A N of F L/1 F and the N of L/1 I Was a A N in P",
        "1 The N of the N in the A N/1 L L and the N of the A N",
    )
    for often, shape in (entry.split(" ", 1) for entry in line.split("/"))
}
SEQUELS, REMAKES = 0.09, 0.02
COINED = 0.3  # of nouns: words that belong to few titles


def documents(count: int, seed: int) -> list[SearchDocument]:
    """``count`` made-up titles."""
    rng = random.Random(seed)
    coin = _Words(rng)
    made: list[str] = []
    while len(made) < count:
        chance = rng.random()
        if made and chance < SEQUELS:
            made.append(f"{_without_numeral(rng.choice(made))} {rng.choice(NUMERALS)}")
        elif made and chance < SEQUELS + REMAKES:
            made.append(rng.choice(made))
        else:
            made.append(coin.title())
    people = [f"{coin.word('F')} {coin.word('L')}" for _ in range(max(count // 4, 1))]
    return [
        SearchDocument(
            id=f"{number:032x}",
            kind="movie",
            names=(name,),
            people=tuple(people[int(len(people) * rng.random() ** 2)] for _ in range(3)),
            genres=tuple(rng.sample(GENRES, rng.randint(1, 3))),
            synopsis=coin.sentence(20),
            year=rng.randint(1930, 2025),
            added_at_s=float(number),
        )
        for number, name in enumerate(made)
    ]


def read(path: Path) -> list[SearchDocument]:
    """The titles of a table with the columns movieId, title and genres, as MovieLens has it."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            SearchDocument(
                id=row["movieId"],
                kind="movie",
                names=names(row["title"]),
                genres=tuple(row["genres"].split("|")),
                year=year(row["title"]),
            )
            for row in csv.DictReader(file)
        ]


def names(title: str) -> tuple[str, ...]:
    """``Name, The (Other, La) (1999)``: the name and the other."""
    title = re.sub(r"\s*\(\d{4}\)\s*$", "", title).strip()
    others = re.findall(r"\(([^()]*)\)", title)
    primary = re.sub(r"\s*\([^()]*\)", "", title).strip()
    return tuple(map(_straight, filter(None, (primary, *others)))) or (title,)


def year(title: str) -> int | None:
    """The year a title of such a table ends with."""
    match = re.search(r"\((\d{4})\)\s*$", title)
    return int(match[1]) if match else None


def with_typo(text: str, rng: random.Random) -> str:
    """``text`` with one letter too many, too few, wrong, or two swapped, anywhere."""
    edits: tuple[Callable[[int, str], str], ...] = (
        lambda at, letter: text[:at] + letter + text[at:],
        lambda at, _: text[:at] + text[at + 1 :],
        lambda at, letter: text[:at] + letter + text[at + 1 :],
        lambda at, _: text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
    )
    while True:
        changed = rng.choice(edits)(rng.randrange(len(text)), rng.choice("etaoinshrdlcumwfgypbvk"))
        if changed != text and changed.strip():
            return changed


class _Words:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._lists: dict[str, list[str]] = {}
        for line in WORDS.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                own = self._lists.setdefault(line.strip("[]"), [])
            elif not line.startswith("#"):
                own += line.split()
        self._kinds = {
            "N": "nouns",
            "A": "adjectives",
            "G": "gerunds",
            "P": "places",
            "F": "firsts",
        }

    def title(self) -> str:
        (shape,) = self._rng.choices(list(SHAPES), list(SHAPES.values()))
        found = " ".join(map(self.word, shape.split()))
        return found.replace(" : ", ": ").replace(" 's", "'s")

    def sentence(self, words: int) -> str:
        return " ".join(self.word(self._rng.choice("NANGPFL")) for _ in range(words)).capitalize()

    def word(self, kind: str) -> str:
        if kind == "L" or (kind == "N" and self._rng.random() < COINED):
            return self._coined()
        if kind not in self._kinds:
            return kind
        # Words are used as often as in a language: the first ones most.
        own = self._lists[self._kinds[kind]]
        return own[int(len(own) * self._rng.random() ** 1.3)].capitalize()

    def _coined(self) -> str:
        middle = self._rng.choices(self._lists["syllables"], k=self._rng.choice((1, 1, 2, 2, 2, 3)))
        return "".join((*middle, self._rng.choice(self._lists["endings"]))).capitalize()


def _without_numeral(name: str) -> str:
    head, _, tail = name.rpartition(" ")
    return _without_numeral(head) if head and tail in " ".join(NUMERALS).split() else name


def _straight(name: str) -> str:
    name = re.sub(r"^a\.k\.a\. ", "", name)
    match = re.fullmatch(r"(.*), (The|A|An|Le|La|Les|L'|Der|Die|Das|El|Il|Los|Las)", name)
    return f"{match[2]} {match[1]}" if match else name
