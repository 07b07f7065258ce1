"""When to fetch and when to show."""

from __future__ import annotations

import pytest

from abr.context import Phase
from player.load_control import LoadControl

LOAD = LoadControl(max_buffer_s=30.0, after_rebuffer_s=4.0, steady_again_s=10.0)


def test_fetching_pauses_at_the_full_buffer() -> None:
    assert [LOAD.may_fetch(level_s) for level_s in (0.0, 29.9, 30.0, 99.0)] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("phase", [Phase.STARTUP, Phase.STEADY])
def test_the_first_picture_waits_for_nothing_more(phase: Phase) -> None:
    assert LOAD.may_show(phase, 0.0, to_the_end=False)


def test_after_a_rebuffer_a_little_is_gathered() -> None:
    levels_s = (0.0, 3.9, 4.0, 9.0)
    assert [LOAD.may_show(Phase.AFTER_REBUFFER, s, to_the_end=False) for s in levels_s] == [
        False,
        False,
        True,
        True,
    ]
    assert LOAD.may_show(Phase.AFTER_REBUFFER, 0.1, to_the_end=True)


def test_caution_ends_when_the_buffer_has_recovered() -> None:
    assert LOAD.next_phase(Phase.AFTER_REBUFFER, 9.9) is Phase.AFTER_REBUFFER
    assert LOAD.next_phase(Phase.AFTER_REBUFFER, 10.0) is Phase.STEADY
    assert LOAD.next_phase(Phase.STARTUP, 99.0) is Phase.STARTUP
    assert LOAD.next_phase(Phase.STEADY, 0.0) is Phase.STEADY


def test_buffered_film_is_fetched_again_only_when_there_is_plenty_and_all_is_well() -> None:
    assert LOAD.may_replace(Phase.STEADY, 8.0)
    assert not LOAD.may_replace(Phase.STEADY, 7.9)
    assert not LOAD.may_replace(Phase.AFTER_REBUFFER, 30.0)
