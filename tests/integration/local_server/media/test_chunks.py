"""A film longer than a chunk, every frame of which can be told from its neighbours."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from abr import manifest
from abr.media import Presentation
from local_server.media.grid import Grid
from local_server.media.results import StudioResult
from tests.helpers.clips import ffmpeg, make_clip
from tests.helpers.studio import studio_at_work

RATE = 12
FRAMES = 36 * RATE + 5
# Brightness by frame number: 14 steps of 16, so that compression cannot blur one into the next.
STEPS = 14


def shade(frame: int) -> int:
    return 16 + 16 * (frame % STEPS)


def make_shades(path: Path, *, gop: int) -> Path:
    graph = f"color=s=64x36:r={RATE},geq=lum='16+16*mod(N,{STEPS})':cb=128:cr=128"
    ffmpeg(
        *("-f", "lavfi", "-i", graph, "-frames:v", str(FRAMES)),
        *("-c:v", "libx264", "-preset", "veryfast", "-qp", "4", "-g", str(gop), "-bf", "2"),
        *("-pix_fmt", "yuv420p", "-color_range", "tv", f"file:{path}"),
    )
    return path


@pytest.fixture(scope="module", params=["short.mp4", "long.mkv", "long.ts"])
def result(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StudioResult]:
    folder = tmp_path_factory.mktemp("shades")
    gop = 24 if request.param.startswith("short") else 500
    with studio_at_work(folder / "studio") as at_work:
        yield at_work.prepared(make_shades(folder / request.param, gop=gop))


@pytest.fixture
def presentation(result: StudioResult) -> Presentation:
    return manifest.load((result.folder / manifest.FILE_NAME).read_bytes())


def test_no_frame_is_lost_doubled_or_moved_where_chunks_meet(
    result: StudioResult, presentation: Presentation
) -> None:
    video = presentation.video
    assert video is not None
    (representation,) = video.representations
    grid = Grid(rate=Fraction(RATE))
    assert grid.chunk_frames < FRAMES
    assert presentation.duration_s == pytest.approx(FRAMES / RATE)
    data = (result.folder / representation.init_path).read_bytes()
    for index in range(len(representation.segment_bytes)):
        data += (result.folder / representation.path_of(index)).read_bytes()
    with av.open(io.BytesIO(data), "r") as container:
        shown = [(f.time, float(np.median(f.to_ndarray()[:36]))) for f in container.decode(video=0)]
    assert [time for time, _ in shown] == pytest.approx([n / RATE for n in range(FRAMES)])
    seen = [round((light - 16) / 16) for _, light in shown]
    assert seen == [n % STEPS for n in range(FRAMES)]


def test_a_film_that_ends_with_its_chunk_is_not_made_longer(tmp_path: Path) -> None:
    film = make_clip(tmp_path / "film.mp4", seconds=32, size="64x36", rate="12", sound=False)
    with studio_at_work(tmp_path / "studio") as at_work:
        assert at_work.prepared(film).duration_s == 32
