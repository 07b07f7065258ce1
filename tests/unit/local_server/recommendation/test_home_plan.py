"""What the rows of a home screen hold and why."""

from __future__ import annotations

from datetime import timedelta

from local_server.contracts import (
    ContinueItem,
    ContinueKind,
    ResumePoint,
    RowKind,
    Thumb,
    TitleKind,
    Visibility,
)
from local_server.contracts.experiments import Arm, StartExperiment
from local_server.runtime.events import HistoryForgotten, ProfileDeleted, ThumbChanged
from tests.helpers.rooms import FILM_S, Room, title

WESTERNS = [title(f"western-{n}", genres=["Western"], people=["John Wayne"]) for n in range(8)]
MUSICALS = [title(f"musical-{n}", genres=["Musical"], people=["Gene Kelly"]) for n in range(8)]


def test_an_empty_library_gives_an_empty_screen(room: Room) -> None:
    assert room.plan(room.person("ann")).rows == ()


def test_a_new_profile_is_shown_what_is_new_and_everything(room: Room) -> None:
    room.add(title("b", name="Bird", added_days_ago=3), title("a", name="ant", added_days_ago=1))
    room.add(title("old", name="Cat", added_days_ago=400))
    assert room.rows(room.person("ann")) == {
        "top-picks": ["a", "b", "old"],
        "new": ["a", "b"],
        "films": ["a", "b", "old"],
    }


def test_what_was_begun_and_what_follows_come_first(room: Room) -> None:
    ann = room.person("ann")
    room.add(*WESTERNS, title("show", TitleKind.SERIES, name="Show"))
    room.add(title("e1", TitleKind.EPISODE, series_id="show", name="One"))
    room.add(title("e2", TitleKind.EPISODE, series_id="show", name="Two"))
    resume = ResumePoint(
        position_s=FILM_S - 1500, duration_s=FILM_S, finished=False, watched_at=room.now
    )
    plan = room.plan(
        ann,
        continuing=[
            ContinueItem(
                title_id="western-3", kind=ContinueKind.RESUME, resume=resume, at=room.now
            ),
            ContinueItem(
                title_id="e2",
                kind=ContinueKind.NEXT,
                series_id="show",
                after_title_id="e1",
                at=room.now,
            ),
        ],
        watchlist=["western-5", "gone"],
    )
    first, second, third, *_ = plan.rows
    assert (first.kind, [(c.title_id, c.reason) for c in first.cards]) == (
        RowKind.CONTINUE,
        [("western-3", "25 min left")],
    )
    assert (second.kind, [(c.title_id, c.reason) for c in second.cards]) == (
        RowKind.NEXT,
        [("e2", "Next after One")],
    )
    assert (third.kind, [c.title_id for c in third.cards]) == (RowKind.WATCHLIST, ["western-5"])


def test_a_finished_film_brings_others_like_it_with_the_reason(room: Room) -> None:
    ann = room.person("ann")
    room.add(*WESTERNS, *MUSICALS)
    room.watched("ann", "western-0")
    plan = room.plan(ann)
    because = next(row for row in plan.rows if row.kind is RowKind.BECAUSE)
    assert because.name == "Because you watched The western-0"
    assert {card.title_id for card in because.cards[:7]} == {f"western-{n}" for n in range(1, 8)}
    assert "John Wayne" in because.cards[0].reason


def test_a_genre_that_is_watched_has_a_row(room: Room) -> None:
    ann = room.person("ann")
    room.add(*(title(f"western-{n:02d}", genres=["Western"]) for n in range(60)))
    room.add(*(title(f"musical-{n:02d}", genres=["Musical"]) for n in range(60)))
    room.watched("ann", "western-00")
    western, musical = (row for row in room.plan(ann).rows if row.kind is RowKind.GENRE)
    assert (western.id, western.name, western.reason) == (
        "genre-western",
        "Western",
        "You watch Western",
    )
    assert musical.reason == ""
    assert {card.title_id.partition("-")[0] for card in western.cards} == {"western"}


