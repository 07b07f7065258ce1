"""Fonts, icons and QML files that lie beside this module, also when installed from a wheel."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QFontDatabase, QIcon, QImage, QPainter, QPixmap
from PySide6.QtQuick import QQuickImageProvider
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).resolve().parent
QML = FOLDER / "qml"
FONTS = FOLDER / "fonts"
ICONS = FOLDER / "icons"
MARK = "matinee"  # the application's own icon among the others

_DEFAULT_PX = 24


def load_fonts() -> None:
    """Make Inter known to Qt; a missing file is an error of the installation."""
    for path in sorted(FONTS.glob("*.otf")):
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise OSError(f"cannot read font {path.name}")


def draw_icon(name: str, colour: str, side_px: int) -> QImage:
    """The icon ``name`` in one colour, on nothing, ``side_px`` wide and high."""
    text = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    image = QImage(side_px, side_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(text.replace("currentColor", colour).encode())).render(painter)
    painter.end()
    return image


def window_icon() -> QIcon:
    """The application's icon."""
    icon = QIcon()
    for side_px in (32, 64, 128, 256):
        icon.addPixmap(QPixmap.fromImage(draw_icon(MARK, "#FFB547", side_px)))
    return icon


class IconProvider(QQuickImageProvider):
    """Serves ``image://icon/<name>/<colour without #>`` at the size asked for."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, icon_id: str, size: QSize, requested: QSize) -> QImage:  # noqa: N802
        """Called by Qt for every icon that is not cached yet."""
        name, _, colour = icon_id.partition("/")
        side_px = requested.width() if requested.width() > 0 else _DEFAULT_PX
        image = draw_icon(name, f"#{colour}", side_px)
        size.setWidth(image.width())
        size.setHeight(image.height())
        return image
