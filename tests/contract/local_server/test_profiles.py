"""What a profile keeps, over a real connection: every call of the client once, and its refusals."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from local_server.client import EdgeClient, EdgeRefused
from local_server.contracts import (
    IMPORT_MAX_BYTES,
    Avatar,
    CaptionEdge,
    CaptionStyle,
    ContinueKind,
    Languages,
    ProfileSettings,
    ProfileStyle,
    Restrictions,
    Role,
    SubtitlesMode,
    Thumb,
    WatchEvent,
    WatchKind,
)
from local_server.gateway.guard import BODY_MAX_BYTES
from tests.helpers.edge import Edge
from tests.helpers.people import let_in


def play(edge: Edge, client: EdgeClient, title_id: str, profile_id: str, minutes: int) -> None:
    grant = client.start_playback(title_id, profile_id, "tv")
    for step in range(2 * minutes + 1):
        told = WatchEvent(
            id=f"{grant.session_id}-{step}"[-64:],
            session_id=grant.session_id,
            profile_id=profile_id,
            title_id=title_id,
            kind=WatchKind.PROGRESS,
            position_s=30.0 * step,
            duration_s=600.0,
            at=edge.clock(),
        )
        client.post_watch_events([told])
        edge.clock.forward(30)
    client.end_playback(grant.session_id)


def test_going_on_and_hiding(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    one, two = (edge.film(tmp_path, f"Show S01E0{n}.mkv") for n in (1, 2))
    client.mark_watched(profile_id, one, watched=True)
    found = client.continue_watching(profile_id)
    assert [(i.title_id, i.kind) for i in found.items] == [(two, ContinueKind.NEXT)]
    assert [t.id for t in found.titles] == [two]
    series_id = found.items[0].series_id
    assert series_id is not None
    edge.clock.forward(1)
    assert client.hide(profile_id, one).title_id == series_id
    assert client.continue_watching(profile_id).items == ()
    assert [t.id for t in client.hidden(profile_id).titles] == [series_id]
    assert client.snooze(profile_id, one).until == edge.clock() + timedelta(days=7)
    client.restore(profile_id, one)
    assert client.continue_watching(profile_id) == found
    client.mark_watched(profile_id, series_id, watched=False, season=1)
    assert client.continue_watching(profile_id).items == ()


def test_list_ratings_and_languages(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    a, b = edge.film(tmp_path, "A (2001).mkv"), edge.film(tmp_path, "B (2002).mkv")
    for title_id in (a, b):
        client.add_to_watchlist(profile_id, title_id)
    client.arrange_watchlist(profile_id, [a, b])
    assert [t.name for t in client.watchlist(profile_id).titles] == ["A", "B"]
    client.remove_from_watchlist(profile_id, a)
    assert [item.title_id for item in client.watchlist(profile_id).items] == [b]
    client.rate(profile_id, a, Thumb.DOWN)
    assert [r.thumb for r in client.ratings(profile_id).items] == [Thumb.DOWN]
    client.take_rating_back(profile_id, a)
    assert client.ratings(profile_id).total == 0
    chosen = Languages(audio_language="de", subtitles_mode=SubtitlesMode.FORCED)
    client.set_languages(profile_id, chosen, a)
    assert client.languages(profile_id) == Languages()
    assert client.languages(profile_id, a) == chosen
    assert client.start_playback(a, profile_id, "tv").audio_language == "de"


def test_history_and_figures(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    film, start = edge.film(tmp_path), edge.clock()
    for _ in range(3):
        play(edge, client, film, profile_id, 5)
    assert client.watched_minutes(profile_id, start, edge.clock()) == 15
    page = client.history(profile_id, limit=2)
    assert (page.total, len(page.items), len(page.titles)) == (3, 2, 1)
    assert client.overview(days=7).minutes == 15
    assert client.patterns(days=7).devices[0].device_id == "tv"
    assert [t.name for t in client.popularity().titles] == ["A Film"]
    assert client.completion(film).starts == 1
    client.forget_entry(profile_id, page.items[0].id)
    assert client.history(profile_id).total == 2
    client.forget_title(profile_id, film)
    assert client.history(profile_id).total == 0
    play(edge, client, film, profile_id, 1)
    client.forget_everything(profile_id)
    assert client.overview(days=7).plays == 0


def test_private_playing(edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path) -> None:
    grant = client.start_playback(edge.film(tmp_path), profile_id, "tv", private=True)
    client.end_playback(grant.session_id)
    with pytest.raises(EdgeRefused):
        client.end_playback(grant.session_id)


def test_out_and_in_again(edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path) -> None:
    film = edge.film(tmp_path)
    play(edge, client, film, profile_id, 5)
    client.rate(profile_id, film, Thumb.LOVE)
    document = client.export_profile(profile_id)
    assert document.profile["name"] == "Everyone"
    data = document.model_dump_json().encode()
    assert client.import_profile(profile_id, data).changes == 0
    client.forget_everything(profile_id)
    client.take_rating_back(profile_id, film)
    report = client.import_profile(profile_id, data, name="anna.json")
    assert (report.source, report.matched, report.unmatched) == ("matinee", 1, 0)
    # A minute's progress is one event; a rating that was taken back later stays taken back.
    assert report.changes == 6
    assert client.ratings(profile_id).total == 0
    again = client.export_profile(profile_id)
    assert [e.events for e in again.titles] == [e.events for e in document.titles]


def test_a_profile_goes_out_and_into_an_empty_one_whole(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    film, other = edge.film(tmp_path), edge.film(tmp_path, "Other (2003).mkv")
    play(edge, client, film, profile_id, 5)
    client.set_aside(profile_id, other)
    captions = CaptionStyle(size_percent=150, edge=CaptionEdge.SHADOW)
    style = ProfileStyle(
        name="Anna", avatar=Avatar.OWL, language="de", captions=captions, shares_taste=False
    )
    client.change_style(profile_id, style)
    client.restrict_profile(profile_id, Restrictions(max_age=12, blocked_tags=("horror",)))
    client.set_pin(profile_id, "4711")
    client.unlock(profile_id, "4711")
    document = client.export_profile(profile_id)
    assert "4711" not in document.model_dump_json()
    assert [e.title.name for e in document.titles if e.not_interested] == ["Other"]
    empty = client.create_profile(ProfileSettings(style=ProfileStyle(name="Empty"))).id
    data = document.model_dump_json().encode()
    report = client.import_profile(empty, data, settings=True)
    assert (report.matched, report.unmatched, report.settings) == (2, 0, True)
    there = client.export_profile(empty)
    assert there.settings == document.settings
    assert [e.not_interested for e in there.titles] == [e.not_interested for e in document.titles]
    assert [e.resume for e in there.titles] == [e.resume for e in document.titles]
    assert [t.name for t in client.not_interested(empty).items] == ["Other"]


def test_settings_come_in_only_when_asked_for(client: EdgeClient, profile_id: str) -> None:
    before = client.profile_settings(profile_id)
    document = client.export_profile(profile_id)
    strict = ProfileSettings(
        style=ProfileStyle(name="Strict"), restrictions=Restrictions(kids=True)
    )
    data = document.model_copy(update={"settings": strict}).model_dump_json().encode()
    assert not client.import_profile(profile_id, data).settings
    assert client.profile_settings(profile_id) == before
    assert client.import_profile(profile_id, data, settings=True).changes == 1
    assert client.profile_settings(profile_id) == strict
    assert client.import_profile(profile_id, data, settings=True).changes == 0
    assert not client.import_profile(profile_id, b'{"Items": []}', settings=True).settings


def test_settings_come_in_by_the_owner_and_a_parent_alone(
    edge: Edge, client: EdgeClient, profile_id: str
) -> None:
    before = client.profile_settings(profile_id)
    free = ProfileSettings(style=ProfileStyle(name="Free"))
    document = client.export_profile(profile_id).model_copy(update={"settings": free})
    data = document.model_dump_json().encode()
    with edge.client(let_in(edge, Role.MEMBER).token) as member:
        assert member.import_profile(profile_id, data).changes == 0
        with pytest.raises(EdgeRefused) as refused:
            member.import_profile(profile_id, data, settings=True)
        assert (refused.value.status, refused.value.problem.code) == (403, "role_too_small")
    edge.server.services.locks.set_pin(None, "2468")
    with pytest.raises(EdgeRefused) as refused:
        client.import_profile(profile_id, data, settings=True)
    assert (refused.value.status, refused.value.problem.code) == (403, "parent_pin_required")
    assert edge.server.services.users.export_profile(profile_id) == before


def test_what_other_programs_know_is_matched_by_name(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    film = edge.film(tmp_path, "The Quiet Sea (2009).mkv")
    episode = edge.film(tmp_path, "Harbour S01E02.mkv")
    watched = {"Played": True, "LastPlayedDate": "2024-05-06T19:30:00Z"}
    items = [
        {"Type": "Movie", "Name": "the quiet séa", "ProductionYear": 2010, "UserData": watched},
        {"Type": "Movie", "Name": "Unknown", "UserData": watched},
        {
            "Type": "Episode",
            "SeriesName": "Harbour",
            "ParentIndexNumber": 1,
            "IndexNumber": 2,
            "UserData": watched,
        },
        {"Type": "Episode", "SeriesName": "Harbour", "UserData": watched},
    ]
    report = client.import_profile(profile_id, json.dumps(items).encode())
    assert (report.source, report.matched, report.unmatched) == ("jellyfin", 2, 2)
    assert [n.title.name for n in report.not_matched] == ["Unknown", ""]
    for title_id in (film, episode):
        resume = client.title(title_id, profile_id=profile_id).summary.resume
        assert resume is not None
        assert resume.finished
    later = edge.film(tmp_path, "Unknown (1980).mkv")
    assert edge.server.services.portability.match(None) == 0  # its arrival was enough
    resume = client.title(later, profile_id=profile_id).summary.resume
    assert resume is not None


def test_a_long_profile_comes_in_and_too_long_a_one_does_not(
    client: EdgeClient, profile_id: str
) -> None:
    document = client.export_profile(profile_id)
    data = document.model_dump_json().encode()
    assert client.import_profile(profile_id, data + b" " * BODY_MAX_BYTES).changes == 0
    with pytest.raises(EdgeRefused) as refused:
        client.import_profile(profile_id, data + b" " * IMPORT_MAX_BYTES)
    assert (refused.value.status, refused.value.problem.code) == (413, "request_too_large")


def test_unknown_profiles_and_titles(client: EdgeClient, profile_id: str) -> None:
    for ask in (
        lambda: client.history("nobody"),
        lambda: client.watchlist("nobody"),
        lambda: client.export_profile("nobody"),
        lambda: client.import_profile("nobody", b"[]"),
        lambda: client.rate(profile_id, "nothing", Thumb.UP),
        lambda: client.hide(profile_id, "nothing"),
        lambda: client.completion("nothing"),
        lambda: client.forget_entry(profile_id, "nothing"),
    ):
        with pytest.raises(EdgeRefused) as refused:
            ask()
        assert refused.value.status in (400, 404)
        assert refused.value.problem.message