def test_every_card_that_is_recommended_says_why(room: Room) -> None:
    ann, bob = room.person("ann"), room.person("bob")
    room.add(*WESTERNS, *MUSICALS)
    for n in range(4):
        room.watched("ann", f"western-{n}")
        room.watched("bob", f"western-{n + 1}")
        room.watched("bob", f"musical-{n}")
    for viewer in (ann, bob):
        for row in room.plan(viewer).rows:
            if row.kind is not RowKind.ALL:
                assert all(card.reason for card in row.cards), row.id


def test_nothing_is_recommended_twice_or_that_was_seen_or_set_aside(room: Room) -> None:
    ann, bob = room.person("ann"), room.person("bob")
    del bob
    room.add(*WESTERNS, *MUSICALS, title("broken", genres=["Western"], available=False))
    room.watched("ann", "western-0")
    room.watched("ann", "western-1", share=0.4)
    room.service.set_aside("ann", "musical-0")
    for n in range(6):
        room.watched("bob", f"musical-{n}")
    listing = {RowKind.NEW, RowKind.ALL, RowKind.REDISCOVER}
    shown = [
        card.title_id
        for row in room.plan(ann).rows
        if row.kind not in listing
        for card in row.cards
    ]
    assert len(shown) == len(set(shown))
    assert not {"western-0", "western-1", "musical-0", "broken"} & set(shown)
    room.service.take_back("ann", "musical-0")
    assert "musical-0" in str(room.plan(ann))


def test_the_house_shapes_what_those_see_who_share(room: Room) -> None:
    ann, loner = room.person("ann"), room.person("loner", shares=False)
    room.person("bob")
    room.add(*WESTERNS, *MUSICALS)
    for n in range(4):
        room.watched("bob", f"musical-{n}")
    assert set(room.rows(ann)["trending"]) == {f"musical-{n}" for n in range(4)}
    assert "trending" not in room.rows(loner)
    assert "similar-taste" not in room.rows(loner)


def test_an_experiment_shows_nobody_what_a_house_watches_that_is_not_shared_with_them(
    room: Room,
) -> None:
    ann, loner = room.person("ann"), room.person("loner", shares=False)
    room.person("bob")
    room.add(*WESTERNS, *MUSICALS)
    arms = (Arm(name="popular"), Arm(name="newest"))
    room.desk.start(StartExperiment(name="x", row="top-picks", arms=arms))
    before = room.rows(loner)
    for n in range(6):
        room.watched("bob", f"musical-{n}", days_ago=40)  # long enough ago to be no trend
    assert room.rows(loner) == before
    assert set(room.rows(ann)["top-picks"]) & {f"musical-{n}" for n in range(6)}


def test_taste_is_shared_with_whoever_has_the_same(room: Room) -> None:
    ann = room.person("ann")
    room.person("bob")
    room.person("cem")
    room.add(*WESTERNS, *MUSICALS, *(title(f"noir-{n}", added_days_ago=300) for n in range(30)))
    for n in range(2):
        room.watched("ann", f"western-{n}", days_ago=100)
        room.watched("bob", f"western-{n}", days_ago=100)
        room.watched("cem", f"musical-{n}", days_ago=100)
    for n in range(20, 26):
        room.watched("bob", f"noir-{n}", days_ago=100)
    row = next((r for r in room.plan(ann).rows if r.kind is RowKind.SIMILAR_TASTE), None)
    top = next(r for r in room.plan(ann).rows if r.kind is RowKind.TOP_PICKS)
    liked = {f"noir-{n}" for n in range(20, 26)}
    assert liked <= {c.title_id for c in (row.cards if row else ())} | {
        c.title_id for c in top.cards
    }


def test_a_film_liked_long_ago_comes_again(room: Room) -> None:
    ann = room.person("ann")
    room.add(*WESTERNS)
    for n in range(3):
        room.watched("ann", f"western-{n}", days_ago=300 + n)
    room.watched("ann", "western-4", days_ago=20)
    assert room.rows(ann)["rediscover"] == ["western-2", "western-1", "western-0"]


