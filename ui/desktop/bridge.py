"""What QML sees: the view models' states as properties, and requests as slots.

States that hold many titles are split: the words travel as one map, the cards as a list model.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from PySide6.QtCore import Property, QObject, QUrl, Signal, Slot

from ui.desktop.convert import plain
from ui.desktop.lists import CardList, RowList
from ui.desktop.player_bridge import PlayerBridge
from ui.desktop.video_item import VideoOutput
from ui.viewmodel.app import AppModel, Message
from ui.viewmodel.home import HomeModel, HomeState
from ui.viewmodel.library import Filter, LibraryModel, LibraryState
from ui.viewmodel.navigation import Place, Screen
from ui.viewmodel.search import SearchModel, SearchState
from ui.viewmodel.title import TitleModel, TitleState


class StateBridge(QObject):
    """A state without its cards as ``state``, and the cards as ``cards``."""

    stateChanged = Signal()  # noqa: N815 - QML's spelling

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._state: dict[str, Any] = {}
        self._cards = CardList(self)

    @Property("QVariantMap", notify=stateChanged)  # type: ignore[arg-type]
    def state(self) -> dict[str, Any]:
        """The words."""
        return self._state

    @Property(QObject, constant=True)
    def cards(self) -> CardList:
        """The cards."""
        return self._cards

    def _tell(self, state: object, **lists: tuple[()]) -> None:
        words = plain(dataclasses.replace(state, **lists))  # type: ignore[type-var]
        if words != self._state:
            self._state = words
            self.stateChanged.emit()


class HomeBridge(StateBridge):
    """The home screen; ``rows`` besides what every state has."""

    def __init__(self, model: HomeModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._rows = RowList(self)
        model.listen(self._show)
        self._show(model.state)

    @Property(QObject, constant=True)
    def rows(self) -> RowList:
        """The rows."""
        return self._rows

    @Slot()
    def refresh(self) -> None:
        """Try again now."""
        self._model.refresh()

    def _show(self, state: HomeState) -> None:
        self._rows.show(state.rows)
        self._cards.show(state.preparing)
        self._tell(state, rows=(), preparing=())


class LibraryBridge(StateBridge):
    """The wall of posters."""

    def __init__(self, model: LibraryModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        model.listen(self._show)
        self._show(model.state)

    @Slot(str)
    def choose(self, wanted: str) -> None:
        """Narrow it."""
        self._model.choose(Filter(wanted))

    @Slot()
    def refresh(self) -> None:
        """Try again now."""
        self._model.refresh()

    def _show(self, state: LibraryState) -> None:
        self._cards.show(state.cards)
        self._tell(state, cards=())


class SearchBridge(StateBridge):
    """Search as you type."""

    def __init__(self, model: SearchModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        model.listen(self._show)
        self._show(model.state)

    @Slot(str)
    def type(self, text: str) -> None:
        """The field now holds ``text``."""
        self._model.type(text)

    @Slot()
    def ask(self) -> None:
        """Try again now."""
        self._model.ask()

    def _show(self, state: SearchState) -> None:
        self._cards.show(state.cards)
        self._tell(state, cards=())


class TitleBridge(StateBridge):
    """A title's page; its ``cards`` are the episodes of the season shown."""

    def __init__(self, model: TitleModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        model.listen(self._show)
        self._show(model.state)

    @Slot(int)
    def chooseSeason(self, season: int) -> None:  # noqa: N802 - QML's spelling
        """Another season."""
        self._model.choose_season(season)

    @Slot()
    def refresh(self) -> None:
        """Try again now."""
        self._model.refresh()

    def _show(self, state: TitleState) -> None:
        self._cards.show(state.episodes)
        self._tell(state, episodes=())


class Bridge(QObject):
    """The root: where one is, what is said, and the parts."""

    placesChanged = Signal()  # noqa: N815 - QML's spelling
    messageChanged = Signal()  # noqa: N815
    keyboardChanged = Signal()  # noqa: N815
    raised = Signal()

    def __init__(
        self, model: AppModel, output: VideoOutput, *, reduced_motion: bool, version: str
    ) -> None:
        super().__init__()
        self._model = model
        self._reduced_motion = reduced_motion
        self._version = version
        self._keyboard = False
        self._home = HomeBridge(model.home, self)
        self._library = LibraryBridge(model.library, self)
        self._search = SearchBridge(model.search, self)
        self._title = TitleBridge(model.title, self)
        self._player = PlayerBridge(model, output, self)
        model.navigator.listen(self._moved)
        model.messages.listen(self._said)

    @Property(QObject, constant=True)
    def home(self) -> HomeBridge:
        """The home screen."""
        return self._home

    @Property(QObject, constant=True)
    def library(self) -> LibraryBridge:
        """The wall."""
        return self._library

    @Property(QObject, constant=True)
    def search(self) -> SearchBridge:
        """Search."""
        return self._search

    @Property(QObject, constant=True)
    def title(self) -> TitleBridge:
        """A title's page."""
        return self._title

    @Property(QObject, constant=True)
    def player(self) -> PlayerBridge:
        """The player."""
        return self._player

    @Property(bool, constant=True)
    def reducedMotion(self) -> bool:  # noqa: N802 - QML's spelling
        """Nothing moves."""
        return self._reduced_motion

    @Property(str, constant=True)
    def version(self) -> str:
        """Of the application."""
        return self._version

    @Property(str, notify=placesChanged)
    def screen(self) -> str:
        """What is on top."""
        return str(self._model.navigator.place.screen)

    @Property(str, notify=placesChanged)
    def destination(self) -> str:
        """What is at the bottom: one of the rail's."""
        return str(self._model.navigator.state[0].screen)

    @Property(bool, notify=placesChanged)
    def titleOpen(self) -> bool:  # noqa: N802 - QML's spelling
        """Whether a title's page is open, if only under the player."""
        return any(place.screen is Screen.TITLE for place in self._model.navigator.state)

    @Property("QVariantMap", notify=messageChanged)  # type: ignore[arg-type]
    def message(self) -> dict[str, Any]:
        """The newest message."""
        said: dict[str, Any] = plain(self._model.messages.state)
        return said

    def _get_keyboard(self) -> bool:
        return self._keyboard

    def set_keyboard(self, used: bool) -> None:
        """Whether the last thing touched was the keyboard: only then focus is shown."""
        if used != self._keyboard:
            self._keyboard = used
            self.keyboardChanged.emit()

    keyboard = Property(bool, _get_keyboard, notify=keyboardChanged)

    @Slot(str)
    def go(self, screen: str) -> None:
        """To a destination."""
        self._model.navigator.go(Screen(screen))

    @Slot(str)
    def openTitle(self, title_id: str) -> None:  # noqa: N802 - QML's spelling
        """A title's page."""
        self._model.navigator.open_title(title_id)

    @Slot(str, bool)
    def activate(self, title_id: str, playable: bool) -> None:
        """A card was clicked."""
        self._model.activate(title_id, playable=playable)

    @Slot(str, bool)
    def look(self, title_id: str, at: bool) -> None:
        """A card is looked ``at``, by pointer or focus, or no longer."""
        self._model.likely.look(title_id, at=at)

    @Slot(str)
    def play(self, title_id: str) -> None:
        """From where one stopped."""
        self._model.play(title_id)

    @Slot(str)
    def playFromStart(self, title_id: str) -> None:  # noqa: N802 - QML's spelling
        """From the beginning."""
        self._model.play(title_id, start_s=0.0)

    @Slot(result=bool)
    def back(self) -> bool:
        """One step back."""
        return self._model.back()

    @Slot("QVariantList")
    def addUrls(self, urls: list[QUrl]) -> None:  # noqa: N802 - QML's spelling
        """Files dropped on the window."""
        self._model.add_paths([QUrl(url).toLocalFile() for url in urls if QUrl(url).isLocalFile()])

    def _moved(self, _places: tuple[Place, ...]) -> None:
        self.placesChanged.emit()

    def _said(self, _message: Message) -> None:
        self.messageChanged.emit()
