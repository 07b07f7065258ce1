"""What certificates mean in years."""

from __future__ import annotations

import pytest

from local_server.services.catalog.certificates import min_age


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("PG-13", 13),
        ("Rated PG-13", 13),
        ("Rated R for violence", 17),
        ("TV-MA", 17),
        ("12", 12),
        ("FSK 16", 16),
        ("FSK-0", 0),
        ("DE:12", 12),
        ("GB:15", 15),
        ("UK:PG", 8),
        ("US:PG", 10),
        ("US:R / GB:18", 17),
        ("fr/tous publics", 0),
        ("18+", 18),
        ("ab 12 Jahren", 12),
        ("", None),
        ("Not Rated", None),
        ("99", None),
        ("²", None),
        ("x" * 5000, None),
    ],
)
def test_years(text: str, age: int | None) -> None:
    assert min_age(text) == age


def test_the_region_decides_where_boards_differ() -> None:
    assert min_age("PG", region="US") == 10
    assert min_age("PG", region="GB") == 8
    assert min_age("US:R / GB:15", region="GB") == 15
    assert min_age("U", region="FR") == 0
