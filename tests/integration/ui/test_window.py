"""The window as a whole: it loads, complains of nothing, tells its names and trusts no text."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtQuick import QQuickItem

from abr.likelihood import SignalKind
from local_server.contracts import Row, TitleDetail
from player.snapshot import PlayerState
from tests.helpers.desk import Desk, desk, qt
from tests.helpers.screens import (
    NOON,
    FakeCatalog,
    FakeServer,
    film_snapshot,
    household_catalog,
    job,
    title,
)
from ui.desktop import assets
from ui.viewmodel.ports import ServerPhase

MARKUP = "<b>Bold</b> & <img src='http://evil/'>"


@pytest.mark.parametrize(("width_px", "height_px"), [(1280, 720), (1920, 1080), (960, 600)])
def test_every_screen_shows_without_a_complaint(width_px: int, height_px: int) -> None:
    with desk(catalog=household_catalog(), width_px=width_px, height_px=height_px) as window:
        window.focus_is("Resume")
        for screen in ("library", "search", "home"):
            window.main.bridge.go(screen)
            window.until(lambda s=screen: window.main.bridge.property("screen") == s, screen)  # type: ignore[misc]
        window.press("?", "esc")
        window.main.bridge.openTitle("harbour")
        window.sees("Resume S1 E4")
        window.main.bridge.play("bunny")
        window.control.snapshot = film_snapshot()
        window.control.show()
        window.press("i", "tab")
        for state in PlayerState:
            window.control.show(state=state)
            window.app.processEvents()


def test_the_card_in_focus_speaks_for_its_title_until_the_focus_moves_on() -> None:
    with desk(catalog=household_catalog()) as window:

        def looked_at() -> list[str]:
            signals = window.main.model.likely.signals
            return [signal.title_id for signal in signals if signal.kind is SignalKind.FOCUS]

        window.focus_is("Resume")
        window.press("down")
        window.until(lambda: looked_at() == ["bunny"], "the first card is looked at")
        window.press("right")
        window.until(lambda: looked_at() == ["harbour-s1e4"], "the second card is looked at")
        window.press("up")
        window.until(lambda: looked_at() == [], "no card is looked at")
        window.main.bridge.openTitle("harbour")
        window.sees("Resume S1 E4")
        window.press("down")
        window.until(lambda: len(looked_at()) == 1, "an episode is looked at")


def test_a_first_start_shows_the_work_and_then_the_film() -> None:
    catalog = FakeCatalog(work=(job("bunny", 0.62, title_name="Big Buck Bunny"),))
    server = FakeServer(ServerPhase.STARTING)
    with desk(catalog=catalog, server=server) as window:
        window.sees("Starting your server")
        server.become(ServerPhase.RUNNING)
        window.sees("Encoding · 62 %")
        catalog.work = ()
        film = title("bunny", "Big Buck Bunny")
        catalog.rows = (Row(id="new", name="Newest", items=(film,)),)
        window.focus_is("Play")


def test_without_its_server_the_window_says_what_is_safe_and_recovers() -> None:
    catalog = household_catalog()
    catalog.error = OSError("refused")
    with desk(catalog=catalog) as window:
        window.focus_is("Try now")
        window.sees("safe on its disk")
        catalog.error = None
        window.press("enter")
        window.focus_is("Resume")


def test_an_empty_library_says_how_to_fill_it() -> None:
    with desk(catalog=FakeCatalog()) as window:
        window.sees("Drop films or folders on this window")


def test_text_of_others_is_never_markup() -> None:
    film = title("x", MARKUP, attribution=MARKUP)
    catalog = FakeCatalog(
        rows=(Row(id="new", name=MARKUP, reason=MARKUP, items=(film,)),),
        details={"x": TitleDetail(summary=film, synopsis=MARKUP, added_at=NOON)},
        everything=(film,),
    )
    with desk(catalog=catalog) as window:
        window.focus_is("Play")
        window.main.bridge.openTitle("x")
        window.sees("Credit")
        window.main.bridge.play("x")
        window.control.snapshot = film_snapshot(title_id="x", name=MARKUP)
        window.control.show()
        window.sees(MARKUP)
        texts = [item for item in window.items() if item.inherits("QQuickText")]
        shown = [item.property("text") for item in texts]
        kinds = {kind(item) for item in texts}
    assert shown.count(MARKUP) > 5
    assert kinds == {"BodyText"}
    formats = {
        path.stem: line.strip()
        for path in assets.QML.rglob("*.qml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "textFormat" in line
    }
    assert formats == {"BodyText": "textFormat: Text.PlainText"}


def kind(text: QQuickItem) -> str:
    """The component that a text is at bottom: a type of ours, or Qt's own."""
    meta = text.metaObject()
    names = []
    while meta.className() != "QQuickText":
        names.append(meta.className().partition("_")[0])
        meta = meta.superClass()
    return names[-1] if names else "Text"


