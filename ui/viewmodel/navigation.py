"""Where a person is: a destination, and what was opened on top of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ui.viewmodel.observable import Observable


class Screen(StrEnum):
    """A place to be."""

    HOME = "home"
    SEARCH = "search"
    LIBRARY = "library"
    TITLE = "title"
    PLAYER = "player"


DESTINATIONS = (Screen.HOME, Screen.SEARCH, Screen.LIBRARY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A screen and, where it needs one, its title."""

    screen: Screen
    title_id: str = ""


class Navigator(Observable[tuple[Place, ...]]):
    """The way from the destination at the bottom to what is on top.

    Back never leaves the application and never asks: from a destination other than home it leads
    home, from home nowhere.
    """

    def __init__(self) -> None:
        super().__init__((Place(screen=Screen.HOME),))

    @property
    def place(self) -> Place:
        """What is on top."""
        return self.state[-1]

    def go(self, screen: Screen) -> None:
        """To a destination; what was open is closed."""
        if screen not in DESTINATIONS:
            raise ValueError(f"{screen} is no destination")
        self._set((Place(screen=screen),))

    def open_title(self, title_id: str) -> None:
        """A title's page on top; opening it from itself changes nothing."""
        self._push(Place(screen=Screen.TITLE, title_id=title_id))

    def open_player(self, title_id: str) -> None:
        """The player on top; a next episode replaces the one before."""
        below = self.state[:-1] if self.place.screen is Screen.PLAYER else self.state
        self._set((*below, Place(screen=Screen.PLAYER, title_id=title_id)))

    def back(self) -> bool:
        """One step back; ``False`` when there is nowhere to go."""
        if len(self.state) > 1:
            self._set(self.state[:-1])
            return True
        if self.place.screen is not Screen.HOME:
            self._set((Place(screen=Screen.HOME),))
            return True
        return False

    def _push(self, place: Place) -> None:
        if place != self.place:
            self._set((*self.state, place))
