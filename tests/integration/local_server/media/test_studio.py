"""The studio as a whole: interrupted, stopped, killed, and always right in the end."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from abr import manifest
from bench.transcode_kills import fingerprint, half_folders, measure
from local_server.contracts import JobState
from local_server.media.errors import StudioUnusable
from local_server.media.generated import Recipe, RecipeId, Scene, Sound, Subtitles
from local_server.media.studio import Studio
from local_server.media.views import (
    StudioCancelled,
    StudioEvent,
    StudioProgress,
    StudioReady,
    StudioRequest,
)
from tests.helpers.clips import make_clip
from tests.helpers.studio import studio_at_work

PICTURE = "Preparing the picture"


@pytest.fixture(scope="module")
def two_chunks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of a full chunk and a short one."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    return make_clip(path, seconds=38, size="256x144", rate="12")


@pytest.fixture(scope="module")
def undisturbed(two_chunks: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("undisturbed")
    with studio_at_work(root) as at_work:
        at_work.prepared(two_chunks)
    return fingerprint(root)


def new_studio(root: Path, listener: Callable[[StudioEvent], None]) -> Studio:
    seconds = itertools.count()
    return Studio(
        database_path=root / "studio.sqlite3",
        media_dir=root / "media",
        work_dir=root / "work",
        listener=listener,
        threads=2,
        monotonic_s=lambda: float(next(seconds)),  # every step of progress is told
    )


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_server_killed_again_and_again_makes_the_same_film(
    two_chunks: Path, tmp_path: Path, undisturbed: str
) -> None:
    findings = measure(tmp_path, two_chunks, kills=2, per_run=2, seed=11)
    assert findings.kills == 2
    assert findings.equal == len(findings.resumed_s) >= 1
    assert findings.half_folders == 0
    assert findings.orphans == 0
    assert fingerprint(tmp_path / "undisturbed") == undisturbed


def test_a_stopped_studio_goes_on_where_it_was(
    two_chunks: Path, tmp_path: Path, undisturbed: str
) -> None:
    stop = threading.Event()

    def listen(_event: StudioEvent) -> None:
        if list((tmp_path / "work").glob("*/chunks/00000")):
            stop.set()
            holding.wait(30)  # the studio is still at it when it is told to stop

    holding = threading.Event()
    studio = new_studio(tmp_path, listen)
    studio.submit(StudioRequest(title_id="t", name="T", source=two_chunks))
    studio.start()
    assert stop.wait(60)
    threading.Timer(0.2, holding.set).start()
    studio.stop()
    assert list((tmp_path / "media").iterdir()) == []
    (kept,) = (tmp_path / "work").glob("*/chunks/00000")
    before = kept.stat()

    seen: list[tuple[int, int]] = []
    ready = threading.Event()

    def hear(event: StudioEvent) -> None:
        if kept.exists():
            seen.append((kept.stat().st_ino, kept.stat().st_mtime_ns))
        if isinstance(event, StudioReady):
            ready.set()

    studio = new_studio(tmp_path, hear)
    studio.start()
    assert ready.wait(60)
    studio.stop()
    assert set(seen) == {(before.st_ino, before.st_mtime_ns)}
    assert fingerprint(tmp_path) == undisturbed
    assert half_folders(tmp_path) == 0


def test_a_cancelled_film_leaves_nothing(two_chunks: Path, tmp_path: Path) -> None:
    with studio_at_work(tmp_path) as at_work:
        at_work.submit(two_chunks, "running")
        at_work.submit(two_chunks, "waiting")
        running, waiting = at_work.studio.jobs()
        while True:
            event = at_work.told.get(timeout=60)
            if isinstance(event, StudioProgress) and event.stage == PICTURE:
                break
        at_work.studio.cancel(waiting.id)
        at_work.studio.cancel(running.id)
        endings = {at_work.next_ending().job_id, at_work.next_ending().job_id}
        assert endings == {running.id, waiting.id}
        assert {job.state for job in at_work.studio.jobs()} == {JobState.CANCELLED}
        assert list(at_work.media_dir.iterdir()) == []
        assert [path.name for path in at_work.work_dir.iterdir()] == ["studio.lock"]
        at_work.studio.cancel(running.id)
        assert at_work.told.empty()


def test_a_more_urgent_film_passes_between_chunks(two_chunks: Path, tmp_path: Path) -> None:
    short = make_clip(tmp_path / "short.mp4", seconds=1, size="64x36")
    with studio_at_work(tmp_path / "studio") as at_work:
        at_work.submit(two_chunks, "long", priority=0)
        while True:
            event = at_work.told.get(timeout=60)
            if isinstance(event, StudioProgress) and event.stage == PICTURE:
                break
        at_work.submit(short, "urgent", priority=5)
        assert [at_work.next_ending().title_id for _ in range(2)] == ["urgent", "long"]
        by_title: dict[str, list[float]] = {"long": [event.progress], "urgent": []}
        for heard in at_work.progress:
            by_title[heard.title_id].append(heard.progress)
        assert all(shares == sorted(shares) for shares in by_title.values())


def test_an_ending_nobody_heard_is_told_again(tmp_path: Path) -> None:
    film = make_clip(tmp_path / "film.mp4", seconds=1, size="64x36")
    heard: list[StudioEvent] = []
    tried = threading.Event()

    def deaf(event: StudioEvent) -> None:
        ended = isinstance(event, StudioReady)
        if ended:
            tried.set()
        assert not ended, "not listening"

    studio = new_studio(tmp_path / "studio", deaf)
    studio.submit(StudioRequest(title_id="t", name="T", source=film))
    studio.start()
    assert tried.wait(60)
    studio.stop()
    ears: queue.SimpleQueue[StudioEvent] = queue.SimpleQueue()
    studio = new_studio(tmp_path / "studio", ears.put)
    studio.start()
    heard.append(ears.get(timeout=60))
    studio.stop()
    assert isinstance(heard[0], StudioReady)
    studio = new_studio(tmp_path / "studio", ears.put)
    studio.submit(StudioRequest(title_id="u", name="U", source=tmp_path / "nothing"))
    studio.start()
    while isinstance(event := ears.get(timeout=60), StudioProgress):
        pass
    studio.stop()
    assert event.title_id == "u"


def test_of_two_studios_on_one_folder_one_works(tmp_path: Path) -> None:
    film = make_clip(tmp_path / "film.mp4", seconds=1, size="64x36")
    root = tmp_path / "studio"
    idle: list[StudioEvent] = []
    with studio_at_work(root) as at_work:
        at_work.prepared(film)
        second = new_studio(root, idle.append)
        second.start()
        at_work.submit(film, "again")
        ending = at_work.next_ending()
        assert isinstance(ending, StudioReady)
        second.stop()
    assert idle == []


def test_a_film_it_draws_itself_takes_the_same_way(tmp_path: Path) -> None:
    recipe = Recipe(
        id=RecipeId("two-scenes"),
        width_px=128,
        height_px=72,
        rate=24,
        scenes=(
            Scene(graph="color=c=red:s=64x36:r=24", frames=30),
            Scene(graph="color=c=blue:s=64x36:r=24", frames=30),
        ),
        sounds=(
            Sound(language="eng", label="English", expression="0.1*sin(880*PI*t)|0"),
            Sound(language="ger", label="Deutsch", expression="0|0.1*sin(660*PI*t)"),
        ),
        subtitles=(Subtitles(language="ger", label="Deutsch", text=lambda at_s: f"{at_s} s"),),
        cue_every_s=1,
    )
    with studio_at_work(tmp_path, recipes=[recipe]) as at_work:
        result = at_work.prepared(recipe.id)
        shares = [event.progress for event in at_work.progress]
    assert result.duration_s == recipe.duration_s == 2.5
    assert result.audio_languages == ("en", "de")
    assert result.subtitle_languages == ("de",)
    assert shares == sorted(shares)
    presentation = manifest.load((result.folder / manifest.FILE_NAME).read_bytes())
    assert presentation.video is not None
    with av.open(f"file:{result.folder / 'v72.m3u8'}", "r") as container:
        frames = [f.to_ndarray(format="rgb24")[10, 60] for f in container.decode(video=0)]
    assert ["red" if f[0] > f[2] else "blue" for f in frames] == ["red"] * 30 + ["blue"] * 30


def test_a_recipe_of_another_version_is_refused(tmp_path: Path) -> None:
    with studio_at_work(tmp_path) as at_work:
        at_work.submit(RecipeId("unheard-of"))
        ending = at_work.next_ending()
        assert not isinstance(ending, StudioReady | StudioCancelled)
        assert ending.problem.code == "file_not_found"


def test_a_folder_that_cannot_be_made_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("in the way", encoding="utf-8")
    with pytest.raises(StudioUnusable, match="cannot be used"):
        new_studio(tmp_path, lambda _event: None)


def test_giving_way_does_not_stop_the_work(tmp_path: Path) -> None:
    film = make_clip(tmp_path / "film.mp4", seconds=2)
    with studio_at_work(tmp_path / "studio") as at_work:
        at_work.studio.set_playing(True)
        assert at_work.prepared(film).duration_s == pytest.approx(2)
        at_work.studio.set_playing(False)
