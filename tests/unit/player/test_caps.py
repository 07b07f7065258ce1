"""What caps a playback besides its network, and how long."""

from __future__ import annotations

import pytest

from abr.context import Limits
from abr.dropped_frames import FORGOTTEN_AFTER_S
from abr.media import RepresentationId
from abr.profiles import BALANCED, named
from player.caps import Caps
from player.snapshot import PlayerState, Snapshot
from tests.helpers.player_fakes import paper_film

FILM = paper_film()
LOW, MIDDLE, HIGH = FILM.ladder


class Watcher:
    """A film that plays for a second at a time, on a device that may be slow."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.dropped = 0
        self.position_s = 0.0
        self.caps = Caps(
            video=FILM.video,
            clock=lambda: self.now_s,
            plan_height_px=None,
            profile=BALANCED,
            screen_height_px=None,
        )

    def watch(
        self,
        seconds: int,
        dropped_a_second: int = 0,
        *,
        shown: int = 2,
        state: PlayerState = PlayerState.PLAYING,
        speed: float = 1.0,
    ) -> RepresentationId | None:
        """What is too heavy after so many seconds."""
        for _ in range(seconds):
            self.now_s += 1
            self.position_s += speed
            self.dropped += dropped_a_second
            self.caps.look(
                Snapshot(
                    state=state,
                    position_s=self.position_s,
                    shown=FILM.ladder[shown],
                    dropped_frames=self.dropped,
                    speed=speed,
                )
            )
        return self.caps.limits.too_heavy


def test_a_device_that_cannot_keep_up_is_capped_below_after_fifteen_seconds() -> None:
    watcher = Watcher()
    assert watcher.watch(15, 10) is None
    assert watcher.watch(2, 10) == HIGH.id
    assert watcher.caps.changed()
    assert not watcher.caps.changed()
    assert watcher.caps.limits.allowed(FILM.ladder) == (LOW, MIDDLE)


def test_what_is_shown_without_a_fault_stays_allowed() -> None:
    watcher = Watcher()
    assert watcher.watch(100, 3) is None  # 12 %


def test_the_next_lower_one_is_judged_by_itself() -> None:
    watcher = Watcher()
    watcher.watch(20, 10)
    assert watcher.watch(20, 0, shown=1) == HIGH.id
    assert watcher.watch(20, 20, shown=1) == MIDDLE.id


@pytest.mark.parametrize(
    ("state", "speed"),
    [
        (PlayerState.PAUSED, 1.0),
        (PlayerState.SEEKING, 1.0),
        (PlayerState.REBUFFERING, 1.0),
        (PlayerState.PLAYING, 2.0),
    ],
)
def test_frames_missing_while_the_picture_does_not_simply_run_say_nothing(
    state: PlayerState, speed: float
) -> None:
    watcher = Watcher()
    for _ in range(30):
        watcher.watch(2, 60, state=state, speed=speed)
        assert watcher.watch(2) is None


def test_a_jump_and_a_new_load_say_nothing() -> None:
    watcher = Watcher()
    watcher.watch(10)
    watcher.position_s, watcher.dropped = 3000.0, 0
    watcher.watch(1, 5000)
    watcher.position_s = 10.0
    watcher.watch(1, 5000)
    assert watcher.watch(40) is None


def test_after_a_while_the_device_may_try_again() -> None:
    watcher = Watcher()
    watcher.watch(20, 10)
    assert watcher.watch(int(FORGOTTEN_AFTER_S) - 20, shown=1) == HIGH.id
    assert watcher.watch(20, shown=1) is None


def test_another_window_is_another_chance() -> None:
    watcher = Watcher()
    watcher.watch(20, 10)
    watcher.caps.set_screen(360)
    assert watcher.caps.limits == Limits(screen_height_px=360)
    watcher.watch(20, 10)
    watcher.caps.set_screen(360)  # the same again is no other
    assert watcher.caps.limits.too_heavy == HIGH.id


def test_the_profile_caps_and_lets_go_of_the_screen() -> None:
    watcher = Watcher()
    watcher.caps.set_screen(360)
    watcher.caps.profile = named("data-saver")
    assert watcher.caps.limits == Limits(screen_height_px=360, max_bandwidth_bps=1_200_000)
    watcher.caps.profile = named("highest-quality")
    assert watcher.caps.limits == Limits()