def test_a_thumb_counts_for_more_than_watching(room: Room) -> None:
    ann = room.person("ann")
    room.add(*WESTERNS, *MUSICALS)
    room.watched("ann", "western-0")
    room.watched("ann", "musical-0", days_ago=1)
    room.service.thumb_changed(
        ThumbChanged(profile_id="ann", title_id="western-0", thumb=Thumb.DOWN, at=room.now)
    )
    picks = room.rows(ann)
    assert "because-western-0" not in picks
    assert "because-musical-0" in picks
    room.service.thumb_changed(
        ThumbChanged(profile_id="ann", title_id="western-0", thumb="", at=room.now)
    )
    assert "because-western-0" in room.rows(ann)


def test_a_child_sees_nothing_over_its_age_in_any_row(room: Room) -> None:
    child = room.person("kid", kids=True, visibility=Visibility(max_age=6, unrated=False))
    room.person("ann")
    room.add(*(title(f"tale-{n}", min_age=0, genres=["Tale"]) for n in range(8)))
    room.add(*(title(f"gore-{n}", min_age=18, genres=["Tale"]) for n in range(8)))
    room.add(title("unrated", genres=["Tale"]))
    for n in range(4):
        room.watched("ann", f"gore-{n}")
        room.watched("ann", f"tale-{n}")
        room.watched("kid", f"tale-{n + 1}")
    room.watched("kid", "gore-7")  # at a friend's, before the limit was set
    said = str(room.plan(child, watchlist=["gore-1", "tale-7"]))
    assert "tale-7" in said
    assert "gore" not in said
    assert "unrated" not in said
    assert all(
        "gore" not in card.title_id for card in room.service.similar(child, "tale-1", limit=20)
    )


def test_the_screen_stands_still_until_something_changes(room: Room) -> None:
    ann = room.person("ann")
    room.add(*WESTERNS, *MUSICALS)
    first = room.plan(ann)
    assert room.plan(ann) is first
    room.now += timedelta(hours=1)
    assert room.plan(ann).screen_id != first.screen_id  # another showing
    room.watched("ann", "western-0")
    assert "because-western-0" in room.rows(ann)


def test_titles_that_come_change_and_go(room: Room) -> None:
    ann = room.person("ann")
    room.add(*WESTERNS)
    room.add(title("x", name="Xanadu", available=False))
    assert "x" in room.rows(ann)["films"]
    room.add(title("x", name="Xanadu"))
    assert "x" in room.rows(ann)["top-picks"]
    room.remove("x")
    assert "x" not in str(room.plan(ann))


def test_what_was_deleted_meanwhile_is_not_remembered(room: Room) -> None:
    ann = room.person("ann")
    room.add(*WESTERNS, *MUSICALS)
    kept = room.watched("ann", "musical-0")
    room.watched("ann", "western-0")
    room.history.points = [kept]
    room.open()
    room.service.catch_up()
    rows = room.rows(ann)
    assert "because-musical-0" in rows
    assert "because-western-0" not in rows


def test_deleting_a_profile_or_its_history_leaves_nothing_of_it(room: Room) -> None:
    ann = room.person("ann")
    room.person("bob")
    room.add(*WESTERNS, *MUSICALS)
    before = room.rows(ann)
    for n in range(4):
        room.watched("bob", f"musical-{n}")
    room.service.set_aside("bob", "western-2")
    room.plan(room.people.people["bob"])
    assert room.rows(ann) != before
    room.service.history_forgotten(HistoryForgotten(profile_id="bob", title_ids=("musical-0",)))
    assert "musical-0" not in room.rows(ann)["trending"]
    room.service.profile_deleted(ProfileDeleted(profile_id="bob"))
    del room.people.people["bob"]
    assert room.rows(ann) == before
    dump = "\n".join(_dump(room))
    assert "bob" not in dump


def _dump(room: Room) -> list[str]:
    with room.database.read() as session:
        connection = session.connection().connection.driver_connection
        assert connection is not None
        return list(connection.iterdump())
