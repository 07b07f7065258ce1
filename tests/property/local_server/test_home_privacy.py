"""What a home screen may depend on and what it may show, whatever a house watches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from local_server.contracts import HomePlan, RowKind, Thumb, Visibility
from local_server.runtime.events import HistoryForgotten, ProfileDeleted, ThumbChanged
from local_server.services.recommendation.tables import ScreenRow
from tests.helpers.rooms import Room, title

GENRES = ("Western", "Musical", "Noir")
TITLES = [
    title(
        f"t{n:02d}",
        name=f"Title{n:02d}",
        genres=[GENRES[n % 3]],
        people=[f"Person {n % 5}"],
        min_age=(0, 6, 12, 18, None)[n % 5],
        available=n % 7 != 3,
        added_days_ago=n,
    )
    for n in range(40)
]
LISTINGS = {RowKind.NEW, RowKind.ALL, RowKind.REDISCOVER, RowKind.WATCHLIST}


@dataclass(frozen=True)
class Deed:
    """Something a profile did."""

    profile_id: str
    title: int
    what: str  # "watch", "part", "up", "down" or "aside"
    days_ago: float


def deeds(*profiles: str, least: int = 0) -> st.SearchStrategy[list[Deed]]:
    one = st.builds(
        Deed,
        profile_id=st.sampled_from(profiles),
        title=st.integers(0, len(TITLES) - 1),
        what=st.sampled_from(["watch", "watch", "watch", "part", "up", "down", "aside"]),
        days_ago=st.sampled_from([0.0, 1.0, 10.0, 100.0, 400.0]),
    )
    return st.lists(one, min_size=least, max_size=25)


@contextmanager
def a_room() -> Iterator[Room]:
    with TemporaryDirectory() as folder:
        room = Room(Path(folder))
        room.add(*TITLES)
        yield room
        room.close()


def do(room: Room, all_deeds: Sequence[Deed]) -> None:
    """Everything happens at the same moment, so that its order is told by the data alone."""
    moment = room.now
    for deed in all_deeds:
        title_id = f"t{deed.title:02d}"
        if deed.what in ("watch", "part"):
            share = 1.0 if deed.what == "watch" else 0.4
            room.watched(deed.profile_id, title_id, share=share, days_ago=deed.days_ago)
        elif deed.what == "aside":
            room.service.set_aside(deed.profile_id, title_id)
        else:
            room.service.thumb_changed(
                ThumbChanged(
                    profile_id=deed.profile_id,
                    title_id=title_id,
                    thumb=Thumb(deed.what),
                    at=room.now,
                )
            )
        room.now = moment


def shown(plan: HomePlan) -> str:
    """A screen without the number of its showing."""
    return plan.model_copy(update={"screen_id": "x"}).model_dump_json()


@given(deeds("ann", "bob"), deeds("cem", least=1))
@settings(max_examples=25, deadline=None)
def test_a_deleted_profile_might_never_have_been(kept: list[Deed], gone: list[Deed]) -> None:
    with a_room() as never, a_room() as once:
        for room in (never, once):
            room.person("ann")
            room.person("bob")
        once.person("cem")
        do(never, kept)
        do(once, [*gone, *kept])
        once.service.profile_deleted(ProfileDeleted(profile_id="cem"))
        del once.people.people["cem"]
        once.knowledge.viewings_changed()
        for profile_id in ("ann", "bob"):
            viewer = once.people.people[profile_id]
            assert shown(once.plan(viewer)) == shown(never.plan(viewer))


@given(deeds("ann", "bob"), deeds("bob", least=1))
@settings(max_examples=25, deadline=None)
def test_deleted_history_might_never_have_been(kept: list[Deed], gone: list[Deed]) -> None:
    watched = [deed for deed in gone if deed.what in ("watch", "part")]
    titles = {deed.title for deed in watched}
    kept = [deed for deed in kept if deed.profile_id != "bob" or deed.title not in titles]
    with a_room() as never, a_room() as once:
        for room in (never, once):
            room.person("ann")
            room.person("bob")
        do(never, kept)
        do(once, [*kept, *watched])
        ids = tuple(f"t{n:02d}" for n in sorted(titles))
        once.service.history_forgotten(HistoryForgotten(profile_id="bob", title_ids=ids))
        for profile_id in ("ann", "bob"):
            viewer = once.people.people[profile_id]
            assert shown(once.plan(viewer)) == shown(never.plan(viewer))


@given(deeds("ann"), deeds("bob", "cem"), deeds("bob", "cem"))
@settings(max_examples=25, deadline=None)
def test_who_does_not_share_is_shown_the_same_whatever_others_watch(
    own: list[Deed], one: list[Deed], other: list[Deed]
) -> None:
    screens = set()
    for others in (one, other, []):
        with a_room() as room:
            ann = room.person("ann", shares=False)
            room.person("bob")
            room.person("cem")
            do(room, [*others, *own])
            screens.add(shown(room.plan(ann)))
    assert len(screens) == 1


@given(deeds("ann"), deeds("bob"))
@settings(max_examples=25, deadline=None)
def test_what_somebody_watches_who_does_not_share_changes_nothing_for_others(
    own: list[Deed], hidden: list[Deed]
) -> None:
    screens = set()
    for others in (hidden, []):
        with a_room() as room:
            ann = room.person("ann")
            room.person("bob", shares=False)
            do(room, [*own, *others])
            screens.add(shown(room.plan(ann)))
    assert len(screens) == 1


@given(deeds("kid", "ann", "bob"), st.sampled_from([0, 6, 12]), st.booleans())
@settings(max_examples=25, deadline=None)
def test_a_child_finds_nothing_over_its_age_in_any_row_or_reason(
    done: list[Deed], age: int, unrated: bool
) -> None:
    with a_room() as room:
        visibility = Visibility(max_age=age, unrated=unrated)
        kid = room.person("kid", kids=True, visibility=visibility)
        room.person("ann")
        room.person("bob")
        do(room, done)
        may = set(room.catalog.visible(visibility))
        plan = room.plan(kid, watchlist=[one.id for one in TITLES])
        for row in plan.rows:
            assert {card.title_id for card in row.cards} <= may
        similar = [c for t in sorted(may) for c in room.service.similar(kid, t, limit=50)]
        assert {card.title_id for card in similar} <= may
        named = set(re.findall(r"Title(\d\d)", plan.model_dump_json() + str(similar)))
        assert {f"t{number}" for number in named} <= may


@given(deeds("ann", "bob", "cem"))
@settings(max_examples=25, deadline=None)
def test_reasons_name_only_what_the_profile_did_itself(done: list[Deed]) -> None:
    with a_room() as room:
        ann = room.person("ann")
        room.person("bob")
        room.person("cem")
        do(room, done)
        own = {f"{deed.title:02d}" for deed in done if deed.profile_id == "ann"}
        for row in room.plan(ann).rows:
            named = re.findall(r"Title(\d\d)", row.name + row.reason)
            named += [n for card in row.cards for n in re.findall(r"Title(\d\d)", card.reason)]
            assert set(named) <= own


@given(deeds("ann", "bob"))
@settings(max_examples=25, deadline=None)
def test_a_screen_repeats_nothing_and_holds_nothing_seen_or_out_of_reach(
    done: list[Deed],
) -> None:
    with a_room() as room:
        ann = room.person("ann")
        room.person("bob")
        do(room, done)
        out = {
            f"t{deed.title:02d}"
            for deed in done
            if deed.profile_id == "ann" and deed.what in ("watch", "part", "aside")
        }
        out |= {one.id for one in TITLES if not one.available}
        plan = room.plan(ann)
        picked = [c.title_id for row in plan.rows if row.kind not in LISTINGS for c in row.cards]
        assert len(picked) == len(set(picked))
        assert not out & set(picked)
        for row in plan.rows:
            ids = [card.title_id for card in row.cards]
            assert len(ids) == len(set(ids))


@given(deeds("ann", "bob"))
@settings(max_examples=15, deadline=None)
def test_the_same_day_gives_the_same_screen_and_every_chance_is_kept(done: list[Deed]) -> None:
    with a_room() as one, a_room() as two:
        for room in (one, two):
            room.person("ann")
            room.person("bob")
            do(room, done)
        ann = one.people.people["ann"]
        plan = one.plan(ann)
        assert shown(plan) == shown(two.plan(ann))
        with one.database.read() as session:
            (kept,) = session.scalars(select(ScreenRow)).all()
        assert kept.id == plan.screen_id
        assert [(row["id"], [tuple(card) for card in row["cards"]]) for row in kept.rows] == [
            (row.id, [(c.title_id, c.propensity) for c in row.cards]) for row in plan.rows
        ]
        chances = [row["chance"] for row in kept.rows]
        chances += [card[1] for row in kept.rows for card in row["cards"]]
        assert all(0 < chance <= 1 for chance in chances)
