"""The player's screen for QML: one property for each part that changes at its own rate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Property, QObject, Signal, Slot

from ui.desktop.convert import plain
from ui.desktop.video_item import VideoOutput
from ui.viewmodel.app import AppModel
from ui.viewmodel.player import JUMP_S, STEP_S, VOLUME_STEP, PlayerView

_PARTS = (
    "time",
    "transport",
    "menus",
    "stats",
    "chart",
    "weighed",
    "waiting",
    "problem",
    "upcoming",
    "message",
)


class PlayerBridge(QObject):
    """Announces only the parts of the view that differ from the ones before."""

    timeChanged = Signal()  # noqa: N815 - QML's spelling
    transportChanged = Signal()  # noqa: N815
    menusChanged = Signal()  # noqa: N815
    statsChanged = Signal()  # noqa: N815
    chartChanged = Signal()  # noqa: N815
    weighedChanged = Signal()  # noqa: N815
    waitingChanged = Signal()  # noqa: N815
    problemChanged = Signal()  # noqa: N815
    upcomingChanged = Signal()  # noqa: N815
    messageChanged = Signal()  # noqa: N815

    def __init__(self, model: AppModel, output: VideoOutput, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._player = model.player
        self._output = output
        self._view = model.player.state
        self._parts: dict[str, Any] = {part: plain(getattr(self._view, part)) for part in _PARTS}
        self._signals = {
            "time": self.timeChanged,
            "transport": self.transportChanged,
            "menus": self.menusChanged,
            "stats": self.statsChanged,
            "chart": self.chartChanged,
            "weighed": self.weighedChanged,
            "waiting": self.waitingChanged,
            "problem": self.problemChanged,
            "upcoming": self.upcomingChanged,
            "message": self.messageChanged,
        }
        model.player.listen(self._show)
        output.drawnTall.connect(self._player.set_screen)

    def _part(name: str) -> Any:  # type: ignore[misc]  # noqa: N805 - makes the getters below
        def get(self: PlayerBridge) -> Any:
            return self._parts[name]

        return get

    time = Property("QVariant", _part("time"), notify=timeChanged)  # type: ignore[arg-type]
    transport = Property("QVariant", _part("transport"), notify=transportChanged)  # type: ignore[arg-type]
    menus = Property("QVariant", _part("menus"), notify=menusChanged)  # type: ignore[arg-type]
    stats = Property("QVariant", _part("stats"), notify=statsChanged)  # type: ignore[arg-type]
    chart = Property("QVariant", _part("chart"), notify=chartChanged)  # type: ignore[arg-type]
    weighed = Property("QVariant", _part("weighed"), notify=weighedChanged)  # type: ignore[arg-type]
    waiting = Property("QVariant", _part("waiting"), notify=waitingChanged)  # type: ignore[arg-type]
    problem = Property("QVariant", _part("problem"), notify=problemChanged)  # type: ignore[arg-type]
    upcoming = Property("QVariant", _part("upcoming"), notify=upcomingChanged)  # type: ignore[arg-type]
    message = Property("QVariant", _part("message"), notify=messageChanged)  # type: ignore[arg-type]

    @Property(QObject, constant=True)
    def output(self) -> VideoOutput:
        """What draws the film."""
        return self._output

    @Slot()
    def togglePause(self) -> None:  # noqa: N802 - QML's spelling
        """Pause or go on."""
        self._player.toggle_pause()

    @Slot(float)
    def seek(self, position_s: float) -> None:
        """To a position."""
        self._player.seek(position_s)

    @Slot(int)
    def step(self, direction: int) -> None:
        """A small step back (-1) or forward (1)."""
        self._player.seek_by(direction * STEP_S)

    @Slot(int)
    def jump(self, direction: int) -> None:
        """A larger one."""
        self._player.seek_by(direction * JUMP_S)

    @Slot(int)
    def seekToTenth(self, tenth: int) -> None:  # noqa: N802 - QML's spelling
        """To a tenth of the film."""
        self._player.seek_to_tenth(tenth)

    @Slot(float)
    def setVolume(self, percent: float) -> None:  # noqa: N802 - QML's spelling
        """0 to 100."""
        self._player.set_volume(percent)

    @Slot(int)
    def stepVolume(self, direction: int) -> None:  # noqa: N802 - QML's spelling
        """A step softer or louder."""
        self._player.volume_by(direction * VOLUME_STEP)

    @Slot()
    def toggleMuted(self) -> None:  # noqa: N802 - QML's spelling
        """Silence and back."""
        self._player.toggle_muted()

    @Slot(int)
    def stepSpeed(self, direction: int) -> None:  # noqa: N802 - QML's spelling
        """Slower or faster."""
        self._player.speed_by(direction)

    @Slot(str, str)
    def choose(self, menu: str, key: str) -> None:
        """A line of the menu named ``menu``."""
        choices: dict[str, Callable[[str], None]] = {
            "quality": self._player.choose_quality,
            "profile": self._player.choose_profile,
            "audio": self._player.select_audio,
            "subtitles": self._player.select_subtitle,
            "speed": lambda speed: self._player.set_speed(float(speed)),
        }
        choices[menu](key)

    @Slot()
    def cycleAudio(self) -> None:  # noqa: N802 - QML's spelling
        """The next audio track."""
        self._player.cycle_audio()

    @Slot()
    def cycleSubtitle(self) -> None:  # noqa: N802 - QML's spelling
        """The next subtitles."""
        self._player.cycle_subtitle()

    @Slot()
    def retry(self) -> None:
        """Once more, after a failure."""
        self._player.retry()

    @Slot()
    def playUpcoming(self) -> None:  # noqa: N802 - QML's spelling
        """The next episode."""
        self._model.play_upcoming()

    def _show(self, view: PlayerView) -> None:
        before, self._view = self._view, view
        for part in _PARTS:
            new = getattr(view, part)
            if new != getattr(before, part):
                self._parts[part] = plain(new)
                self._signals[part].emit()
