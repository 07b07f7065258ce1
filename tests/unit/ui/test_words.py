from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ui.viewmodel import words


@pytest.mark.parametrize(
    ("position_s", "text"),
    [(0, "0:00"), (17.96, "0:17"), (60, "1:00"), (599, "9:59"), (3723, "1:02:03"), (-3, "0:00")],
)
def test_positions_count_whole_seconds(position_s: float, text: str) -> None:
    assert words.clock(position_s) == text


@pytest.mark.parametrize(
    ("duration_s", "text"),
    [
        (0, ""),
        (30, "30 s"),
        (89.4, "89 s"),
        (596, "10 min"),
        (3599, "1 h"),
        (3600, "1 h"),
        (4320, "1 h 12 min"),
    ],
)
def test_lengths_are_said_as_people_say_them(duration_s: float, text: str) -> None:
    assert words.spoken_duration(duration_s) == text


def test_what_is_left_is_never_nothing() -> None:
    assert words.left(120.0, 1200.0) == "18 min left"
    assert words.left(1200.0, 1200.0) == "1 s left"


@pytest.mark.parametrize(
    ("rate_bps", "text"),
    [
        (850_000, "850 kbit/s"),
        (999_900, "1.0 Mbit/s"),
        (2.4e6, "2.4 Mbit/s"),
        (3.2e8, "320 Mbit/s"),
    ],
)
def test_rates_carry_their_unit(rate_bps: float, text: str) -> None:
    assert words.rate(rate_bps) == text


def test_a_rate_and_its_spread_share_a_unit() -> None:
    assert words.rate_with_spread(3.1e6, 6e5) == "3.1 ± 0.6 Mbit/s"
    assert words.rate_with_spread(3.476e9, 2.172e9) == "3.5 ± 2.2 Gbit/s"


def test_sizes() -> None:
    assert words.size(1) == "1 MB"
    assert words.size(48_300_000) == "48 MB"
    assert words.size(1_400_000_000) == "1.4 GB"


def test_percentages_stay_between_0_and_100() -> None:
    assert [words.percent(x) for x in (-1.0, 0.424, 3.0)] == ["0 %", "42 %", "100 %"]


def test_speeds_lose_their_noughts() -> None:
    assert [words.speed(x) for x in (1.0, 1.25, 0.5)] == [
        f"1{words.TIMES}",
        f"1.25{words.TIMES}",
        f"0.5{words.TIMES}",
    ]


def test_languages_by_name_and_unknown_ones_by_tag() -> None:
    assert words.language("de-AT") == "German"
    assert words.language("tlh") == "tlh"
    assert words.language("und") == "Unknown language"


def test_listing_joins_with_commas_and_an_and() -> None:
    assert words.listing(()) == ""
    assert words.listing(("English",)) == "English"
    assert words.listing(("English", "German", "French")) == "English, German and French"


def test_dates_do_not_follow_the_machine() -> None:
    assert words.date(datetime(2025, 3, 7, tzinfo=UTC)) == "7 March 2025"


def test_names_become_one_line() -> None:
    assert words.one_line("a\nb\t c\x00d\u202ee ") == "a b c d e"
