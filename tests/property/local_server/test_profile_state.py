"""A profile's state under whatever happens to it: hidden stays hidden, deleted stays deleted."""

from __future__ import annotations

import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from local_server.contracts import (
    Avatar,
    CaptionEdge,
    CaptionStyle,
    ImportFile,
    ImportReport,
    Languages,
    ProfileDocument,
    ProfileSettings,
    ProfileStyle,
    Restrictions,
    SubtitlesMode,
    Thumb,
    WatchEvent,
    WatchKind,
)
from tests.helpers.edge import EVENING
from tests.helpers.viewing import FILM_S, Stage, a_stage

FILMS = ("film-x", "film-y")
EPISODES = ("s-1-1", "s-1-2", "s-1-3")
TITLES = (*FILMS, *EPISODES)

title_ids = st.sampled_from(TITLES)
EVENTS = st.builds(
    WatchEvent,
    id=st.integers(0, 30).map("e{}".format),
    session_id=st.sampled_from(["one", "two", "three"]),
    profile_id=st.just("anna"),
    title_id=title_ids,
    kind=st.sampled_from(WatchKind),
    position_s=st.integers(0, 20).map(lambda n: n * FILM_S / 20),
    duration_s=st.just(FILM_S),
    at=st.integers(-40, 0).map(lambda n: EVENING + timedelta(seconds=30 * n)),
)
SETTINGS = st.builds(
    ProfileSettings,
    style=st.builds(
        ProfileStyle,
        name=st.sampled_from(["Anna", "Änne", "安娜"]),
        colour=st.sampled_from(["#000000", "#Ab12Cd"]),
        avatar=st.sampled_from(Avatar),
        language=st.sampled_from(["en", "de", "pt-BR"]),
        captions=st.builds(
            CaptionStyle, size_percent=st.integers(50, 300), edge=st.sampled_from(CaptionEdge)
        ),
        audio_languages=st.sampled_from([(), ("ja", "de")]),
        subtitle_languages=st.sampled_from([(), ("en",)]),
        shares_taste=st.booleans(),
    ),
    restrictions=st.builds(
        Restrictions,
        kids=st.booleans(),
        max_age=st.none() | st.integers(0, 18),
        blocked_titles=st.sampled_from([(), FILMS]),
        blocked_tags=st.sampled_from([(), ("horror",)]),
    ),
)
ACTIONS = st.one_of(
    st.tuples(st.just("watch"), st.lists(EVENTS, max_size=6)),
    st.tuples(st.just("mark"), title_ids, st.booleans()),
    st.tuples(st.just("hide"), title_ids),
    st.tuples(st.just("restore"), title_ids),
    st.tuples(st.just("list"), title_ids),
    st.tuples(st.just("unlist"), title_ids),
    st.tuples(st.just("rate"), title_ids, st.none() | st.sampled_from(Thumb)),
    st.tuples(st.just("languages"), st.none() | title_ids, st.sampled_from(["de", "ja", None])),
    st.tuples(st.just("arrange"), st.permutations(TITLES)),
    st.tuples(st.just("aside"), title_ids),
    st.tuples(st.just("settings"), SETTINGS),
)


@contextmanager
def fresh() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory() as folder, a_stage(Path(folder)) as stage:
        for film in FILMS:
            stage.catalog.film(film)
        stage.catalog.show("s")
        yield stage


def act(stage: Stage, action: tuple[object, ...], profile_id: str = "anna") -> None:
    playback = stage.playback
    stage.clock.forward(1)
    match action:
        case ("watch", list() as events):
            playback.record(events)
        case ("mark", str() as title_id, bool() as watched):
            playback.mark(profile_id, title_id, watched=watched)
        case ("hide", str() as title_id):
            playback.hide(profile_id, title_id)
        case ("restore", str() as title_id):
            playback.restore(profile_id, title_id)
        case ("list", str() as title_id):
            playback.add_to_watchlist(profile_id, title_id)
        case ("unlist", str() as title_id):
            playback.remove_from_watchlist(profile_id, title_id)
        case ("rate", str() as title_id, None):
            playback.take_rating_back(profile_id, title_id)
        case ("rate", str() as title_id, Thumb() as thumb):
            playback.rate(profile_id, title_id, thumb)
        case ("languages", (str() | None) as title_id, language):
            chosen = Languages(audio_language=language, subtitles_mode=SubtitlesMode.OFF)
            playback.set_languages(profile_id, chosen, title_id)
        case ("arrange", list() as order):
            playback.arrange_watchlist(profile_id, order)
        case ("aside", str() as title_id):
            stage.taste.set_aside(profile_id, title_id)
        case ("settings", ProfileSettings() as chosen):
            stage.people.import_profile(profile_id, chosen)
        case _:
            raise AssertionError(action)


