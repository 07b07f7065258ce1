"""Whatever is forgotten, and when: the figures are those of what is left."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.trials import TrialHome

# Too few plays to decide anything, so that all of them are taken.
PLAYS = st.lists(
    st.tuples(
        st.sampled_from(["anna", "ben"]),
        st.sampled_from(["film", "series"]),
        st.sampled_from(["popular", "taste"]),
        st.sampled_from(["monday", "tuesday", "friday"]),
    ),
    max_size=7,
)
RUNS = itertools.count()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrialHome]:
    home = TrialHome(tmp_path_factory.mktemp("trials") / "recommendation.sqlite3")
    yield home
    home.database.close()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plays=PLAYS, at=st.integers(0, 7), title=st.sampled_from(["film", None]))
def test_forgetting_is_as_if_it_had_never_been_seen(
    home: TrialHome, plays: list[tuple[str, str, str, str]], at: int, title: str | None
) -> None:
    run = next(RUNS)
    whole, rest = home.start(f"a{run}"), home.start(f"b{run}")
    anna = f"anna{run}"
    for n, (name, film, arm, draw) in enumerate(plays):
        profile = f"{name}{run}"
        fields = {"profile_id": profile, "title_id": film, "draw_id": draw, "event_id": f"e{n}"}
        home.play(whole, arm, **fields)
        goes = n < at and profile == anna and title in {None, film}
        if not goes:
            home.play(rest, arm, **{**fields, "profile_id": f"{profile}-kept"})
        if n == at - 1:
            _forget(home, anna, title)
    if at > len(plays):
        _forget(home, anna, title)
    one, other = home.desk.report(whole), home.desk.report(rest)
    assert one.arms == other.arms
    assert [(x.n, x.effect, x.low, x.high, x.p) for x in one.looks] == [
        (x.n, x.effect, x.low, x.high, x.p) for x in other.looks
    ]


def _forget(home: TrialHome, profile: str, title: str | None) -> None:
    if title is None:
        home.desk.forget_profile(profile)
    else:
        home.desk.forget_title(profile, title)
