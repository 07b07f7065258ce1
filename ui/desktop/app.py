"""Opens the desktop window and runs it until it is closed."""

from __future__ import annotations

import importlib.metadata
import locale
import os
import sys

import structlog
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QObject,
    QTimer,
    QtMsgType,
    QUrl,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication, QOpenGLContext
from PySide6.QtQml import QQmlApplicationEngine, qmlRegisterType
from PySide6.QtQuick import QQuickWindow, QSGRendererInterface

from ui.desktop import assets
from ui.desktop.bridge import Bridge
from ui.desktop.input_mode import InputMode
from ui.desktop.instance import InstanceDoor, raise_running
from ui.desktop.services import DesktopServices
from ui.desktop.signals import closing_on_signals
from ui.desktop.threads import ScreenThread, Timers, Workers
from ui.desktop.video_item import VideoItem, VideoOutput
from ui.viewmodel.app import AppModel

ALREADY_OPEN = "Matinee is open already; its window is in front now."
# Where nothing is ever drawn (a window that starts minimised) work must begin all the same.
FIRST_PICTURE_MS = 1500

_log = structlog.get_logger()


class WindowFailedError(RuntimeError):
    """The window's QML could not be loaded: the installation is damaged."""


class DesktopWindow(QObject):
    """The window with all that stands behind it. One per process, on the main thread."""

    def __init__(self, services: DesktopServices) -> None:
        super().__init__()
        self._services = services
        self._started = False
        self._thread = ScreenThread()
        self._workers = Workers()
        self._timers = Timers()
        self.model = AppModel(
            client=services.client,
            control=services.control,
            scheduler=self._timers,
            submit=self._workers.submit,
            post=self._thread.post,
            server=services.server,
            profile_id=services.profile_id,
            prefetcher=services.prefetcher,
        )
        self.output = VideoOutput(services.video)
        self.bridge = Bridge(
            self.model,
            self.output,
            reduced_motion=services.settings.reduced_motion,
            version=importlib.metadata.version("matinee"),
        )
        self.engine = QQmlApplicationEngine()
        self.window = self._load()

    def show(self) -> None:
        """Put the window on the screen; work starts with its first picture."""
        self.output.attach(self.window)
        # libmpv needs its render context, made with the first picture, before it loads a film.
        self.window.frameSwapped.connect(self._start)
        QTimer.singleShot(FIRST_PICTURE_MS, self._start)
        if self._services.settings.full_screen:
            self.window.showFullScreen()
        else:
            self.window.show()
        self.window.requestActivate()

    def raise_with(self, open_title: str | None) -> None:
        """A second start asks for attention."""
        if self.window.visibility() == QQuickWindow.Visibility.Minimized:
            self.window.showNormal()
        self.window.raise_()
        self.window.requestActivate()
        if open_title is not None:
            self.model.play(open_title)

    def close(self) -> None:
        """Take everything down in the one order that is safe."""
        self._thread.close()
        self._timers.close()
        self.model.close()
        self._workers.close()
        # Ends the scene graph, which frees libmpv's context while OpenGL is still there.
        self.window.setPersistentSceneGraph(False)
        self.window.setPersistentGraphics(False)
        self.window.close()
        self.window.destroy()
        # Before the bridge goes: QML must not look for properties of what is gone already.
        self.engine.deleteLater()
        QCoreApplication.sendPostedEvents(self.engine, QEvent.Type.DeferredDelete.value)

    def _load(self) -> QQuickWindow:
        self.engine.addImportPath(str(assets.QML))
        self.engine.addImageProvider("icon", assets.IconProvider())
        self.engine.setInitialProperties(
            {
                "app": self.bridge,
                "width": self._services.settings.width_px,
                "height": self._services.settings.height_px,
            }
        )
        self.engine.load(QUrl.fromLocalFile(str(assets.QML / "Main.qml")))
        roots = self.engine.rootObjects()
        if not roots or not isinstance(roots[0], QQuickWindow):
            raise WindowFailedError("the window's description could not be loaded")
        window = roots[0]
        self._input_mode = InputMode(self.bridge)
        window.installEventFilter(self._input_mode)
        return window

    def _start(self) -> None:
        if not self._started:
            self._started = True
            self.model.start(self._services.opening, start_s=self._services.start_s)


def prepare_qt(*, software: bool = False) -> QGuiApplication:
    """The Qt application, set up so that libmpv can draw into its windows.

    Without OpenGL, or with ``software``, everything but film is drawn.
    """
    # With a render thread of its own Qt and a renderer in Python wait for each other for ever.
    os.environ["QSG_RENDER_LOOP"] = "basic"
    qInstallMessageHandler(_log_qt)
    qmlRegisterType(VideoItem, "Matinee.Video", 1, 0, "VideoItem")  # type: ignore[call-overload]
    app = QGuiApplication.instance()
    if not isinstance(app, QGuiApplication):
        app = QGuiApplication(sys.argv[:1])
    api = QSGRendererInterface.GraphicsApi
    drawn = not software and QOpenGLContext().create()
    if not drawn and not software:
        _log.warning("ui.no_opengl")
    QQuickWindow.setGraphicsApi(api.OpenGL if drawn else api.Software)
    # Qt takes the locale of the environment; libmpv refuses numbers with commas.
    locale.setlocale(locale.LC_NUMERIC, "C")
    app.setApplicationName("Matinee")
    app.setDesktopFileName("matinee")
    app.setWindowIcon(assets.window_icon())
    assets.load_fonts()
    return app


def run(services: DesktopServices) -> int:
    """Show the window until it is closed; the answer is the process's exit code.

    When a window of the same home is open already, that one is raised instead. The media engine
    behind ``services.video`` may be closed once this has returned, not before.
    """
    if raise_running(services.home):
        sys.stdout.write(f"{ALREADY_OPEN}\n")
        return 0
    app = prepare_qt()
    door = InstanceDoor(services.home)
    if not door.open():  # another start was faster by a moment
        sys.stdout.write(f"{ALREADY_OPEN}\n")
        return 0
    window = DesktopWindow(services)
    door.raised.connect(window.raise_with)
    window.show()
    with closing_on_signals(app.quit):
        code = app.exec()
    door.close()
    window.close()
    app.processEvents()
    return code


def _log_qt(kind: QtMsgType, _context: object, text: str) -> None:
    if kind is QtMsgType.QtDebugMsg:
        _log.debug("ui.qt", text=text)
    elif kind is QtMsgType.QtInfoMsg:
        _log.info("ui.qt", text=text)
    else:
        _log.warning("ui.qt", text=text)
