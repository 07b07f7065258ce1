"""Poster and still of a film: a good frame of it, cropped to what shows most."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import av.error
import numpy as np
from numpy.typing import NDArray
from PIL import Image

POSTER_PX = (600, 900)
STILL_PX = (1280, 720)
_CANDIDATES = 16
# Not the titles at the start nor the credits, nor a twist near the end.
_FROM, _TO = 0.06, 0.78
_JPEG_QUALITY = 88
_COLOUR_STEPS = 5  # per channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Artwork:
    """Where the pictures are, and the colour to show until they have arrived."""

    poster_path: Path
    still_path: Path
    average_colour: str


def make_artwork(video: Path, duration_s: float, folder: Path) -> Artwork:
    """Write ``poster.jpg`` (2:3) and ``still.jpg`` (16:9) from a video file of our own."""
    frame = best_frame(_candidates(video, duration_s))
    poster, still = folder / "poster.jpg", folder / "still.jpg"
    _save(fill(frame, POSTER_PX), poster)
    _save(fill(frame, still_size(frame)), still)
    return Artwork(poster_path=poster, still_path=still, average_colour=average_colour(frame))


def best_frame(frames: list[Image.Image]) -> Image.Image:
    """The frame with most to see: neither dark nor glaring, rich in colours, contrast, shapes."""
    return max(frames, key=_score)


def average_colour(frame: Image.Image) -> str:
    """Mean colour as ``#RRGGBB``."""
    red, green, blue = np.asarray(frame.resize((32, 18))).reshape(-1, 3).mean(axis=0)
    return f"#{round(red):02X}{round(green):02X}{round(blue):02X}"


def _candidates(video: Path, duration_s: float) -> list[Image.Image]:
    frames: list[Image.Image] = []
    with av.open(f"file:{video}") as container:
        stream = container.streams.video[0]
        for share in np.linspace(_FROM, _TO, _CANDIDATES):
            container.seek(int(duration_s * share * av.time_base))
            frame = next(container.decode(stream), None)
            if frame is not None:
                frames.append(Image.fromarray(frame.to_ndarray(format="rgb24")))
    return frames


def _score(frame: Image.Image) -> float:
    # So small that grain and fine patterns average out and large shapes remain: what is left is
    # what makes a poster readable across a room.
    pixels = np.asarray(frame.resize((48, 27), Image.Resampling.BOX), dtype=np.float64) / 255
    light = pixels.mean(axis=2)
    exposure = 1 - abs(float(light.mean()) - 0.45) / 0.55
    detail = float(_detail(light).mean())
    return exposure * (_variety(pixels) + 0.5 * float(light.std()) + detail)


def _variety(pixels: NDArray[np.float64]) -> float:
    """How many colours there are, evenly spread: 0 for one, about 1 for a colourful scene."""
    steps = np.minimum((pixels * _COLOUR_STEPS).astype(np.int64), _COLOUR_STEPS - 1)
    kinds = steps @ np.array([_COLOUR_STEPS**2, _COLOUR_STEPS, 1])
    shares = np.unique(kinds, return_counts=True)[1] / kinds.size
    return float(-(shares * np.log2(shares)).sum()) / 5


def _detail(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much neighbouring points differ, per point."""
    down, across = np.gradient(light)
    detail: NDArray[np.float64] = np.hypot(down, across)
    return detail


def still_size(frame: Image.Image) -> tuple[int, int]:
    """Size of a still that enlarges nothing of ``frame``."""
    scale = min(1.0, max(frame.width / STILL_PX[0], frame.height / STILL_PX[1]))
    return max(2, round(STILL_PX[0] * scale)), max(2, round(STILL_PX[1] * scale))


def fill(frame: Image.Image, size_px: tuple[int, int]) -> Image.Image:
    """``frame`` cropped to the shape of ``size_px`` where it shows most, then scaled to it."""
    shape = size_px[0] / size_px[1]
    width, height = min(frame.width, frame.height * shape), min(frame.height, frame.width / shape)
    detail = _detail(np.asarray(frame.convert("L"), dtype=np.float64))
    left = _best_offset(detail.sum(axis=0), round(width))
    top = _best_offset(detail.sum(axis=1), round(height))
    box = (left, top, left + round(width), top + round(height))
    return frame.crop(box).resize(size_px, Image.Resampling.LANCZOS)


def _best_offset(detail: NDArray[np.float64], length: int) -> int:
    """Where a window of ``length`` holds most detail, with a pull to the middle."""
    room = len(detail) - length
    if room <= 0:
        return 0
    sums = np.concatenate([[0.0], np.cumsum(detail)])
    held = sums[length:] - sums[:-length]
    distance = np.abs(np.arange(room + 1) - room / 2) / (room / 2)
    return int(np.argmax(held * (1 - 0.25 * distance)))


def _save(image: Image.Image, path: Path) -> None:
    image.convert("RGB").save(path, quality=_JPEG_QUALITY, optimize=True, progressive=True)
