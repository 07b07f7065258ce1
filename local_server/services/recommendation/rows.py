"""The rows of a home screen: what goes into each and why. Pure.

Rows are filled in the order in which they are designed; a title that one of them recommends is
recommended by no other. The rows at the end list everything.
"""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

import numpy as np

from local_server.contracts import ContinueKind, PlannedCard, PlannedRow, RowKind, TitleKind
from local_server.services.recommendation import words
from local_server.services.recommendation.situation import Screen, Situation
from local_server.services.recommendation.taste.values import DAY_S, Ranked, ReasonKind

ROW_TITLES = 40  # nobody scrolls further sideways
LEAST_TITLES = 3  # a row of two says that there is nothing to say
LEAST_PICKS = 8
BECAUSE_ROWS = 2
BECAUSE_TITLES = 20
BECAUSE_WITHIN_S = 60 * DAY_S
GENRE_ROWS = 4
REDISCOVER_AFTER_S = 180 * DAY_S
NEW_WITHIN_S = 90 * DAY_S
TOP_PICKS = "top-picks"

_LISTS = (
    (TitleKind.MOVIE, "films", "Films"),
    (TitleKind.SERIES, "series", "Series"),
    (TitleKind.VIDEO, "videos", "Home videos"),
)


def plan(situation: Situation) -> tuple[PlannedRow, ...]:
    """The rows in the order of their design, those at the top and at the end included.

    The rows with the most to say choose their titles first: in a small library the top picks would
    leave nothing to the others.
    """
    screen = Screen(situation=situation)
    because = tuple(_because(screen))
    trending, similar_taste = _trending(screen), _similar_taste(screen)
    rows = [
        *_going_on(situation),
        _listed(situation),
        *because,
        _top_picks(screen),
        trending,
        *_genres(screen),
        similar_taste,
        _rediscover(screen),
        _new(situation),
        *_everything(situation),
    ]
    return tuple(row for row in rows if row is not None)


def _going_on(s: Situation) -> Iterator[PlannedRow]:
    """What was begun, and what comes after what was finished."""
    named = (
        (ContinueKind.RESUME, "continue", RowKind.CONTINUE, "Continue watching"),
        (ContinueKind.NEXT, "next", RowKind.NEXT, "Next episodes"),
    )
    for kind, row_id, row_kind, name in named:
        cards = tuple(
            PlannedCard(title_id=item.title_id, reason=words.continue_text(item, s.name))
            for item in s.continuing
            if item.kind is kind and s.shelf.work_of(item.title_id) in s.visible
        )
        if cards:
            yield PlannedRow(
                id=row_id,
                kind=row_kind,
                name=name,
                reason="Where you left off" if kind is ContinueKind.RESUME else "The story goes on",
                cards=cards[:ROW_TITLES],
            )


def _listed(s: Situation) -> PlannedRow | None:
    works = [work for work in s.watchlist if work in s.visible and work not in s.finished]
    return _row("my-list", RowKind.WATCHLIST, "My list", "", _cards(works, words.LISTED), least=1)


def _because(screen: Screen) -> Iterator[PlannedRow | None]:
    """Titles like those the profile finished last, or liked."""
    s = screen.situation
    places = s.model.library.places
    lately = sorted(
        (v for v in s.history if v.weight >= 1.0 and s.now_s - v.at_s < BECAUSE_WITHIN_S),
        key=lambda v: (-v.at_s, v.title_id),
    )
    shown = 0
    for viewing in lately:
        if shown == BECAUSE_ROWS:
            return
        if viewing.title_id not in places or viewing.title_id not in s.visible:
            continue
        found = s.model.similar(
            viewing.title_id, shares=s.shares, limit=2 * ROW_TITLES, allowed=s.open
        )
        alike = [one for one in found if one.reason.kind is not ReasonKind.UNSEEN]
        reasons = {one.title_id: _spoken(s, one) for one in alike}
        row = _row(
            f"because-{viewing.title_id}",
            RowKind.BECAUSE,
            f"Because you watched {s.shelf.name(viewing.title_id)}",
            "",
            _cards(screen.tentative(reasons, limit=BECAUSE_TITLES), reasons),
        )
        if row is not None:
            shown += 1
            yield _taking(screen, row)


def _top_picks(screen: Screen) -> PlannedRow | None:
    s = screen.situation
    ranked = s.model.rank(
        s.history,
        shares=s.shares,
        now_s=s.now_s,
        limit=_pick_count(s),
        seed=s.seed,
        allowed=s.open,
        exclude=screen.taken | s.begun | s.finished | s.set_aside,
    )
    reasons = {one.title_id: words.reason_text(one.reason, s.name) for one in ranked}
    chances = {one.title_id: one.propensity for one in ranked}
    by = partial(screen.ordered, limit=_pick_count(s))
    dealt = s.deal(
        {
            "taste": lambda: [one.title_id for one in ranked],
            "content": lambda: by(s.model.scores(s.history, shares=False, now_s=s.now_s)),
            "popular": lambda: screen.tentative(
                (
                    one.title_id
                    for one in s.model.popular(
                        shares=s.shares, now_s=s.now_s, limit=2 * ROW_TITLES, allowed=s.open
                    )
                ),
                limit=_pick_count(s),
            ),
            "newest": lambda: by(s.model.library.added_at_s),
        }
    )
    order = list(reasons) if dealt is None else [t for t in dealt if t not in screen.taken]
    cards = tuple(
        PlannedCard(
            title_id=work,
            reason=reasons.get(work, words.UNSEEN),
            propensity=chances.get(work, 1.0) if dealt is None else 1.0,
        )
        for work in screen.fresh(order)
    )
    return _row(TOP_PICKS, RowKind.TOP_PICKS, "Top picks for you", "", cards)


