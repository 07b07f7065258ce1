"""Leave to read a beginning: checked like leave to play, but of no stream and no session."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from local_server.client import EdgeClient, EdgeRefused
from local_server.contracts import Problem, WatchEvent, WatchKind
from tests.helpers.edge import EVENING, Edge


def test_it_opens_the_media_for_minutes(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    title_id = edge.film(tmp_path)
    leave = client.prefetch(title_id, profile_id)

    assert (leave.title_id, leave.presentation_id) == (title_id, "presentation-1")
    assert leave.manifest_url == leave.media_url + "manifest.json"
    assert leave.entitlements == client.entitlements()
    assert timedelta() < leave.expires_at - EVENING <= timedelta(hours=1)
    url = client.absolute(leave.manifest_url)
    assert httpx.get(url).json()["id"] == leave.presentation_id
    assert client.start_playback(title_id, profile_id, "tv").presentation_id == "presentation-1"

    edge.clock.at = leave.expires_at
    refused = httpx.get(url)
    assert Problem.model_validate_json(refused.content).code == "media_token_expired"


def test_it_takes_no_stream_and_ends_no_session(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    first, second = edge.film(tmp_path), edge.film(tmp_path, "Another (2001).mkv")
    for device in ("tv", "laptop"):  # all streams of the plan
        client.start_playback(first, profile_id, device)
    playing = edge.studio.heard()
    for _ in range(3):
        client.prefetch(second, profile_id)

    assert edge.studio.heard() == playing
    with pytest.raises(EdgeRefused):
        client.start_playback(first, profile_id, "phone")


def test_it_names_the_resume_point(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    title_id = edge.film(tmp_path)
    assert client.prefetch(title_id, profile_id).resume_s == 0.0

    def watch(number: int, position_s: float) -> None:
        event = WatchEvent(
            id=f"e{number}",
            session_id="s",
            profile_id=profile_id,
            title_id=title_id,
            kind=WatchKind.STOP,
            position_s=position_s,
            duration_s=600.0,
            at=EVENING + timedelta(seconds=number),
        )
        client.post_watch_events([event])

    watch(1, 240.0)
    assert client.prefetch(title_id, profile_id).resume_s == 240.0
    watch(2, 599.0)  # seen to its end: it starts anew
    assert client.prefetch(title_id, profile_id).resume_s == 0.0


def test_what_cannot_be_played_cannot_be_prefetched(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    waiting = edge.accept(tmp_path, "Waiting (2003).mkv")
    ready = edge.film(tmp_path)
    for title_id, profile, status in (
        (waiting, profile_id, 409),
        ("nothing", profile_id, 404),
        (ready, "nobody", 404),
    ):
        with pytest.raises(EdgeRefused) as refused:
            client.prefetch(title_id, profile)
        assert refused.value.status == status
        assert refused.value.title
