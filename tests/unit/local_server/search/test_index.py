"""Titles are found by whatever people type."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_server.services.catalog.search import (
    QUERY_MAX,
    TOTAL_MAX,
    MatchField,
    SearchDocument,
    SearchIndex,
)
from tests.helpers.searching import ids, index_of, title

FILMS = (
    title("Amélie", "Le Fabuleux Destin d'Amélie Poulain", people=("Audrey Tautou",)),
    title("Spider-Man"),
    title("Spider-Man 2"),
    title("WALL·E"),
    title("Rocky"),
    title("Rocky II"),
    title("The Shining", people=("Stanley Kubrick", "Jack Nicholson"), genres=("Horror",)),
    title("千と千尋の神隠し", "Spirited Away"),
    title("せんりゃく"),
    title("東京物語", synopsis="An old couple visits their children."),
    title("Достоевский"),
    title("Dekalog", people=("Krzysztof Kieślowski",)),
    title("WWW-234"),
    title("Up"),
    title("Heat", people=("Al Pacino",), tags=("heist",)),
    title("Matrix, The", genres=("Action",)),
    title("Ocean's Eleven"),
    title("Das Boot", synopsis="Männer suchen ein Seekabel. 戦争と海。"),
    title("Return of the Jedi"),
    title("Pilot", kind="episode", series_name="Twin Peaks"),
)


@pytest.fixture(scope="module")
def index() -> Iterator[SearchIndex]:
    with index_of(*FILMS) as made:
        yield made


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("amelie", "Amélie"),
        ("AMÉLIE", "Amélie"),
        ("fabuleux destin", "Amélie"),
        ("spirited away", "千と千尋の神隠し"),
        ("千と千尋の神隠し", "千と千尋の神隠し"),
        ("千尋", "千と千尋の神隠し"),
        ("京", "東京物語"),
        ("senryaku", "せんりゃく"),
        ("dostoevsky", "Достоевский"),
        ("достоевский", "Достоевский"),
        ("spiderman", "Spider-Man"),
        ("spider man", "Spider-Man"),
        ("wall e", "WALL·E"),
        ("walle", "WALL·E"),
        ("WWW 234", "WWW-234"),
        ("www234", "WWW-234"),
        ("rocky 2", "Rocky II"),
        ("rocky two", "Rocky II"),
        ("oceans 11", "Ocean's Eleven"),
        ("matrix", "Matrix, The"),
        ("the matrix", "Matrix, The"),
        ("the heat", "Heat"),
        ("shining kubrick", "The Shining"),
        ("kubrick shini", "The Shining"),
        ("jedi return", "Return of the Jedi"),
        ("up", "Up"),
    ],
)
def test_found_however_it_is_written(index: SearchIndex, text: str, first: str) -> None:
    assert ids(index, text)[0] == first


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("amleie", "Amélie"),
        ("eocky", "Rocky"),
        ("shning", "The Shining"),
        ("retrn of the jedi", "Return of the Jedi"),
        ("return ofthe jedi", "Return of the Jedi"),
        ("haet", "Heat"),
        ("ip", "Up"),
        ("jeid", "Return of the Jedi"),
        ("kubrik", "The Shining"),
        ("kieslowsky", "Dekalog"),
        ("spiritd awya", "千と千尋の神隠し"),
    ],
)
def test_typos_are_forgiven(index: SearchIndex, text: str, first: str) -> None:
    assert ids(index, text)[0] == first


def test_every_beginning_finds_it(index: SearchIndex) -> None:
    for name in ("Return of the Jedi", "Matrix", "WALL·E", "東京物語"):
        for end in range(1, len(name) + 1):
            assert any(name in found for found in ids(index, name[:end])), name[:end]


@pytest.mark.parametrize(
    ("text", "first", "field", "matched"),
    [
        ("heat", "Heat", MatchField.TITLE, "Heat"),
        ("spirited", "千と千尋の神隠し", MatchField.ALTERNATIVE, "Spirited Away"),
        ("pacino", "Heat", MatchField.PERSON, "Al Pacino"),
        ("kieslowski", "Dekalog", MatchField.PERSON, "Krzysztof Kieślowski"),
        ("horror", "The Shining", MatchField.GENRE, "Horror"),
        ("heist", "Heat", MatchField.TAG, "heist"),
        ("twin peaks", "Pilot", MatchField.SERIES, "Twin Peaks"),
        ("couple", "東京物語", MatchField.SYNOPSIS, ""),
        ("戦争", "Das Boot", MatchField.SYNOPSIS, ""),
        ("eekabe", "Das Boot", MatchField.SYNOPSIS, ""),
    ],
)
def test_a_hit_says_what_matched(
    index: SearchIndex, text: str, first: str, field: MatchField, matched: str
) -> None:
    hit = index.query(text, limit=1).hits[0]
    assert (hit.id, hit.matched, hit.text) == (first, field, matched)


def test_a_guess_says_what_was_meant(index: SearchIndex) -> None:
    assert index.query("haet", limit=5).corrected == "Heat"
    assert index.query("heat", limit=5).corrected is None
    assert index.query("hea", limit=5).corrected is None


def test_a_name_comes_before_what_only_contains_it() -> None:
    films = [title(n) for n in ("Alien Resurrection", "The Alien", "My Alien", "Alien", "Aliens")]
    with index_of(*films, title("Documentary", synopsis="An alien.")) as index:
        found = ids(index, "alien", popularity={"Aliens": 1.0, "My Alien": 1.0, "Documentary": 1.0})
        assert found[:2] == ["Alien", "The Alien"]
        assert found[-1] == "Documentary"


def test_popularity_and_taste_decide_between_equals() -> None:
    with index_of(*(title("Sabrina", id=year) for year in ("1954", "1995", "2020"))) as index:
        assert ids(index, "sabrina", popularity={"1995": 0.5})[0] == "1995"
        assert ids(index, "sabrina", popularity={"1995": 0.5}, taste={"1954": 1.0})[0] == "1954"
        assert ids(index, "s", popularity={"2020": 0.9})[0] == "2020"


def test_other_numbers_come_as_another_mapping() -> None:
    with index_of(title("Sabrina", id="a"), title("Sabrina", id="b")) as index:
        for best in ("a", "b", "a"):
            assert ids(index, "sabrina", popularity={best: 1.0})[0] == best


@pytest.mark.parametrize(
    "text",
    [
        '"',
        '"*" NEAR(a b)',
        "a OR b AND NOT -c : {names} ^d",
        "* ( ) [ ] ? %_'",
        "\0",
        "\ud800",
        "\N{CLAPPER BOARD}",
        "x" * 100_000,
        "the man " * 20_000,
        " ",
    ],
)
def test_nothing_that_can_be_typed_is_an_error(index: SearchIndex, text: str) -> None:
    assert index.query(text, limit=5).total <= len(FILMS)
    index.suggest(text, limit=5)


def test_only_the_beginning_of_a_long_text_counts(index: SearchIndex) -> None:
    padded = "heat".ljust(QUERY_MAX)
    assert ids(index, padded + "nothing of this name") == ids(index, "heat")


def test_suggestions_complete_what_is_typed(index: SearchIndex) -> None:
    texts = {each.text: each for each in index.suggest("ro", limit=5)}
    assert {"Rocky", "Rocky II"} <= texts.keys()
    (kubrick,) = index.suggest("kubr", limit=5)
    assert (kubrick.text, kubrick.field) == ("Stanley Kubrick", MatchField.PERSON)
    assert index.suggest("horr", limit=5)[0].field is MatchField.GENRE
    assert not any(each.corrected for each in (*texts.values(), kubrick))


def test_when_nothing_is_written_so_a_guess_is_suggested(index: SearchIndex) -> None:
    guess = index.suggest("haet", limit=5)[0]
    assert (guess.text, guess.corrected) == ("Heat", True)


def test_what_may_not_be_seen_leaves_no_trace() -> None:
    hidden = [
        title(f"Heat {n}", id=f"hidden {n}", people=("Al Pacino", "Mann"), genres=("Crime",))
        for n in range(2 * TOTAL_MAX)
    ]
    shown = (title("The Heart", people=("Al Pacino",)), title("Ronin", synopsis="Heat."))
    popular = {each.id: 1.0 for each in hidden}

    def visible(title_id: str) -> bool:
        return not title_id.startswith("hidden")

    with index_of(*hidden, *shown) as full, index_of(*shown) as small:
        for text in ("heat", "heat 7", "h", "he", "pacino", "mann", "crime", "heta", "", "the"):
            expected = small.query(text, limit=50)
            assert full.query(text, limit=50, popularity=popular, visible=visible) == expected
            assert full.suggest(text, limit=50, visible=visible) == small.suggest(text, limit=50)


def test_pages_of_a_search_follow_each_other() -> None:
    films = [title("Night", id=f"{n:04}") for n in range(TOTAL_MAX + 50)]
    with index_of(*films) as index:
        pages = [index.query("night", limit=90, offset=offset) for offset in range(0, 450, 90)]
        assert [page.total for page in pages] == [TOTAL_MAX] * 5
        found = [hit.id for page in pages for hit in page.hits]
        assert len(found) == len(set(found)) == TOTAL_MAX


def test_what_is_put_again_replaces_what_was_there() -> None:
    with index_of(title("Heat", id="x", people=("Al Pacino",))) as index:
        index.put([title("Ronin", id="x")])
        assert ids(index, "ronin") == ["x"]
        assert ids(index, "heat") == ids(index, "pacino") == []
        assert index.query("", limit=5).total == 1


def test_what_is_removed_is_found_no_more() -> None:
    with index_of(title("Heat"), title("Heat", id="other"), title("Ronin")) as index:
        index.remove(["Heat", "never there"])
        index.remove(["Heat"])
        assert ids(index, "heat") == ["other"]
        index.remove(["other"])
        assert ids(index, "heat") == []
        assert index.suggest("heat", limit=5) == ()


def test_all_documents_go_in_or_none(index: SearchIndex) -> None:
    def failing() -> Iterator[SearchDocument]:
        yield title("Unfinished Business")
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011
        index.put(failing())
    assert "Unfinished Business" not in ids(index, "unfinished business")


def test_the_index_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite3"
    index = SearchIndex(path)
    assert index.revision() is None
    index.put(FILMS)
    index.set_revision("41")
    index.set_revision("42")
    before = index.query("roc", limit=50)
    index.close()
    again = SearchIndex(path)
    assert again.revision() == "42"
    assert again.query("roc", limit=50) == before
    assert again.query("", limit=50).total == len(FILMS)
    again.close()


@pytest.mark.parametrize(
    "content", [b"no database at all" * 500, b"SQLite format 3\0" + b"\xff" * 9000]
)
def test_a_damaged_file_is_replaced_by_an_empty_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "search.sqlite3"
    path.write_bytes(content)
    index = SearchIndex(path)
    assert index.revision() is None
    index.put([title("Heat")])
    assert ids(index, "heat") == ["Heat"]
    index.close()


def test_a_file_of_another_version_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite3"
    tables = sqlite3.connect(path)
    tables.execute("CREATE TABLE documents (id)")
    tables.close()
    index = SearchIndex(path)
    index.put([title("Heat")])
    assert ids(index, "heat") == ["Heat"]
    index.close()


def test_damage_noticed_while_asking_empties_the_index(tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite3"
    index = SearchIndex(path)
    index.put(FILMS)
    index.set_revision("1")
    index.close()
    content = bytearray(path.read_bytes())
    roots = sqlite3.connect(path)
    (page,) = roots.execute("SELECT rootpage FROM sqlite_master WHERE name = 'postings'").fetchone()
    (size,) = roots.execute("PRAGMA page_size").fetchone()
    roots.close()
    content[(page - 1) * size : page * size] = b"\xff" * size
    path.write_bytes(content)
    index = SearchIndex(path)
    assert index.query("heat", limit=5).hits == ()
    assert index.revision() is None
    index.put([title("Heat")])
    assert ids(index, "heat") == ["Heat"]
    index.close()


def test_many_threads_ask_while_one_writes() -> None:
    problems: list[str] = []
    with index_of(*FILMS) as index:
        written = threading.Event()

        def ask() -> None:
            while not written.is_set():
                if ids(index, "return of the jedi")[:1] != ["Return of the Jedi"]:
                    problems.append("lost")

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(20):
            index.put([title(f"Jedi number {number}")])
            index.remove([f"Jedi number {number - 1}"])
        written.set()
        for thread in threads:
            thread.join()
    assert problems == []
