"""The client against the whole server, over a real connection."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import structlog

from local_server.client import EdgeClient, EdgeRefused
from local_server.contracts import (
    Availability,
    JobState,
    Problem,
    TitleKind,
    WatchEvent,
    WatchKind,
)
from local_server.runtime.running import NOTE, RunningServer, note_text, remove_note
from local_server.runtime.settings import ServerPaths
from local_server.services.playback.service import Playback
from tests.helpers.edge import EVENING, Edge, running_edge


def event(
    number: int,
    *,
    profile_id: str,
    title_id: str,
    position_s: float,
    kind: WatchKind = WatchKind.PROGRESS,
    session_id: str = "session",
    duration_s: float = 600.0,
) -> WatchEvent:
    return WatchEvent(
        id=f"event-{number}",
        session_id=session_id,
        profile_id=profile_id,
        title_id=title_id,
        kind=kind,
        position_s=position_s,
        duration_s=duration_s,
        at=EVENING + timedelta(seconds=number),
    )


def test_health_needs_no_token(edge: Edge) -> None:
    with edge.client(token="wrong") as client:
        health = client.health()
        assert health.status == "ok"
        assert set(health.services) == {
            "catalog",
            "users",
            "recommendation",
            "playback",
            "billing",
        }
        with pytest.raises(EdgeRefused) as refused:
            client.titles()
    assert refused.value.status == 401
    assert refused.value.problem.code == "token_missing_or_wrong"


def test_a_new_home_has_a_household_and_a_plan(client: EdgeClient) -> None:
    household = client.household()
    assert [profile.name for profile in household.profiles] == ["Everyone"]
    assert client.household() == household
    plan = client.entitlements()
    assert (plan.max_streams, plan.max_height_px, plan.downloads) == (2, 2160, False)
    assert client.titles().items == ()
    assert client.home(household.profiles[0].id).rows == ()


def test_a_film_from_file_to_picture(edge: Edge, client: EdgeClient, tmp_path: Path) -> None:
    film = tmp_path / "films" / "Die Brücke (1959) 1080p.mkv"
    film.parent.mkdir()
    film.write_bytes(b"film")
    (added,) = client.add_paths([film])
    assert added.path == str(film)
    assert added.title_id is not None
    (waiting,) = client.titles().items
    assert (waiting.id, waiting.name, waiting.year) == (added.title_id, "Die Brücke", 1959)
    assert (waiting.availability, waiting.progress) == (Availability.PREPARING, 0.0)
    edge.studio.progress(added.title_id, 0.5)
    assert client.title(added.title_id).summary.progress == 0.5

    edge.studio.finish(added.title_id, duration_s=6000.0)
    detail = client.title(added.title_id)
    title = detail.summary
    assert (title.availability, title.progress) == (Availability.READY, 1.0)
    assert (title.duration_s, title.average_colour) == (6000.0, "#102030")
    assert (detail.audio_languages, detail.subtitle_languages) == (("en", "de"), ("en",))
    assert (detail.max_height_px, detail.size_bytes) == (720, 1000)
    assert title.poster_url is not None
    assert httpx.get(client.absolute(title.poster_url)).content == b"poster.jpg"


def test_a_film_that_fails(edge: Edge, client: EdgeClient, tmp_path: Path) -> None:
    title_id = edge.accept(tmp_path, "broken.mkv")
    problem = Problem(code="file_damaged", message="The file is damaged", hint="Copy it again.")
    edge.studio.fail(title_id, problem)
    (title,) = client.titles().items
    assert (title.availability, title.problem) == (Availability.FAILED, problem)
    with pytest.raises(EdgeRefused) as refused:
        client.start_playback(title_id, client.household().profiles[0].id, "tv")
    assert refused.value.status == 409
    assert refused.value.title == "“broken” could not be prepared: The file is damaged"
    assert refused.value.hint == "Copy it again."


def test_search_and_pages(edge: Edge, client: EdgeClient, tmp_path: Path) -> None:
    for name in ("Amélie.mkv", "amadeus.mkv", "Brazil.mkv", "100% Wolf.mkv", "Show S01E01 A.mkv"):
        edge.accept(tmp_path, name)
    assert [t.name for t in client.titles().items] == [
        "100% Wolf",
        "amadeus",
        "Amélie",
        "Brazil",
        "Show",
    ]
    assert [t.name for t in client.titles("AMEL").items] == ["Amélie"]
    assert [t.name for t in client.titles("%").items] == ["100% Wolf"]
    assert client.titles("_").items == ()
    page = client.titles(limit=2, offset=1)
    assert ([t.name for t in page.items], page.total) == (["amadeus", "Amélie"], 5)
    assert [t.name for t in client.titles(kind=TitleKind.SERIES).items] == ["Show"]
    (episode,) = client.titles(kind=TitleKind.EPISODE).items
    assert (episode.name, episode.series_name, episode.season) == ("A", "Show", 1)


def test_a_series(edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path) -> None:
    first = edge.accept(tmp_path, "Show (2020)/Season 1/Show - S01E01 - Pilot.mkv")
    third = edge.accept(tmp_path, "Show (2020)/Season 1/show s01e03.mkv")
    second = edge.accept(tmp_path, "Show (2020)/Season 1/Show - 1x02 - Next.mkv")
    (series,) = client.titles().items
    assert (series.kind, series.availability) == (TitleKind.SERIES, Availability.PREPARING)
    edge.studio.finish(first)
    edge.studio.finish(third)
    detail = client.title(series.id, profile_id=profile_id)
    assert detail.summary.availability is Availability.READY
    assert detail.summary.poster_url is not None
    assert detail.summary.duration_s == 0
    assert [e.id for e in detail.episodes] == [first, second, third]
    assert [e.series_name for e in detail.episodes] == [detail.summary.name] * 3
    assert detail.size_bytes == 2000

    with pytest.raises(EdgeRefused, match="series cannot be played"):
        client.start_playback(series.id, profile_id, "tv")
    assert client.start_playback(first, profile_id, "tv").next_title_id == third
    edge.studio.finish(second)
    assert client.start_playback(first, profile_id, "tv").next_title_id == second
    assert client.start_playback(third, profile_id, "tv").next_title_id is None


def test_paths_that_give_no_film(client: EdgeClient, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("no film")
    empty = tmp_path / "empty.mkv"
    empty.touch()
    folder = tmp_path / "folder"
    folder.mkdir()
    missing = tmp_path / "missing.mkv"
    results = client.add_paths([notes, empty, folder, missing, tmp_path / ("x" * 300 + ".mkv")])
    assert [r.problem and r.problem.code for r in results] == [
        "not_a_media_file",
        "file_empty",
        "nothing_found",
        "file_not_found",
        "file_name_too_long",
    ]
    assert all(r.problem and r.problem.hint for r in results)
    assert client.titles().total == 0


def test_a_name_that_is_no_text(client: EdgeClient, tmp_path: Path) -> None:
    folder = str(tmp_path).encode()
    odd = Path((folder + b"/caf\xe9 'n' \"co\"\n-x.mkv").decode("utf-8", "surrogateescape"))
    odd.write_bytes(b"film")
    (added,) = client.add_paths([odd])
    assert added.title_id is not None
    assert "\\xe9" in added.path
    (title,) = client.titles().items
    assert title.name == "caf\N{REPLACEMENT CHARACTER} 'n' \"co\" -x"
    (again,) = client.add_paths([odd])
    assert again.problem is not None
    assert again.problem.code == "already_in_library"


def test_the_same_film_twice(edge: Edge, client: EdgeClient, tmp_path: Path) -> None:
    title_id = edge.film(tmp_path, "One.mkv")
    copy = tmp_path / "Copy.mkv"
    copy.write_bytes((tmp_path / "One.mkv").read_bytes())
    (again,) = client.add_paths([tmp_path / "One.mkv"])
    (copied,) = client.add_paths([copy])
    for result in (again, copied):
        assert result.problem is not None
        assert result.problem.code == "already_in_library"
        assert "“One”" in result.problem.message
    assert [t.id for t in client.titles().items] == [title_id]


def test_jobs(edge: Edge, client: EdgeClient, tmp_path: Path) -> None:
    kept, dropped = edge.accept(tmp_path, "Kept.mkv"), edge.accept(tmp_path, "Dropped.mkv")
    jobs = client.jobs()
    assert [job.title_name for job in jobs] == ["Dropped", "Kept"]
    client.cancel_job(jobs[0].id)
    assert client.jobs()[0].state is JobState.CANCELLED
    assert [t.id for t in client.titles().items] == [kept]
    with pytest.raises(EdgeRefused) as refused:
        client.title(dropped)
    assert (refused.value.status, refused.value.problem.code) == (404, "title_not_found")
    with pytest.raises(EdgeRefused):
        client.cancel_job("nobody")


def test_playing_and_going_on(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    title_id = edge.film(tmp_path)
    grant = client.start_playback(title_id, profile_id, "tv")
    assert (grant.title.id, grant.resume_s) == (title_id, 0.0)
    assert grant.manifest_url == grant.media_url + "manifest.json"
    assert grant.expires_at - EVENING >= timedelta(hours=24)
    assert httpx.get(client.absolute(grant.manifest_url)).json()["id"] == "presentation-1"
    assert edge.studio.heard() == (True,)

    client.post_watch_events(
        event(
            n,
            profile_id=profile_id,
            title_id=title_id,
            position_s=60.0 * n,
            session_id=grant.session_id,
        )
        for n in range(4)
    )
    client.end_playback(grant.session_id)
    client.end_playback(grant.session_id)
    assert edge.studio.heard() == (True, False)
    assert client.start_playback(title_id, profile_id, "tv").resume_s == 180.0
    (row, *_) = client.home(profile_id).rows
    assert (row.id, [t.id for t in row.items]) == ("continue", [title_id])
    resume = row.items[0].resume
    assert resume is not None
    assert (resume.position_s, resume.finished) == (180.0, False)
    (listed,) = client.titles(profile_id=profile_id).items
    assert listed.resume == resume
    assert client.title(title_id, profile_id=profile_id).summary.resume == resume
    assert client.title(title_id).summary.resume is None


def test_streams_of_the_plan(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    title_id = edge.film(tmp_path)
    first = client.start_playback(title_id, profile_id, "tv")
    client.start_playback(title_id, profile_id, "laptop")
    with pytest.raises(EdgeRefused) as refused:
        client.start_playback(title_id, profile_id, "phone")
    assert (refused.value.status, refused.value.retryable) == (409, True)
    assert refused.value.problem.code == "too_many_streams"
    client.start_playback(title_id, profile_id, "tv")  # its own earlier session makes room
    edge.clock.forward(59)
    with pytest.raises(EdgeRefused):
        client.start_playback(title_id, profile_id, "phone")
    edge.clock.forward(2)
    client.start_playback(title_id, profile_id, "phone")
    client.end_playback(first.session_id)


def test_unknown_things(client: EdgeClient, profile_id: str) -> None:
    for ask in (
        lambda: client.title("nothing"),
        lambda: client.home("nobody"),
        lambda: client.end_playback("nothing"),
        lambda: client.start_playback("nothing", profile_id, "tv"),
        lambda: client.prefetch("nothing", profile_id),
    ):
        with pytest.raises(EdgeRefused) as refused:
            ask()
        assert refused.value.status == 404
        assert not refused.value.retryable


@pytest.mark.parametrize("strange", ["", "a b", "../health", "ä", "x" * 100, "?", "#", "%2e%2e"])
def test_strange_ids_are_refused(client: EdgeClient, strange: str) -> None:
    with pytest.raises(EdgeRefused) as refused:
        client.title(strange)
    assert refused.value.status in (404, 422)


def test_many_threads(edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path) -> None:
    title_id = edge.film(tmp_path)
    failures: list[Exception] = []

    def work(thread: int) -> None:
        try:
            for n in range(5):
                client.post_watch_events(
                    [
                        event(
                            thread * 10 + n,
                            profile_id=profile_id,
                            title_id=title_id,
                            position_s=float(thread * 10 + n),
                        )
                    ]
                )
                client.titles(profile_id=profile_id)
        except Exception as error:  # noqa: BLE001 - handed to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    resume = client.title(title_id, profile_id=profile_id).summary.resume
    assert resume is not None
    assert resume.position_s == 74.0


def test_finding_the_server_of_a_home(edge: Edge) -> None:
    assert EdgeClient.of_home(edge.home) is None
    token_file = ServerPaths.under(edge.home).token
    note = note_text(RunningServer(url=edge.url, pid=1, token_file=token_file))
    (edge.home / NOTE).write_text(note)
    client = EdgeClient.of_home(edge.home)
    assert client is not None
    with client:
        assert client.titles().total == 0
    remove_note(edge.home, pid=1)
    assert EdgeClient.of_home(edge.home) is None


def test_a_heartbeat_that_fails_does_not_end_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beaten = threading.Event()

    def broken(_: Playback) -> None:
        beaten.set()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Playback, "announce_streams", broken)
    with structlog.testing.capture_logs() as log, running_edge(tmp_path / "home") as edge:
        assert beaten.wait(10)
        with edge.client() as client:
            assert client.health().status == "ok"
    assert "server.beat_failed" in [entry["event"] for entry in log]


def test_a_picture_opens_no_film(edge: Edge, client: EdgeClient, tmp_path: Path) -> None:
    title = client.title(edge.film(tmp_path)).summary
    assert title.poster_url is not None
    poster = client.absolute(title.poster_url)
    assert httpx.get(poster).status_code == 200
    refused = httpx.get(poster.replace("poster.jpg", "manifest.json"))
    assert refused.status_code == 403
    assert refused.json()["code"] == "media_token_invalid"


def test_moments_nobody_can_reckon_with_are_refused(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    film = edge.film(tmp_path)
    sane = event(1, profile_id=profile_id, title_id=film, position_s=60.0).model_dump(mode="json")
    for at in ("9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z", "2026-03-14T20:15:00"):
        answer = httpx.post(
            f"{edge.url}v1/playback/events",
            json={"events": [sane | {"at": at}]},
            headers={"Authorization": f"Bearer {edge.token}"},
        )
        assert answer.status_code == 422, at
        answer = httpx.put(
            f"{edge.url}v1/profiles/{profile_id}/hidden/{film}",
            json={"until": at},
            headers={"Authorization": f"Bearer {edge.token}"},
        )
        assert answer.status_code == 422, at
    assert client.hidden(profile_id).items == ()
