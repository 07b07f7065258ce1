"""Titles as points in a space where similar ones lie close: from metadata and from words.

Terms are weighed by how rare they are (TF-IDF), each group of them to the same length whatever
their number, and reduced to a few dimensions by a truncated singular value decomposition that
starts from a random range (Halko, Martinsson & Tropp, SIAM Review 53(2), 2011). Nothing is
downloaded and nothing is learnt outside the house.
"""

from __future__ import annotations

import math
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from local_server.services.recommendation.taste.sparse import Sparse, frozen
from local_server.services.recommendation.taste.values import FeatureKind, FloatArray, TitleFeatures

DIMENSIONS = 64
_SPARE_DIMENSIONS = 10  # drawn beyond those kept, and
_POWER_ITERATIONS = 2  # repeated products: both as Halko et al. advise for spectra that fall slowly
_SEED = 2011

WORD_BUCKETS = 1 << 14  # words share a column now and then; names and genres never do
STEM_LETTERS = 5  # stand for a word in all its forms, in any language with endings
YEARS_APART = 5  # a year lies between two marks and belongs to both by nearness

# Groups of terms and their share of a title's direction, before what is unknown falls out.
_GROUPS = {
    "genre": 1.0,
    "year": 1.0,
    "person": 0.6,
    "tag": 0.5,
    "word": 0.5,
    "studio": 0.3,
    "language": 0.2,
}
_WORDS = re.compile(r"[^\W\d_]{3,}")

Terms = Mapping[str, float]
Names = Mapping[FeatureKind, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Library:
    """All titles that could be shown, by id, and where they lie.

    ``points`` has a row of length one for each title, or of zeros where nothing is known of it;
    ``genres`` spreads a title evenly over its own. ``names`` gives names as the title writes them,
    by the form in which they are compared.
    """

    titles: tuple[TitleFeatures, ...]
    places: Mapping[str, int]
    points: FloatArray
    genres: FloatArray
    added_at_s: FloatArray
    names: tuple[Names, ...]

    @classmethod
    def of(cls, titles: Iterable[TitleFeatures]) -> Library:
        """The order of ``titles`` does not matter; :class:`ValueError` for an id that comes twice.

        Takes some seconds for 10,000 titles with synopses.
        """
        ordered = tuple(sorted(titles, key=lambda title: title.title_id))
        places = {title.title_id: place for place, title in enumerate(ordered)}
        if len(places) != len(ordered):
            raise ValueError("two titles have the same id")
        return cls(
            titles=ordered,
            places=places,
            names=tuple(map(_names, ordered)),
            points=frozen(_points(ordered)),
            genres=frozen(_genres(ordered)),
            added_at_s=frozen(np.array([title.added_at_s for title in ordered], dtype=np.float64)),
        )

    def __len__(self) -> int:
        return len(self.titles)


def _points(titles: tuple[TitleFeatures, ...]) -> FloatArray:
    groups = [_weighed([_terms(title, group) for title in titles]) for group in _GROUPS]
    shares = list(_GROUPS.values())
    columns: dict[tuple[int, str], int] = {}
    rows, places, values = [], [], []
    for row in range(len(titles)):
        known = math.sqrt(sum(shares[g] for g, group in enumerate(groups) if group[row])) or 1.0
        for g, group in enumerate(groups):
            for term, value in group[row].items():
                rows.append(row)
                places.append(columns.setdefault((g, term), len(columns)))
                values.append(value * math.sqrt(shares[g]) / known)
    matrix = Sparse.of(
        np.array(rows, dtype=np.int64),
        np.array(places, dtype=np.int64),
        np.array(values, dtype=np.float64),
        height=len(titles),
        width=max(len(columns), 1),
    )
    return _unit(_reduced(matrix, DIMENSIONS))


def _terms(title: TitleFeatures, group: str) -> Terms:
    """How often each term of a group occurs in a title."""
    match group:
        case "genre":
            return _named(title.genres)
        case "person":
            return _named(title.people)
        case "studio":
            return _named(title.studios)
        case "tag":
            return _named(title.tags)
        case "language":
            return _named((title.language,) if title.language else ())
        case "year":
            return _marks(title.year)
    return Counter(_hashed(f"{title.name} {title.synopsis}"))


def _names(title: TitleFeatures) -> Names:
    """What can be named as common with another title."""
    written = {
        FeatureKind.PERSON: title.people,
        FeatureKind.STUDIO: title.studios,
        FeatureKind.TAG: title.tags,
        FeatureKind.GENRE: title.genres,
    }
    return {kind: {folded(name): name for name in names} for kind, names in written.items()}


def folded(name: str) -> str:
    """A name as it is compared: letters alone decide, not how they are written."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def _named(names: Iterable[str]) -> Terms:
    return dict.fromkeys(map(folded, names), 1.0)


def _marks(year: int | None) -> Terms:
    if year is None:
        return {}
    before, rest = divmod(year, YEARS_APART)
    near = {before: YEARS_APART - rest, before + 1: rest}
    return {str(mark * YEARS_APART): float(weight) for mark, weight in near.items() if weight}


def _hashed(text: str) -> Iterator[str]:
    """Columns of a text's words, by how they begin."""
    for word in _WORDS.findall(folded(text)):
        yield str(zlib.crc32(word[:STEM_LETTERS].encode()) % WORD_BUCKETS)


def _weighed(documents: list[Terms]) -> list[dict[str, float]]:
    """Lengths one, rare terms above common ones.

    What one title alone has tells of no other and only makes it seem further from all.
    """
    found = Counter(term for document in documents for term in document)
    rarity = {term: math.log(1 + len(documents) / count) for term, count in found.items()}
    weighed = []
    for document in documents:
        terms = {
            term: math.log1p(count) * rarity[term]
            for term, count in document.items()
            if found[term] > 1
        }
        length = math.sqrt(sum(value * value for value in terms.values())) or 1.0
        weighed.append({term: terms[term] / length for term in sorted(terms)})
    return weighed


def _reduced(matrix: Sparse, dimensions: int) -> FloatArray:
    """Rows as points whose products are those of the rows, as nearly as the dimensions allow."""
    transposed = matrix.transposed()
    drawn = min(dimensions + _SPARE_DIMENSIONS, matrix.width, max(matrix.height, 1))
    start = np.random.default_rng(_SEED).standard_normal((matrix.width, drawn))
    basis = np.linalg.qr(matrix.times(start))[0]
    for _ in range(_POWER_ITERATIONS):
        basis = np.linalg.qr(matrix.times(transposed.times(basis)))[0]
    small = transposed.times(basis)
    values, vectors = np.linalg.eigh(small.T @ small)
    kept = np.argsort(-values, kind="stable")[:dimensions]
    return np.asarray(basis @ vectors[:, kept] * np.sqrt(np.maximum(values[kept], 0.0)))


def _unit(points: FloatArray) -> FloatArray:
    lengths = np.sqrt(np.square(points).sum(axis=1))
    known = lengths > 1e-9
    points[known] /= lengths[known, None]
    points[~known] = 0.0
    return points


def _genres(titles: tuple[TitleFeatures, ...]) -> FloatArray:
    """One column for each genre; a title is spread evenly over its own."""
    named = [sorted(_named(title.genres)) for title in titles]
    columns = {
        name: column for column, name in enumerate(sorted({n for row in named for n in row}))
    }
    out = np.zeros((len(titles), len(columns)))
    for row, names in enumerate(named):
        for name in names:
            out[row, columns[name]] = 1 / len(names)
    return out
