import numpy as np
import pytest
from PIL import Image

from local_server.media.artwork import (
    POSTER_PX,
    STILL_PX,
    average_colour,
    best_frame,
    fill,
    still_size,
)

BLACK = Image.new("RGB", (320, 180))
WHITE = Image.new("RGB", (320, 180), "white")


def scene(seed: int = 1) -> Image.Image:
    blocks = np.random.default_rng(seed).integers(0, 200, (9, 16, 3), dtype=np.uint8)
    return Image.fromarray(blocks).resize((320, 180), Image.Resampling.NEAREST)


def test_a_frame_with_something_on_it_is_chosen() -> None:
    picture = scene()
    assert best_frame([BLACK, picture, WHITE]) is picture


def test_the_colour_is_the_mean_of_the_frame() -> None:
    assert average_colour(Image.new("RGB", (320, 180), "#336699")) == "#336699"


@pytest.mark.parametrize("size_px", [(320, 180), (180, 320), (400, 170), (64, 64)])
def test_pictures_have_the_shapes_they_are_asked_for(size_px: tuple[int, int]) -> None:
    frame = scene().resize(size_px)
    assert fill(frame, POSTER_PX).size == POSTER_PX
    still = fill(frame, still_size(frame))
    assert still.width / still.height == pytest.approx(16 / 9, rel=0.03)
    assert still.width <= min(STILL_PX[0], max(size_px[0], size_px[1] * 16 / 9) + 1)


def test_a_poster_shows_where_most_is_to_be_seen() -> None:
    frame = Image.new("RGB", (320, 180), "grey")
    frame.paste(scene().resize((100, 180)), (210, 0))
    poster = np.asarray(fill(frame, POSTER_PX).convert("L"), dtype=float)
    middle = np.asarray(fill(Image.new("RGB", (320, 180), "grey"), POSTER_PX).convert("L"))
    assert poster.std() > 20
    assert middle.std() < 1
