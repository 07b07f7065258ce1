"""The household through its client: pairing, locking, limiting, granting."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from local_server.client import EdgeClient, EdgeRefused
from local_server.contracts import (
    AskParent,
    AskState,
    ChangeDevice,
    ChangeHousehold,
    DayTimes,
    Decision,
    DeviceKind,
    MakeCode,
    ProfileSettings,
    ProfileStyle,
    Redeem,
    Restrictions,
    Role,
    WatchEvent,
    WatchKind,
)
from local_server.gateway.limits import Limits
from tests.helpers.edge import Edge, running_edge
from tests.helpers.people import Seconds, every_day, let_in
from tests.helpers.wire import Wire

HOUR_A_DAY = Restrictions(max_age=12, times=every_day(DayTimes(minutes=60)))


@pytest.fixture
def kim(client: EdgeClient) -> str:
    """A child with an hour a day."""
    style = ProfileStyle(name="Kim")
    return client.create_profile(ProfileSettings(style=style, restrictions=HOUR_A_DAY)).id


@pytest.fixture
def tablet(edge: Edge, kim: str) -> Iterator[EdgeClient]:
    """A device kept to the child."""
    with edge.client(let_in(edge, Role.GUEST, kim, "Tablet").token) as client:
        yield client


def refusal(refused: pytest.ExceptionInfo[EdgeRefused]) -> tuple[int, str]:
    return refused.value.status, refused.value.problem.code


def watched(
    edge: Edge,
    client: EdgeClient,
    profile_id: str,
    *,
    title_id: str,
    session_id: str,
    minutes: int,
) -> None:
    """Watch so long, telling so every half minute."""
    start = edge.clock.at
    for half in range(2 * minutes + 1):
        edge.clock.at = start + timedelta(seconds=30 * half)
        client.post_watch_events(
            [
                WatchEvent(
                    id=f"{session_id}-{start:%H%M%S}-{half}",
                    session_id=session_id,
                    profile_id=profile_id,
                    title_id=title_id,
                    kind=WatchKind.PROGRESS,
                    position_s=30.0 * half,
                    duration_s=7200,
                    at=edge.clock.at,
                )
            ]
        )


def test_a_new_device_is_paired_and_revoked(edge: Edge, client: EdgeClient) -> None:
    with edge.client("no token yet") as newcomer:
        assert newcomer.setup_state().done is False
        made = client.make_code(MakeCode(role=Role.MEMBER))
        assert made.url.startswith("matinee://pair?server=http%3A%2F%2F127.0.0.1%3A")
        assert made.url.endswith(f"code={made.code}")
        redeem = Redeem(code=made.code, device_name="Telly", kind=DeviceKind.TV)
        joined = newcomer.redeem(redeem)
        assert joined.household == client.household()
        assert newcomer.setup_state().done is True
    with edge.client(joined.token) as telly:
        assert telly.me().device_id == joined.device.id
        (listed,) = client.devices()
        assert (listed.name, listed.kind, listed.seen_at) == ("Telly", "tv", edge.clock.at)
        client.revoke_device(joined.device.id)
        with pytest.raises(EdgeRefused) as refused:
            telly.me()
        assert refusal(refused) == (401, "token_missing_or_wrong")


def test_a_device_whose_role_shrinks(edge: Edge, client: EdgeClient) -> None:
    made = let_in(edge, Role.OWNER)
    client.change_device(made.device.id, ChangeDevice(name="Telly", role=Role.GUEST))
    with edge.client(made.token) as telly, pytest.raises(EdgeRefused) as refused:
        telly.devices()
    assert refusal(refused) == (403, "role_too_small")


def test_the_household_through_its_client(client: EdgeClient, profile_id: str, kim: str) -> None:
    assert client.change_household(ChangeHousehold(name="Hill House")).name == "Hill House"
    household = client.order_profiles([kim, profile_id])
    assert [profile.id for profile in household.profiles] == [kim, profile_id]
    client.change_style(kim, ProfileStyle(name="Kimmy"))
    assert client.profile_settings(kim).style.name == "Kimmy"
    client.restrict_profile(kim, Restrictions(max_age=6))
    assert client.profile_settings(kim).restrictions == Restrictions(max_age=6)
    client.set_pin(kim, "1234")
    with pytest.raises(EdgeRefused) as refused:
        client.home(kim)
    assert refusal(refused) == (403, "profile_locked")
    assert client.unlock(kim, "1234").for_s > 0
    client.home(kim)
    client.lock(kim)
    client.remove_pin(kim)
    client.home(kim)
    client.delete_profile(kim)
    assert [profile.id for profile in client.household().profiles] == [profile_id]


def test_too_many_guesses_are_told_to_wait(client: EdgeClient, kim: str) -> None:
    client.set_pin(kim, "1234")
    for _ in range(5):
        with pytest.raises(EdgeRefused) as refused:
            client.unlock(kim, "4321")
        assert refusal(refused) == (403, "pin_wrong")
    with pytest.raises(EdgeRefused) as refused:
        client.unlock(kim, "1234")
    assert refusal(refused) == (429, "too_many_tries")
    assert refused.value.retryable


def test_a_childs_hour(
    edge: Edge, client: EdgeClient, tablet: EdgeClient, kim: str, tmp_path: Path
) -> None:
    film = edge.film(tmp_path, duration_s=7200.0)
    grant = tablet.start_playback(film, kim, "tablet")
    watched(edge, tablet, kim, title_id=film, session_id=grant.session_id, minutes=45)
    assert tablet.allowance(kim).minutes_left == pytest.approx(15)
    watched(edge, tablet, kim, title_id=film, session_id=grant.session_id, minutes=16)
    assert tablet.allowance(kim).reason == "minutes_used_up"
    for refused_call in (
        lambda: tablet.start_playback(film, kim, "tablet"),
        lambda: tablet.prefetch(film, kim),
    ):
        with pytest.raises(EdgeRefused) as refused:
            refused_call()
        assert refusal(refused) == (403, "minutes_used_up")
        assert "It may again on " in refused.value.problem.hint
    asked = tablet.ask_parent(kim, AskParent(minutes=30))
    with pytest.raises(EdgeRefused) as refused:
        tablet.decide(asked.id, Decision(approve=True))
    assert refusal(refused) == (403, "role_too_small")
    assert client.requests() == (asked,)
    client.decide(asked.id, Decision(approve=True))
    assert tablet.requests(kim)[0].state is AskState.APPROVED
    tablet.start_playback(film, kim, "tablet")


def test_a_lease_ends_with_the_time_to_watch_and_history_is_kept(
    edge: Edge, client: EdgeClient, tablet: EdgeClient, kim: str, tmp_path: Path
) -> None:
    film = edge.film(tmp_path, duration_s=7200.0)
    grant = tablet.start_playback(film, kim, "tablet")
    watched(edge, tablet, kim, title_id=film, session_id=grant.session_id, minutes=60)
    over_at = edge.clock.at
    client.set_pin(kim, "1234")  # locked and over its time: what happened has happened
    watched(edge, tablet, kim, title_id=film, session_id=grant.session_id, minutes=5)
    database = edge.server.paths.database("playback")
    with sqlite3.connect(database) as connection:
        ((lease_until,),) = connection.execute("SELECT lease_until FROM sessions").fetchall()
        ((events,),) = connection.execute("SELECT count(*) FROM watch_events").fetchall()
    connection.close()
    assert lease_until / 1e6 <= over_at.timestamp() + 1
    assert events == 121 + 11


def test_devices_speak_for_themselves(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    """No device ends what another plays by naming it."""
    film = edge.film(tmp_path)
    with edge.client(let_in(edge, Role.MEMBER).token) as telly:
        client.start_playback(film, profile_id, "desktop")
        telly.start_playback(film, profile_id, "desktop")
    database = edge.server.paths.database("playback")
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT device_id, ended_at FROM sessions ORDER BY started_at")
        sessions = dict(rows.fetchall())
    connection.close()
    assert sessions["desktop"] is None
    assert len(sessions) == 2


def test_events_of_another_profile_are_refused_on_a_device_kept_to_one(
    edge: Edge, tablet: EdgeClient, profile_id: str
) -> None:
    with pytest.raises(EdgeRefused) as refused:
        watched(edge, tablet, profile_id, title_id="film", session_id="session", minutes=1)
    assert refusal(refused) == (403, "other_profile")


def test_floods_are_slowed_down_by_caller(tmp_path: Path) -> None:
    seconds, limits = Seconds(), Limits(per_s=1, burst=5)
    with running_edge(tmp_path / "home", limits=limits, monotonic_s=seconds) as edge:
        member = {"Authorization": f"Bearer {let_in(edge, Role.MEMBER).token}"}
        with Wire(edge.url) as wire:
            statuses = [wire.ask("GET", "/v1/me", member).status for _ in range(7)]
            assert statuses == [200] * 5 + [429] * 2
            answer = wire.ask("GET", "/v1/me", member)
            assert answer.fields["retry-after"] == "1"
            assert b'"too_many_requests"' in answer.body
            assert b'"retryable":true' in answer.body
            owner = {"Authorization": f"Bearer {edge.token}"}
            assert wire.ask("GET", "/v1/me", owner).status == 200
            nobody = [wire.ask("GET", "/v1/me").status for _ in range(6)]
            assert nobody == [401] * 5 + [429]
            assert wire.ask("GET", "/v1/health").status == 429
            seconds.at_s += 1
            assert wire.ask("GET", "/v1/me", member).status == 200


def test_a_lost_database_of_users_is_told_in_the_one_shape(edge: Edge) -> None:
    database = edge.server.paths.database("users")
    token = let_in(edge, Role.MEMBER).token
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DROP TABLE devices")
    with Wire(edge.url) as wire:
        answer = wire.ask("GET", "/v1/me", {"Authorization": f"Bearer {token}"})
        assert answer.status == 503
        assert b'"storage_unavailable"' in answer.body
        owner = {"Authorization": f"Bearer {edge.token}"}
        assert wire.ask("GET", "/v1/me", owner).status == 200


def test_a_guest_tells_of_nothing_but_what_it_was_given(
    edge: Edge, client: EdgeClient, profile_id: str, tmp_path: Path
) -> None:
    film = edge.film(tmp_path)
    with edge.client(let_in(edge, Role.GUEST).token) as guest:
        with pytest.raises(EdgeRefused) as refused:
            watched(edge, guest, profile_id, title_id=film, session_id="made-up", minutes=1)
        assert refusal(refused) == (403, "session_of_another_profile")
        grant = guest.start_playback(film, profile_id, "telly")
        watched(edge, guest, profile_id, title_id=film, session_id=grant.session_id, minutes=1)
    assert client.history(profile_id).total == 1


def test_a_child_takes_no_list_of_what_it_may_not_see_away(
    client: EdgeClient, kim: str, edge: Edge
) -> None:
    with edge.client(let_in(edge, Role.MEMBER, kim, "Tablet").token) as tablet:
        with pytest.raises(EdgeRefused) as refused:
            tablet.export_profile(kim)
        assert refusal(refused) == (403, "role_too_small")
    assert client.export_profile(kim).titles == ()
