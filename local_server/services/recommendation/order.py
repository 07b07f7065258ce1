"""In which order the rows come: some have their place, the others earn it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from local_server.contracts import Moment, PlannedRow, RowKind
from local_server.services.recommendation.memory import Showing
from local_server.services.recommendation.taste import row_order
from local_server.services.recommendation.taste.row_order import RowOrder, RowOutcome

FIRST = (RowKind.CONTINUE, RowKind.NEXT, RowKind.WATCHLIST)
# A row this far down is looked at by half of those who look at the first.
HALF_SEEN_AT = 4


def ordered(
    designed: Sequence[PlannedRow],
    showings: Iterable[Showing],
    moment: Moment,
    *,
    seed: int,
) -> list[tuple[PlannedRow, float]]:
    """The rows as they are shown, each with how likely it was to come at its place.

    What a person begun comes first and the lists of everything come last; between them the rows
    are ordered by what was played from them in like moments.
    """
    first = [row for row in designed if row.kind in FIRST]
    last = [row for row in designed if row.kind is RowKind.ALL]
    between = [row for row in designed if row not in first and row not in last]
    known = RowOrder.fit(outcome for showing in showings for outcome in _outcomes(showing))
    here = row_order.Moment(
        hour=moment.local.hour, weekday=moment.local.weekday(), device=moment.device
    )
    found = dict(zip(_families([row.id for row in between]), between, strict=True))
    placed = known.order(list(found), here, seed=seed)
    return [
        *((row, 1.0) for row in first),
        *((found[place.row_id], place.propensity) for place in placed),
        *((row, 1.0) for row in last),
    ]


def _outcomes(showing: Showing) -> Iterable[RowOutcome]:
    here = row_order.Moment(hour=showing.hour, weekday=showing.weekday, device=showing.device)
    families = _families(showing.rows)
    for place, (row_id, family) in enumerate(zip(showing.rows, families, strict=True)):
        played = 1.0 if row_id == showing.played_row else 0.0
        seen = max(played, 0.5 ** (place / HALF_SEEN_AT))
        yield RowOutcome(row_id=family, moment=here, seen=seen, played=played)


def _families(row_ids: Sequence[str]) -> list[str]:
    """Rows that come and go under ids of their own are told apart by what they are."""
    plain = ["because" if row_id.startswith("because-") else row_id for row_id in row_ids]
    return [
        f"{family}+{plain[:n].count(family)}" if family in plain[:n] else family
        for n, family in enumerate(plain)
    ]
