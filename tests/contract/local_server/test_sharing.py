"""What is found and stood in for does not tell what somebody watches who does not share it."""

from __future__ import annotations

from pathlib import Path

from local_server.client import EdgeClient
from local_server.contracts import (
    ProfileSettings,
    ProfileStyle,
    RowKind,
    WatchEvent,
    WatchKind,
)
from local_server.gateway.likings import Likings
from tests.helpers.edge import Edge, edge_without_http


def viewing(edge: Edge, profile_id: str, title_id: str) -> None:
    """The title from its beginning to its end."""
    playback = edge.server.services.playback
    grant = playback.start(title_id=title_id, profile_id=profile_id, device_id=profile_id)
    playback.record(
        [
            WatchEvent(
                id=f"{profile_id[:8]}-{kind}",
                session_id=grant.session_id,
                profile_id=profile_id,
                title_id=title_id,
                kind=kind,
                position_s=position_s,
                duration_s=600,
                at=edge.clock(),
            )
            for kind, position_s in ((WatchKind.START, 0.0), (WatchKind.END, 600.0))
        ]
    )
    playback.end(grant.session_id)
    edge.clock.forward(60)


def test_popularity_is_of_those_who_share_and_for_those_who_share(tmp_path: Path) -> None:
    with edge_without_http(tmp_path / "home") as edge:
        users = edge.server.services.users
        open_film, secret = (edge.film(tmp_path, f"{n} (1999).mkv") for n in ("Open", "Secret"))
        ann = users.household().profiles[0].id
        loner = users.create_profile(
            ProfileSettings(style=ProfileStyle(name="Loner", shares_taste=False))
        ).id
        viewing(edge, ann, open_film)
        viewing(edge, loner, secret)
        likings = Likings(edge.server.services, now=edge.clock, monotonic_s=lambda: 0.0)
        assert set(likings.popularity(users.viewer(ann))) == {open_film}
        assert likings.popularity(users.viewer(loner)) == {}


def test_popular_titles_stand_in_for_those_alone_who_share(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    services = edge.server.services
    film = edge.film(tmp_path)
    viewing(edge, profile_id, film)
    loner = client.create_profile(
        ProfileSettings(style=ProfileStyle(name="Loner", shares_taste=False))
    ).id
    for asked, shown in ((profile_id, True), (loner, False)):
        viewer = services.users.viewer(asked)
        plan = edge.server.screens._popular(viewer, (), [])
        popular = next(row for row in plan.rows if row.kind is RowKind.POPULAR)
        assert ([card.title_id for card in popular.cards] == [film]) is shown
    assert client.home(loner).degraded == ()
