"""The library as recommendation sees it: works, and which work every title belongs to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from local_server.contracts import Thumb, TitleFacts, TitleKind
from local_server.services.recommendation.taste.values import TitleFeatures, Viewing

# What is chosen on a home screen; an episode, a part or an edition is seen of one of these.
WORK_KINDS = frozenset({TitleKind.MOVIE, TitleKind.SERIES, TitleKind.VIDEO})
# Less than this share and the film was opened, not watched (as for resume points).
OPENED_SHARE = 0.05
# What is said outright counts for more than what is only watched.
_THUMBS = {Thumb.LOVE: 1.0, Thumb.UP: 1.0, Thumb.DOWN: -1.0}
SET_ASIDE_WEIGHT = -0.5  # "not interested" is of a mood more than of a taste


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a profile has seen of a title; ``share`` of its length, 0 to 1."""

    profile_id: str
    title_id: str
    at_s: float
    share: float
    finished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a profile said of a title: a thumb, or ``None`` for "not interested"."""

    profile_id: str
    title_id: str
    at_s: float
    thumb: Thumb | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shelf:
    """All titles at one moment: ``facts`` of everything, ``works`` ordered by id.

    The rest are ids of works in the orders in which rows need them: newest first, by name for each
    kind, and those that can be played for each genre.
    """

    works: tuple[TitleFacts, ...]
    facts: Mapping[str, TitleFacts]
    newest: tuple[str, ...]
    by_name: Mapping[TitleKind, tuple[str, ...]]
    by_genre: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, facts: Iterable[TitleFacts]) -> Shelf:
        """From everything the catalog knows, in any order."""
        known = {title.id: title for title in facts}
        works = tuple(sorted(_works(known), key=lambda title: title.id))
        newest = sorted(works, key=lambda title: (-title.added_at.timestamp(), title.name))
        named = sorted(works, key=lambda title: title.name.casefold())
        genres: dict[str, list[str]] = {}
        for title in works:
            for genre in title.genres if title.available else ():
                genres.setdefault(genre, []).append(title.id)
        return cls(
            works=works,
            facts=known,
            newest=tuple(title.id for title in newest),
            by_name={kind: tuple(t.id for t in named if t.kind is kind) for kind in WORK_KINDS},
            by_genre={genre: tuple(ids) for genre, ids in genres.items()},
        )

    def work_of(self, title_id: str) -> str | None:
        """The work a title belongs to; ``None`` for a title that is not there any more."""
        title = self.facts.get(title_id)
        if title is not None and title.parent_id is not None:
            title = self.facts.get(title.parent_id)  # an edition or a part, also of an episode
        if title is not None and title.series_id is not None:
            title = self.facts.get(title.series_id)
        return title.id if title is not None and title.kind in WORK_KINDS else None

    def features(self) -> tuple[TitleFeatures, ...]:
        """What a model of taste is told of the works."""
        return tuple(_features(title) for title in self.works)

    def name(self, work_id: str) -> str:
        """How a work is called."""
        return self.facts[work_id].name

    def viewings(self, seen: Sequence[Seen], said: Sequence[Said]) -> tuple[Viewing, ...]:
        """One viewing for every profile and work, in an order that depends on nothing else.

        Of a series the newest counts, and as seen once an episode was seen to its end.
        """
        found: dict[tuple[str, str], tuple[float, float]] = {}
        for one in seen:
            work = self.work_of(one.title_id)
            weight = 1.0 if one.finished else one.share
            if work is not None and weight >= OPENED_SHARE:
                at_s, most = found.get((one.profile_id, work), (0.0, 0.0))
                found[one.profile_id, work] = max(at_s, one.at_s), max(most, weight)
        for word in sorted(said, key=lambda word: word.thumb is not None):
            work = self.work_of(word.title_id)
            if work is not None:
                at_s, _ = found.get((word.profile_id, work), (word.at_s, 0.0))
                weight = SET_ASIDE_WEIGHT if word.thumb is None else _THUMBS[word.thumb]
                found[word.profile_id, work] = at_s, weight
        return tuple(
            Viewing(profile_id=profile, title_id=work, at_s=at_s, weight=weight)
            for (profile, work), (at_s, weight) in sorted(found.items())
        )


def _works(known: Mapping[str, TitleFacts]) -> Iterable[TitleFacts]:
    """Films, home videos, and series, which can be played when one of their episodes can."""
    playable = {t.series_id for t in known.values() if t.series_id is not None and t.available}
    for title in known.values():
        if title.kind is TitleKind.SERIES:
            yield title.model_copy(update={"available": title.id in playable})
        elif title.kind in WORK_KINDS:
            yield title


def _features(title: TitleFacts) -> TitleFeatures:
    return TitleFeatures(
        title_id=title.id,
        name=title.name,
        genres=title.genres,
        people=title.people,
        studios=title.studios,
        tags=title.tags,
        year=title.year,
        language=title.language or None,
        synopsis=title.synopsis,
        added_at_s=title.added_at.timestamp(),
    )
