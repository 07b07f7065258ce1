"""List models that change as little as possible, so that focus and scroll position survive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from ui.desktop.convert import plain
from ui.viewmodel.cards import Card
from ui.viewmodel.home import RowView

_VALUE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_CARDS_ROLE = _VALUE_ROLE + 1
_ROOT = QModelIndex()

Index = QModelIndex | QPersistentModelIndex


class CardList(QAbstractListModel):
    """Cards, each as one value under the role ``card``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cards: list[Card] = []

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """How many."""
        return 0 if parent.isValid() else len(self._cards)

    def roleNames(self) -> dict[int, QByteArray]:  # noqa: N802 - Qt's name
        """The one role."""
        return {_VALUE_ROLE: QByteArray(b"card")}

    def data(self, index: Index, role: int = _VALUE_ROLE) -> Any:
        """One card."""
        if role != _VALUE_ROLE or not 0 <= index.row() < len(self._cards):
            return None
        return plain(self._cards[index.row()])

    def show(self, cards: Sequence[Card]) -> None:
        """Show ``cards``; those already there stay where they are."""
        wanted = {card.id for card in cards}
        for row in reversed(range(len(self._cards))):
            if self._cards[row].id not in wanted:
                self.beginRemoveRows(_ROOT, row, row)
                del self._cards[row]
                self.endRemoveRows()
        for row, card in enumerate(cards):
            self._place(row, card)

    def _place(self, row: int, card: Card) -> None:
        """Make ``card`` the one at ``row``; rows before it are right already."""
        now = next((i for i in range(row, len(self._cards)) if self._cards[i].id == card.id), None)
        if now is None:
            self.beginInsertRows(_ROOT, row, row)
            self._cards.insert(row, card)
            self.endInsertRows()
            return
        if now != row:
            self.beginMoveRows(_ROOT, now, now, _ROOT, row)
            self._cards.insert(row, self._cards.pop(now))
            self.endMoveRows()
        if self._cards[row] != card:
            self._cards[row] = card
            index = self.index(row)
            self.dataChanged.emit(index, index, [_VALUE_ROLE])


class RowList(QAbstractListModel):
    """Rows of the home screen: ``row`` (name, reason, wide) and ``cards`` (a list of its own)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[RowView] = []
        self._cards: dict[str, CardList] = {}

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """How many."""
        return 0 if parent.isValid() else len(self._rows)

    def roleNames(self) -> dict[int, QByteArray]:  # noqa: N802 - Qt's name
        """The two roles."""
        return {_VALUE_ROLE: QByteArray(b"row"), _CARDS_ROLE: QByteArray(b"cards")}

    def data(self, index: Index, role: int = _VALUE_ROLE) -> Any:
        """A row's words, or its cards."""
        if not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == _CARDS_ROLE:
            return self._cards[row.id]
        return _words(row) if role == _VALUE_ROLE else None

    def show(self, rows: Sequence[RowView]) -> None:
        """Show ``rows``; when they are the same ones, only their cards change."""
        if [row.id for row in rows] != [row.id for row in self._rows]:
            self.beginResetModel()
            self._cards = {row.id: self._cards.get(row.id) or CardList(self) for row in rows}
            self._rows = list(rows)
            self.endResetModel()
        for number, row in enumerate(rows):
            if _words(row) != _words(self._rows[number]):
                index = self.index(number)
                self._rows[number] = row
                self.dataChanged.emit(index, index, [_VALUE_ROLE])
            self._rows[number] = row
            self._cards[row.id].show(row.cards)


def _words(row: RowView) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "reason": row.reason, "wide": row.wide}