HISTORY = ("watch_events", "sittings", "spans", "resume_points", "marks")


@settings(max_examples=30)
@given(actions=st.lists(ACTIONS, max_size=20))
def test_what_is_hidden_is_never_shown_and_hiding_touches_no_history(
    actions: list[tuple[object, ...]],
) -> None:
    with fresh() as stage:
        for action in actions:
            before = stage.rows()
            act(stage, action)
            if action[0] in ("hide", "restore"):
                after = stage.rows()
                assert {name: after[name] for name in HISTORY} == {
                    name: before[name] for name in HISTORY
                }
        hidden = {title.title_id for title in stage.playback.hidden("anna")}
        items = stage.playback.continue_watching("anna", 40)
        groups = [item.series_id or item.title_id for item in items]
        assert not hidden & set(groups)
        assert len(groups) == len(set(groups))
        assert [item.at for item in items] == sorted((i.at for i in items), reverse=True)


def state(stage: Stage) -> dict[str, list[tuple[object, ...]]]:
    return {name: rows for name, rows in stage.rows().items() if name in HISTORY}


@settings(max_examples=30)
@given(events=st.lists(EVENTS, max_size=15, unique_by=lambda e: e.id), data=st.data())
def test_events_in_any_order_and_repetition_give_the_same_state(
    events: list[WatchEvent], data: st.DataObject
) -> None:
    repeated = st.lists(st.sampled_from(events), max_size=5) if events else st.just([])
    shuffled = data.draw(st.permutations([*events, *data.draw(repeated)]))
    with fresh() as straight, fresh() as mixed:
        straight.playback.record(events)
        for event in shuffled:
            mixed.playback.record([event])
        assert state(straight) == state(mixed)


@settings(max_examples=30)
@given(events=st.lists(EVENTS, max_size=15, unique_by=lambda e: e.id), gone=title_ids)
def test_what_is_deleted_leaves_the_rest_as_if_it_had_never_been(
    events: list[WatchEvent], gone: str
) -> None:
    with fresh() as stage, fresh() as never:
        stage.playback.record(events)
        stage.playback.forget_title("anna", gone)
        stage.playback.record(events)  # delivered once more
        never.playback.record([event for event in events if event.title_id != gone])
        assert stage.traces(gone) == {}
        assert state(stage) == state(never)


def take_in(stage: Stage, document: ProfileDocument) -> ImportReport:
    data = b64encode(document.model_dump_json().encode())
    return stage.desk.import_file("anna", ImportFile(data=data, settings=True))


@settings(max_examples=30)
@given(actions=st.lists(ACTIONS, max_size=20))
def test_a_profile_comes_out_as_it_went_in_and_only_once(
    actions: list[tuple[object, ...]],
) -> None:
    with fresh() as old, fresh() as new:
        for action in actions:
            act(old, action)
        old.clock.forward(1)
        new.clock.at = old.clock.at
        document = old.desk.export_profile("anna")
        report = take_in(new, document)
        assert (report.unmatched, report.settings) == (0, True)
        there = new.desk.export_profile("anna")
        assert there == document
        for name in ("sittings", "spans", "resume_points"):
            assert new.rows()[name] == old.rows()[name]
        assert new.taste == old.taste
        assert new.people.export_profile("anna") == old.people.export_profile("anna")
        rows = new.rows()
        assert take_in(new, document).changes == 0
        assert new.rows() == rows


@settings(max_examples=30)
@given(actions=st.lists(ACTIONS, max_size=15))
def test_what_waits_for_its_title_is_there_when_it_comes(
    actions: list[tuple[object, ...]],
) -> None:
    with fresh() as old, fresh() as new:
        for action in actions:
            act(old, action)
        old.clock.forward(1)
        new.clock.at = old.clock.at
        known, new.catalog.known = new.catalog.known, {}
        document = old.desk.export_profile("anna")
        assert take_in(new, document).matched == 0
        assert new.desk.export_profile("anna") == document
        assert take_in(new, document).changes == 0
        assert new.taste.asides == {}
        new.catalog.known = known
        new.desk.titles_changed(list(known))
        assert new.playback.waiting_titles() == ()
        assert new.taste == old.taste
        assert state(new).keys() == state(old).keys()
        assert new.rows()["resume_points"] == old.rows()["resume_points"]
        assert new.rows()["ratings"] == [r for r in old.rows()["ratings"] if r[2] is not None]
