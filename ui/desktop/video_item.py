"""Film in the scene: libmpv draws into a texture that Qt Quick composes under the controls.

libmpv gives up on a film's picture when no render context exists at the moment it is loaded, so
the context is made with the window's scene graph and not when the player is first shown. Qt's
basic render loop keeps scene and context on the one screen thread.
"""

from __future__ import annotations

from typing import Any

import structlog
from PySide6.QtCore import Property, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QOpenGLContext
from PySide6.QtOpenGL import QOpenGLFramebufferObject
from PySide6.QtQuick import (
    QQuickFramebufferObject,
    QQuickOpenGLUtils,
    QQuickWindow,
    QSGRendererInterface,
)

from ui.desktop.services import VideoSurface

_log = structlog.get_logger()


class VideoOutput(QObject):
    """libmpv's render context for one window.

    Threading: the screen's thread, except that libmpv announces new pictures on one of its own;
    the signal brings that over. The engine must outlive the window's scene graph.
    """

    picture = Signal()
    readyChanged = Signal()  # noqa: N815 - QML's spelling
    drawnTall = Signal(int)  # noqa: N815 - the film's height in pixels of the device

    def __init__(self, surface: VideoSurface | None) -> None:
        super().__init__()
        self._surface = surface
        self._context: Any = None
        self._address_of: Any = None  # libmpv keeps a pointer to it
        self._drawn = False

    @Property(bool, notify=readyChanged)
    def ready(self) -> bool:
        """Whether pictures can be drawn."""
        return self._context is not None

    def attach(self, window: QQuickWindow) -> None:
        """Make the context as soon as ``window`` has OpenGL, free it just before that ends."""
        if self._surface is None:
            return
        direct = Qt.ConnectionType.DirectConnection
        window.sceneGraphInitialized.connect(lambda: self._create(window), direct)
        window.sceneGraphInvalidated.connect(self.release, direct)
        window.frameSwapped.connect(self._swapped, direct)

    @Slot(float)
    def liftSubtitles(self, share: float) -> None:  # noqa: N802 - QML's spelling
        """Keep subtitles out of the lowest ``share`` (0 to 1) of the picture."""
        if self._context is not None and self._surface is not None:
            # Not waiting for libmpv, which may be busy with a film.
            self._surface.handle.command_async("set", "sub-pos", str(round(100 * (1 - share))))

    def draw(self, framebuffer: QOpenGLFramebufferObject) -> None:
        """Draw the newest picture; called by the scene graph with OpenGL current."""
        if self._context is None:
            return
        size = framebuffer.size()
        self._context.update()
        self._context.render(
            opengl_fbo={"w": size.width(), "h": size.height(), "fbo": framebuffer.handle()},
            flip_y=False,
            # Waiting for the picture's time would hold up the whole interface.
            block_for_target_time=False,
        )
        self._drawn = True

    def release(self) -> None:
        """Free the context; needs the window's OpenGL to be current."""
        if self._context is not None:
            context, self._context = self._context, None
            context.free()
            _log.debug("ui.video_released")

    def _create(self, window: QQuickWindow) -> None:
        api = window.rendererInterface().graphicsApi()
        if self._context is not None or api is not QSGRendererInterface.GraphicsApi.OpenGL:
            _log.warning("ui.video_without_opengl", api=api.name)
            return
        import mpv  # noqa: PLC0415 - the window can open where libmpv is not installed

        self._address_of = mpv.MpvGlGetProcAddressFn(_address_of)
        self._context = mpv.MpvRenderContext(
            self._surface.handle if self._surface is not None else None,
            "opengl",
            opengl_init_params={"get_proc_address": self._address_of},
        )
        self._context.update_cb = self.picture.emit
        self.readyChanged.emit()

    def _swapped(self) -> None:
        if self._drawn and self._context is not None:
            self._drawn = False
            self._context.report_swap()


class VideoItem(QQuickFramebufferObject):
    """Shows what its ``output`` draws, as large as it is."""

    outputChanged = Signal()  # noqa: N815 - QML's spelling

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._output: VideoOutput | None = None
        self._renderer: _Renderer | None = None

    def _get_output(self) -> VideoOutput | None:
        return self._output

    def _set_output(self, output: VideoOutput | None) -> None:
        if output is self._output:
            return
        self._output = output
        if output is not None:
            output.picture.connect(self.update, Qt.ConnectionType.QueuedConnection)
        self.outputChanged.emit()

    output = Property(QObject, _get_output, _set_output, notify=outputChanged)

    def createRenderer(self) -> QQuickFramebufferObject.Renderer:  # noqa: N802 - Qt's name
        """Called by the scene graph; the reference here keeps the Python half alive."""
        self._renderer = _Renderer(self._output)
        return self._renderer


class _Renderer(QQuickFramebufferObject.Renderer):
    def __init__(self, output: VideoOutput | None) -> None:
        super().__init__()
        self._output = output
        self._framebuffer: QOpenGLFramebufferObject | None = None

    def createFramebufferObject(self, size: QSize) -> QOpenGLFramebufferObject:  # noqa: N802
        # The scene graph deletes it, but Python would too, and sooner, were it not held here.
        self._framebuffer = QOpenGLFramebufferObject(size)
        if self._output is not None:  # in pixels of the device, whatever Qt scales by
            self._output.drawnTall.emit(size.height())
        return self._framebuffer

    def render(self) -> None:
        if self._output is not None:
            self._output.draw(self.framebufferObject())
            # libmpv leaves OpenGL as it likes it; Qt expects its own state.
            QQuickOpenGLUtils.resetOpenGLState()


def _address_of(_context: Any, name: bytes) -> int:
    current = QOpenGLContext.currentContext()
    return 0 if current is None else int(current.getProcAddress(name) or 0)
