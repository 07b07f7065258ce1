from fractions import Fraction

import pytest

from local_server.media.ladder import ladder


def sizes(width_px: int, height_px: int, rate: int = 24) -> dict[str, tuple[int, int]]:
    rungs = ladder(width_px=width_px, height_px=height_px, rate=Fraction(rate))
    return {str(rung.id): (rung.width_px, rung.height_px) for rung in rungs}


def test_the_usual_shapes() -> None:
    assert sizes(1280, 720) == {
        "v240": (426, 240),
        "v360": (640, 360),
        "v480": (854, 480),
        "v720": (1280, 720),
    }
    assert sizes(1920, 1080)["v1080"] == (1920, 1080)


def test_more_than_1080p_comes_down_to_it() -> None:
    assert list(sizes(3840, 2160)) == ["v240", "v360", "v480", "v720", "v1080"]
    assert sizes(3840, 2160)["v1080"] == (1920, 1080)


def test_wide_pictures_keep_their_width() -> None:
    assert sizes(1920, 800)["v1080"] == (1920, 800)
    assert sizes(1920, 800)["v720"] == (1280, 534)


def test_upright_pictures_are_the_usual_ones_turned() -> None:
    turned = {name: (height, width) for name, (width, height) in sizes(1280, 720).items()}
    assert sizes(720, 1280) == turned


def test_a_small_picture_has_one_rung_of_its_own_size() -> None:
    assert sizes(400, 170) == {"v225": (400, 170)}


def test_a_rung_hardly_smaller_than_the_source_is_not_made() -> None:
    assert list(sizes(1366, 768)) == ["v240", "v360", "v480", "v768"]


def test_odd_sizes_become_even_and_no_larger() -> None:
    assert sizes(641, 361) == {"v240": (426, 240), "v361": (640, 360)}


def test_high_frame_rates_get_more_bits() -> None:
    (slow,) = ladder(width_px=320, height_px=180, rate=Fraction(30))
    (fast,) = ladder(width_px=320, height_px=180, rate=Fraction(60))
    assert fast.max_bps == pytest.approx(slow.max_bps * 1.5, abs=1)


def test_the_lowest_rung_is_cheap() -> None:
    lowest = ladder(width_px=1920, height_px=1080, rate=Fraction(24))[0]
    assert lowest.max_bps <= 300_000


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        ladder(width_px=1920, height_px=2, rate=Fraction(24))
