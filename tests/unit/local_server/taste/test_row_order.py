"""Rows by the hour, the day and the device."""

from __future__ import annotations

import pytest

from local_server.services.recommendation.taste.row_order import (
    FIRST_RATE,
    RATE_DECAY,
    Moment,
    PartOfDay,
    RowOrder,
    RowOutcome,
)

ROWS = ("for-you", "new", "children", "series")
TV_EVENING = Moment(hour=20, weekday=1, device="television")
TV_MORNING = Moment(hour=8, weekday=5, device="television")
PHONE_EVENING = Moment(hour=20, weekday=1, device="telephone")


def order(model: RowOrder, moment: Moment) -> list[str]:
    """The order that comes most often: what is drawn now and then falls out."""
    orders = [[row.row_id for row in model.order(ROWS, moment, seed=n)] for n in range(9)]
    return max(orders, key=orders.count)


def outcome(row_id: str, moment: Moment, seen: float, played: float) -> RowOutcome:
    return RowOutcome(row_id=row_id, moment=moment, seen=seen, played=played)


def test_rows_nobody_has_seen_keep_the_order_they_were_designed_in() -> None:
    model = RowOrder.fit([])
    assert order(model, TV_EVENING) == list(ROWS)
    expected = {row.row_id: row.expected for row in model.order(ROWS, TV_EVENING, seed=1)}
    assert expected["new"] == pytest.approx(FIRST_RATE * RATE_DECAY)


def test_what_is_played_from_comes_first_at_the_time_it_is_played() -> None:
    model = RowOrder.fit(
        [outcome("children", TV_MORNING, 20, 15), outcome("children", TV_EVENING, 20, 0)]
    )
    assert order(model, TV_MORNING)[0] == "children"
    assert order(model, TV_EVENING)[0] != "children"


def test_a_habit_of_one_device_is_a_hint_for_another() -> None:
    model = RowOrder.fit([outcome("series", PHONE_EVENING, 10, 8)])
    there, elsewhere, never = (
        {row.row_id: row.expected for row in one.order(ROWS, moment, seed=1)}["series"]
        for one, moment in (
            (model, PHONE_EVENING),
            (model, TV_MORNING),
            (RowOrder.fit([]), TV_MORNING),
        )
    )
    assert there > elsewhere > never


def test_a_rate_is_counted_by_hand() -> None:
    """Six imagined viewings at each level: (8 + 6 x 0.2) / 16, and so on down to the moment."""
    model = RowOrder.fit([outcome("for-you", TV_EVENING, 10, 8)])
    rate = 0.2
    for _ in range(3):
        rate = (8 + 6 * rate) / 16
    placed = {row.row_id: row for row in model.order(ROWS, TV_EVENING, seed=1)}
    assert placed["for-you"].expected == pytest.approx(rate)


@pytest.mark.parametrize(
    ("hour", "weekday", "part", "weekend"),
    [
        (5, 0, PartOfDay.NIGHT, False),
        (6, 0, PartOfDay.MORNING, False),
        (12, 4, PartOfDay.AFTERNOON, False),
        (18, 4, PartOfDay.EVENING, True),
        (23, 5, PartOfDay.EVENING, True),
        (17, 6, PartOfDay.AFTERNOON, True),
        (18, 6, PartOfDay.EVENING, False),
    ],
)
def test_the_weekend_ends_on_sunday_evening(
    hour: int, weekday: int, part: PartOfDay, *, weekend: bool
) -> None:
    moment = Moment(hour=hour, weekday=weekday, device="television")
    assert (moment.part_of_day, moment.weekend) == (part, weekend)


@pytest.mark.parametrize(("hour", "weekday"), [(24, 0), (-1, 0), (0, 7)])
def test_a_moment_is_one_of_a_week(hour: int, weekday: int) -> None:
    with pytest.raises(ValueError, match="hour"):
        Moment(hour=hour, weekday=weekday, device="television")


@pytest.mark.parametrize(("seen", "played"), [(1.0, 2.0), (-1.0, -1.0), (float("inf"), 0.0)])
def test_a_row_is_played_from_when_it_was_seen(seen: float, played: float) -> None:
    with pytest.raises(ValueError, match="seen"):
        outcome("new", TV_EVENING, seen, played)