def accessible(root: QAccessibleInterface) -> list[QAccessibleInterface]:
    children = [root.child(index) for index in range(root.childCount())]
    return [root, *(found for child in children if child for found in accessible(child))]


def test_every_button_has_a_name_for_those_who_listen() -> None:
    QAccessible.setActive(True)
    with desk(catalog=household_catalog()) as window:
        window.focus_is("Resume")
        window.press("enter")
        window.control.snapshot = film_snapshot()
        window.control.show()
        window.sees("1:47  /  5:00")
        tree = accessible(QAccessible.queryAccessibleInterface(window.window))
        buttons = [
            i for i in tree if i.role() == QAccessible.Role.Button and not i.state().invisible
        ]
        names = [i.text(QAccessible.Text.Name) for i in buttons]
    QAccessible.setActive(False)
    assert {"Pause", "Back 10 seconds", "Audio and subtitles", "Full screen"} <= set(names)
    assert all(names)


def test_every_icon_that_is_named_exists_and_every_one_that_exists_is_named() -> None:
    named = "".join(path.read_text(encoding="utf-8") for path in assets.QML.rglob("*.qml"))
    shipped = {path.stem for path in assets.ICONS.glob("*.svg")}
    assert {name for name in shipped if f'"{name}"' not in named} == set()


def test_icons_take_the_colour_and_the_size_asked_for() -> None:
    qt()
    image = assets.draw_icon("play-solid", "#FFB547", 48)
    assert (image.width(), image.height()) == (48, 48)
    assert image.pixelColor(20, 24).name().upper() == "#FFB547"
    assert image.pixelColor(0, 0).alpha() == 0


def test_fonts_and_icons_come_with_their_licences() -> None:
    assert "SIL OPEN FONT LICENSE" in (assets.FONTS / "OFL.txt").read_text(encoding="utf-8").upper()
    assert "ISC License" in (assets.ICONS / "LICENSE.txt").read_text(encoding="utf-8")


def test_the_linter_of_qml_has_nothing_to_say() -> None:
    linter = shutil.which("pyside6-qmllint", path=str(Path(sys.executable).parent))
    assert linter is not None
    # The linter takes a singleton that it is given by name for an undeclared one.
    files = [str(path) for path in assets.QML.rglob("*.qml") if path.name != "Theme.qml"]
    done = subprocess.run(
        [linter, "--max-warnings", "0", "-I", str(assets.QML), *files],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert len(files) > 30
    assert (done.returncode, done.stderr) == (0, "")


def test_files_dropped_on_the_window_are_added() -> None:
    with desk(catalog=household_catalog()) as window:
        window.focus_is("Resume")
        dropped = [QUrl.fromLocalFile("/films/a b.mkv"), QUrl("http://elsewhere/c.mkv")]
        window.main.bridge.addUrls(dropped)
        window.sees("1 file added")
    assert window.catalog.added == ["/films/a b.mkv"]


def test_closing_during_a_request_is_quiet() -> None:
    catalog = household_catalog()
    with desk(catalog=catalog) as window:
        assert isinstance(window, Desk)
        window.main.model.home.refresh()
