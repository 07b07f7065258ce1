"""What on the screen speaks for which title being played next."""

from __future__ import annotations

from collections.abc import Iterable

from abr.likelihood import Signal, SignalKind
from ui.viewmodel.cards import Card
from ui.viewmodel.home import HomeModel
from ui.viewmodel.library import LibraryModel
from ui.viewmodel.navigation import Navigator, Screen
from ui.viewmodel.player import PlayerModel
from ui.viewmodel.ports import Prefetcher
from ui.viewmodel.search import SearchModel
from ui.viewmodel.title import TitleModel

GOING_ON_ROWS = ("continue", "next")  # begun, and what follows what was finished
NEAR_THE_END = 0.7  # of a film; who is still there mostly stays
MOST_RANKS = 6  # of a row: what is on screen without scrolling


class LikelyTitles:
    """Tells the prefetcher what speaks for what, whenever that changes.

    Threading: the screen's thread.
    """

    def __init__(
        self,
        *,
        navigator: Navigator,
        home: HomeModel,
        library: LibraryModel,
        search: SearchModel,
        title: TitleModel,
        player: PlayerModel,
        prefetcher: Prefetcher | None,
    ) -> None:
        self._navigator, self._home, self._library = navigator, home, library
        self._search, self._title, self._player = search, title, player
        self._prefetcher = prefetcher
        self._looked_at = ""
        self._told: tuple[Signal, ...] = ()
        if prefetcher is not None:
            navigator.listen(lambda _places: self._moved())
            for model in (home, library, search, title, player):
                model.listen(lambda _state: self._tell())

    def look(self, title_id: str, *, at: bool) -> None:
        """A card has the pointer or the focus, or has it no longer."""
        if at:
            self._looked_at = title_id
        elif title_id == self._looked_at:
            self._looked_at = ""
        self._tell()

    @property
    def signals(self) -> tuple[Signal, ...]:
        """What holds now."""
        screen = self._navigator.place.screen
        if screen is Screen.PLAYER:
            return self._upcoming()
        if screen is Screen.TITLE:
            return (*self._page(), *self._focus([self._title.state.episodes]))
        if screen is Screen.SEARCH:
            return self._focus([self._search.state.cards])
        if screen is Screen.LIBRARY:
            return self._focus([self._library.state.cards])
        return (*self._front(), *self._focus([row.cards for row in self._home.state.rows]))

    def _front(self) -> tuple[Signal, ...]:
        """The home screen, whatever the viewer does."""
        state = self._home.state
        found = [
            _signal(SignalKind.CONTINUE, card, rank)
            for row in state.rows
            if row.id in GOING_ON_ROWS
            for rank, card in enumerate(row.cards[:MOST_RANKS])
            if card.playable
        ]
        if state.hero is not None and state.hero.card.playable:
            found.append(_signal(SignalKind.TOP, state.hero.card))
        return tuple(found)

    def _upcoming(self) -> tuple[Signal, ...]:
        """The next episode: nearly certain for who stays, less so while there is much to go."""
        view = self._player.state
        if view.upcoming is None:
            return ()
        near = view.transport.ended or view.time.played >= NEAR_THE_END
        return (_signal(SignalKind.NEXT, view.upcoming, 0 if near else 1),)

    def _page(self) -> tuple[Signal, ...]:
        """The open page: its main action plays the title, or an episode of the series."""
        state = self._title.state
        if not state.action.title_id:
            return ()
        return (Signal(kind=SignalKind.PAGE, title_id=state.action.title_id, group=state.id),)

    def _focus(self, rows: Iterable[tuple[Card, ...]]) -> tuple[Signal, ...]:
        for cards in rows:
            for rank, card in enumerate(cards):
                if card.id == self._looked_at and card.playable:
                    return (_signal(SignalKind.FOCUS, card, rank),)
        return ()

    def _moved(self) -> None:
        self._looked_at = ""  # what is looked at on the new screen says so itself
        self._tell()

    def _tell(self) -> None:
        signals = self.signals
        if self._prefetcher is not None and signals != self._told:
            self._told = signals
            self._prefetcher.show(signals)


def _signal(kind: SignalKind, card: Card, rank: int = 0) -> Signal:
    return Signal(kind=kind, title_id=card.id, rank=rank, group=card.series_id or card.id)