def _pick_count(s: Situation) -> int:
    """A quarter of what there is, so that the genres have something left."""
    return min(ROW_TITLES, max(LEAST_PICKS, int(s.open.sum()) // 4))


def _trending(screen: Screen) -> PlannedRow | None:
    """What the house watches more than before; for those alone who share what they watch."""
    s = screen.situation
    if not s.others:  # its own viewings are no trend of the house
        return None
    works = (
        one.title_id
        for one in s.model.trending(
            shares=s.shares, now_s=s.now_s, limit=2 * ROW_TITLES, allowed=s.open
        )
    )
    return _row(
        "trending",
        RowKind.TRENDING,
        "Trending in this house",
        "Watched here more than before",
        _cards(screen.fresh(works), "Watched here lately"),
    )


def _genres(screen: Screen) -> Iterator[PlannedRow | None]:
    """The genres the profile watches most, then those the library has most of."""
    s = screen.situation
    by_genre = s.shelf.by_genre
    liked: dict[str, float] = {}
    for viewing in s.history:
        if viewing.title_id in s.shelf.facts:
            for genre in s.shelf.facts[viewing.title_id].genres:
                liked[genre] = liked.get(genre, 0.0) + viewing.weight
    order = sorted(by_genre, key=lambda g: (-liked.get(g, 0.0), -len(by_genre[g]), g))
    for genre in order[:GENRE_ROWS]:
        reason = f"You watch {genre}" if liked.get(genre, 0.0) > 0 else ""
        works = screen.best(by_genre[genre])
        row = _row(
            f"genre-{_slug(genre)}",
            RowKind.GENRE,
            genre,
            reason,
            _cards(screen.tentative(works, limit=ROW_TITLES), f"{genre} you have not seen"),
        )
        if row is not None:
            yield _taking(screen, row)


def _similar_taste(screen: Screen) -> PlannedRow | None:
    """What the profile most alike finished or liked; it is not named."""
    s = screen.situation
    mine = {v.title_id: v.weight for v in s.history}
    if not s.shares or not mine:
        return None
    theirs: dict[str, dict[str, float]] = {}
    for viewing in s.others:
        theirs.setdefault(viewing.profile_id, {})[viewing.title_id] = viewing.weight
    alike = {profile: _likeness(mine, other) for profile, other in theirs.items()}
    best = max(sorted(alike), key=lambda profile: alike[profile], default=None)
    if best is None or alike[best] <= 0:
        return None
    liked = [work for work, weight in theirs[best].items() if weight >= 1.0]
    return _row(
        "similar-taste",
        RowKind.SIMILAR_TASTE,
        "Liked here by someone with your taste",
        "",
        _cards(screen.fresh(screen.best(liked)), "Seen to the end by someone with your taste"),
    )


def _rediscover(screen: Screen) -> PlannedRow | None:
    """What was liked long ago."""
    s = screen.situation
    long_ago = sorted(
        (v for v in s.history if v.weight >= 1.0 and s.now_s - v.at_s >= REDISCOVER_AFTER_S),
        key=lambda v: (v.at_s, v.title_id),
    )
    works = [
        v.title_id
        for v in long_ago
        if v.title_id in s.visible and v.title_id not in s.set_aside and _playable(s, v.title_id)
    ]
    return _row(
        "rediscover",
        RowKind.REDISCOVER,
        "Watch again",
        "You liked them a while ago",
        _cards(works, "You watched it a while ago"),
    )


def _new(s: Situation) -> PlannedRow | None:
    since_s = s.now_s - NEW_WITHIN_S
    lately = (
        work
        for work in itertools.takewhile(
            lambda work: s.shelf.facts[work].added_at.timestamp() >= since_s, s.shelf.newest
        )
        if work in s.visible and work not in s.set_aside
    )
    cards = _cards(lately, words.NEW)
    return _row("new", RowKind.NEW, "New here", "Added to your library last", cards, least=1)


def _everything(s: Situation) -> Iterator[PlannedRow | None]:
    for kind, row_id, name in _LISTS:
        works = (work for work in s.shelf.by_name[kind] if work in s.visible)
        yield _row(row_id, RowKind.ALL, name, "", _cards(works, ""), least=1)


def _row(
    row_id: str,
    kind: RowKind,
    name: str,
    reason: str,
    cards: tuple[PlannedCard, ...],
    *,
    least: int = LEAST_TITLES,
) -> PlannedRow | None:
    if len(cards) < least:
        return None
    return PlannedRow(id=row_id, kind=kind, name=name, reason=reason, cards=cards)


def _cards(works: Iterable[str], reason: str | Mapping[str, str]) -> tuple[PlannedCard, ...]:
    return tuple(
        PlannedCard(title_id=work, reason=reason if isinstance(reason, str) else reason[work])
        for work, _ in zip(works, range(ROW_TITLES), strict=False)
    )


def _taking(screen: Screen, row: PlannedRow) -> PlannedRow:
    screen.taken |= {card.title_id for card in row.cards}
    return row


def _likeness(mine: Mapping[str, float], theirs: Mapping[str, float]) -> float:
    """Cosine of two histories."""
    common = sum(mine[work] * theirs[work] for work in sorted(mine.keys() & theirs.keys()))
    norms = [float(np.linalg.norm(list(one.values()))) for one in (mine, theirs)]
    return common / (norms[0] * norms[1]) if all(norms) else 0.0


def _playable(s: Situation, work_id: str) -> bool:
    place = s.model.library.places.get(work_id)
    return place is not None and bool(s.open[place])


def _spoken(s: Situation, one: Ranked) -> str:
    return words.reason_text(one.reason, s.name)


def _slug(name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40]
    # Two genres in another script must not become one row.
    return plain if name.isascii() else f"{plain}{zlib.crc32(name.encode()):08x}"
