"""List models tell exactly what changed: a view that follows their signals stays right."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex

from tests.helpers.desk import qt
from ui.desktop.lists import CardList, RowList
from ui.viewmodel.cards import Card
from ui.viewmodel.home import RowView

cards = st.lists(
    st.builds(
        Card,
        id=st.sampled_from("abcdefgh"),
        kind=st.just("movie"),
        name=st.sampled_from(("one", "two")),
    ),
    unique_by=lambda card: card.id,
    max_size=8,
)


class Follower:
    """Keeps names in step with a model by its signals alone, as a view does."""

    def __init__(self, model: CardList) -> None:
        self.names: list[str] = []
        self._model = model
        model.rowsInserted.connect(self._inserted)
        model.rowsRemoved.connect(self._removed)
        model.rowsMoved.connect(self._moved)
        model.dataChanged.connect(self._changed)

    def _inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        self.names[first:first] = [self._name(row) for row in range(first, last + 1)]

    def _removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        del self.names[first : last + 1]

    def _moved(self, _from: QModelIndex, first: int, _last: int, _to: object, row: int) -> None:
        self.names.insert(row, self.names.pop(first))

    def _changed(self, first: QModelIndex, last: QModelIndex) -> None:
        for row in range(first.row(), last.row() + 1):
            self.names[row] = self._name(row)

    def _name(self, row: int) -> str:
        card = self._model.data(self._model.index(row))
        return f"{card['id']} {card['name']}"


@given(st.lists(cards, max_size=5))
def test_a_follower_of_the_signals_sees_what_is_shown(steps: list[list[Card]]) -> None:
    qt()
    model = CardList()
    follower = Follower(model)
    for step in steps:
        model.show(step)
        assert follower.names == [f"{card.id} {card.name}" for card in step]
        assert model.rowCount() == len(step)


def test_what_did_not_change_is_not_announced() -> None:
    qt()
    model = CardList()
    model.show([Card(id="a", kind="movie", name="A"), Card(id="b", kind="movie", name="B")])
    changed: list[int] = []
    model.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    model.show([Card(id="a", kind="movie", name="A"), Card(id="b", kind="movie", name="C")])
    assert changed == [1]


def test_rows_that_stay_keep_their_list_of_cards() -> None:
    qt()
    rows = RowList()
    first = RowView(id="new", name="Newest", cards=(Card(id="a", kind="movie", name="A"),))
    rows.show([first])
    before = rows.data(rows.index(0), rows_role(rows, b"cards"))
    resets: list[None] = []
    rows.modelReset.connect(lambda: resets.append(None))
    rows.show([RowView(id="new", name="Newest here", cards=())])
    assert rows.data(rows.index(0), rows_role(rows, b"cards")) is before
    assert rows.data(rows.index(0))["name"] == "Newest here"
    assert resets == []
    rows.show([RowView(id="continue", name="Continue", cards=()), first])
    assert len(resets) == 1
    assert rows.data(rows.index(1), rows_role(rows, b"cards")) is before


def rows_role(rows: RowList, name: bytes) -> int:
    return next(role for role, known in rows.roleNames().items() if bytes(known.data()) == name)
