"""The services together, without a network: what survives, what is announced, what is undone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from local_server.contracts import Availability, DeviceClass, Problem, WatchEvent, WatchKind
from local_server.errors import Conflict, NotFound
from local_server.services.catalog.library import Library, Starter
from local_server.services.catalog.naming import Reading, ReadingKind
from tests.helpers.edge import Clock, Edge, edge_without_http

BROKEN = Problem(code="file_damaged", message="The file is damaged")


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Edge]:
    with edge_without_http(tmp_path / "home") as edge:
        yield edge


def profile(edge: Edge) -> str:
    return edge.server.services.users.household().profiles[0].id


def watch(edge: Edge, title_id: str, position_s: float, *, session_id: str = "s") -> None:
    edge.clock.forward(1)
    edge.server.services.playback.record(
        [
            WatchEvent(
                id=f"{title_id}-{edge.clock().timestamp():.0f}",
                session_id=session_id,
                profile_id=profile(edge),
                title_id=title_id,
                kind=WatchKind.PROGRESS,
                position_s=position_s,
                duration_s=600,
                at=edge.clock(),
            )
        ]
    )


def rows(edge: Edge) -> dict[str, list[str]]:
    viewer = edge.server.services.users.viewer(profile(edge))
    home = edge.server.screens.of(viewer, DeviceClass.DESKTOP)
    return {row.id: [title.name for title in row.items] for row in home.rows}


def learned(edge: Edge) -> list[str]:
    """Titles recommendation knows to have been seen."""
    with closing(sqlite3.connect(edge.server.paths.database("recommendation"))) as connection:
        return [row[0] for row in connection.execute("SELECT title_id FROM viewings")]


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    with edge_without_http(tmp_path / "home", clock) as edge:
        film = edge.film(tmp_path)
        watch(edge, film, 300)
        before = (edge.server.services.users.household(), rows(edge), edge.token)
    with edge_without_http(tmp_path / "home", clock) as edge:
        assert (edge.server.services.users.household(), rows(edge), edge.token) == before
        assert before[1]["continue"] == ["A Film"]


def test_what_recommendation_missed_it_learns_at_the_next_start(tmp_path: Path) -> None:
    with edge_without_http(tmp_path / "home") as edge:
        film = edge.film(tmp_path)
        watch(edge, film, 300)
        database = edge.server.paths.database("recommendation")
    database.unlink()  # and not restored: only what is damaged is
    with edge_without_http(tmp_path / "home") as edge:
        assert learned(edge) == []
        edge.server.open()
        edge.server._opening.join() if edge.server._opening else pytest.fail("did not open")
        assert learned(edge) == [film]
        edge.server.services.playback.forget_everything(profile(edge))
        assert learned(edge) == []


def test_what_was_accepted_but_never_arrived_is_handed_in_again(edge: Edge, tmp_path: Path) -> None:
    lost, kept, done = (edge.accept(tmp_path, f"{n}.mkv") for n in ("lost", "kept", "done"))
    edge.studio.finish(done)
    edge.studio.requests = [r for r in edge.studio.requests if r.title_id != lost]
    edge.server.services.library.resume_preparation()
    assert [r.title_id for r in edge.studio.requests] == [kept, done, lost]
    assert edge.studio.requests[-1].source == tmp_path / "lost.mkv"
    edge.server.services.library.resume_preparation()
    assert len(edge.studio.requests) == 3


def test_a_failed_film_is_tried_again_when_it_is_added_again(edge: Edge, tmp_path: Path) -> None:
    title_id = edge.accept(tmp_path, "film.mkv")
    edge.studio.fail(title_id, BROKEN)
    edge.clock.forward(60)
    (again,) = edge.server.services.library.add_paths([str(tmp_path / "film.mkv")])
    assert again.title_id == title_id
    title = edge.server.services.catalog.detail(title_id).summary
    assert (title.availability, title.problem) == (Availability.PREPARING, None)
    assert len(edge.studio.requests) == 2


def test_media_that_is_gone_and_comes_back(edge: Edge, tmp_path: Path) -> None:
    film = edge.film(tmp_path)
    catalog, library = edge.server.services.catalog, edge.server.services.library
    folder = edge.studio.media_dir / catalog.playable(film).presentation_id
    folder.rename(tmp_path / "elsewhere")
    library.check_media()
    assert catalog.detail(film).summary.availability is Availability.MISSING
    with pytest.raises(Conflict) as refused:
        catalog.playable(film)
    assert refused.value.code == "title_missing"
    (tmp_path / "elsewhere").rename(folder)
    library.check_media()
    assert catalog.playable(film).summary.availability is Availability.READY


def test_a_cancelled_series_leaves_with_its_last_episode(edge: Edge, tmp_path: Path) -> None:
    first = edge.accept(tmp_path, "Show S01E01.mkv")
    second = edge.accept(tmp_path, "Show S01E02.mkv")
    catalog = edge.server.services.catalog
    jobs = edge.server.services.jobs
    jobs.cancel(edge.studio.job_of(first))
    (series,) = catalog.titles(None, None, limit=9, offset=0).items
    assert [e.id for e in catalog.detail(series.id).episodes] == [second]
    jobs.cancel(edge.studio.job_of(second))
    assert catalog.titles(None, None, limit=9, offset=0).total == 0
    assert edge.accept(tmp_path, "Show S01E01.mkv") != first


def test_news_of_unknown_titles_are_ignored(edge: Edge) -> None:
    edge.studio.progress("nobody", 0.5)
    edge.studio.fail("nobody", BROKEN)
    edge.studio.finish("nobody")
    assert edge.server.services.catalog.titles(None, None, limit=9, offset=0).total == 0


def test_starter_titles_come_once(edge: Edge, tmp_path: Path) -> None:
    clip = tmp_path / "clip.webm"
    clip.write_bytes(b"clip")
    starters = [
        Starter(
            key="clip",
            source=clip,
            reading=Reading(kind=ReadingKind.MOVIE, title="Clip", year=2008),
            synopsis="A clip.",
            attribution="Somebody, CC BY 3.0",
        ),
        Starter(
            key="gone",
            source=tmp_path / "gone.webm",
            reading=Reading(kind=ReadingKind.MOVIE, title="Gone"),
            synopsis="",
            attribution="",
        ),
        Starter(
            key="drawn",
            source="recipe-1",
            reading=Reading(
                kind=ReadingKind.EPISODE,
                title="Show",
                year=2026,
                season=1,
                episodes=(1,),
                episode_title="One",
            ),
            synopsis="Drawn.",
            attribution="Us",
        ),
    ]
    services = edge.server.services
    services.library.add_starters(starters)
    services.library.add_starters(starters)
    assert [(r.name, r.source) for r in edge.studio.requests] == [
        ("Clip", clip),
        ("One", "recipe-1"),
    ]
    page = services.catalog.titles(None, None, limit=9, offset=0)
    assert [(t.name, t.year, t.attribution) for t in page.items] == [
        ("Clip", 2008, "Somebody, CC BY 3.0"),
        ("Show", 2026, "Us"),
    ]
    assert services.catalog.detail(page.items[0].id).synopsis == "A clip."
    services.jobs.cancel(edge.studio.job_of(page.items[0].id))
    services.library.add_starters(starters)
    assert len(edge.studio.requests) == 2


def test_a_lost_recipe_is_handed_in_again(edge: Edge) -> None:
    starter = Starter(
        key="d",
        source="recipe-1",
        reading=Reading(kind=ReadingKind.MOVIE, title="D"),
        synopsis="",
        attribution="",
    )
    edge.server.services.library.add_starters([starter])
    edge.studio.requests.clear()
    edge.server.services.library.resume_preparation()
    assert [r.source for r in edge.studio.requests] == ["recipe-1"]


def test_who_asked_comes_first(edge: Edge, tmp_path: Path) -> None:
    starter = Starter(
        key="d",
        source="recipe-1",
        reading=Reading(kind=ReadingKind.MOVIE, title="D"),
        synopsis="",
        attribution="",
    )
    edge.server.services.library.add_starters([starter])
    edge.accept(tmp_path, "film.mkv")
    background, asked = edge.studio.requests
    assert asked.priority > background.priority


def test_rows_of_the_home_screen(edge: Edge, tmp_path: Path) -> None:
    assert rows(edge) == {}
    old = edge.film(tmp_path, "Old.mkv")
    edge.clock.forward(60)
    one = edge.film(tmp_path, "Show S01E01 One.mkv")
    two = edge.film(tmp_path, "Show S01E02 Two.mkv")
    edge.clock.forward(60)
    broken = edge.accept(tmp_path, "Broken.mkv")
    edge.studio.fail(broken, BROKEN)
    edge.accept(tmp_path, "Coming.mkv")
    assert rows(edge) == {
        "new": ["Coming", "Show", "Old"],
        "films": ["Broken", "Coming", "Old"],
        "series": ["Show"],
    }
    watch(edge, old, 100)
    watch(edge, one, 599)
    found = rows(edge)
    assert (found["continue"], found["next"]) == (["Old"], ["Two"])
    watch(edge, two, 599)
    watch(edge, old, 599)
    assert not {"continue", "next"} & rows(edge).keys()


def test_streams_are_announced_when_leases_lapse(edge: Edge, tmp_path: Path) -> None:
    film = edge.film(tmp_path)
    playback = edge.server.services.playback
    grant = playback.start(title_id=film, profile_id=profile(edge), device_id="tv")
    for _ in range(5):
        edge.clock.forward(50)
        watch(edge, film, 10, session_id=grant.session_id)
        playback.announce_streams()
    assert edge.studio.playing == [True]
    edge.clock.forward(61)
    playback.announce_streams()
    playback.announce_streams()
    assert edge.studio.playing == [True, False]
    watch(edge, film, 20, session_id=grant.session_id)
    assert edge.studio.playing == [True, False, True]


def test_a_lapsed_lease_comes_back_only_while_there_is_room(edge: Edge, tmp_path: Path) -> None:
    film = edge.film(tmp_path)
    playback = edge.server.services.playback

    def start(device_id: str) -> str:
        grant = playback.start(title_id=film, profile_id=profile(edge), device_id=device_id)
        return grant.session_id

    asleep = start("tv")
    edge.clock.forward(61)
    start("laptop")
    phone = start("phone")
    watch(edge, film, 10, session_id=asleep)
    with pytest.raises(Conflict):
        start("tablet")
    playback.end(phone)
    watch(edge, film, 20, session_id=asleep)
    with pytest.raises(Conflict):
        start("tablet")


def test_resuming_a_finished_film_starts_anew(edge: Edge, tmp_path: Path) -> None:
    film = edge.film(tmp_path)
    playback = edge.server.services.playback

    def resume_s() -> float:
        return playback.start(title_id=film, profile_id=profile(edge), device_id="tv").resume_s

    watch(edge, film, 300)
    assert resume_s() == 300
    watch(edge, film, 595)
    assert resume_s() == 0


def test_only_profiles_of_the_household_play(edge: Edge, tmp_path: Path) -> None:
    film = edge.film(tmp_path)
    with pytest.raises(NotFound):
        edge.server.services.playback.start(title_id=film, profile_id="nobody", device_id="tv")
    assert edge.studio.playing == []


def test_a_file_offered_twice_at_once_is_taken_once(
    edge: Edge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "film.mkv"
    path.write_bytes(b"film")
    results = edge.server.services.library.add_paths([str(path), str(path), str(tmp_path)])
    assert [r.problem is None for r in results] == [True, False, False]

    def broken(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("local_server.services.catalog.taking.fingerprint", broken)
    (tmp_path / "other.mkv").write_bytes(b"other")
    (result,) = edge.server.services.library.add_paths([str(tmp_path / "other.mkv")])
    assert result.problem is not None
    assert "Input/output error" in result.problem.message


def test_the_home_itself_is_no_library(edge: Edge) -> None:
    (result,) = edge.server.services.library.add_paths([str(edge.home)])
    assert result.problem is not None
    assert result.problem.code == "own_folder"
    assert isinstance(edge.server.services.library, Library)
