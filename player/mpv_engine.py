"""libmpv behind :class:`~player.engine.MediaEngine`. The one module that drives python-mpv."""

from __future__ import annotations

import contextlib
import locale
import queue
import threading
from collections.abc import Callable
from typing import Any

import structlog

from player import mpv_properties as names
from player.engine import (
    EndReason,
    EngineDecodeError,
    EngineDropped,
    EngineEnded,
    EngineEvent,
    EnginePosition,
    EngineResolution,
    EngineSeeked,
    EngineStalled,
    EngineStarted,
    SubtitleSource,
)
from player.errors import EngineError

log = structlog.get_logger()

# Prefixes of libmpv's log that speak of decoding; the demuxer's complaints count as well.
_DECODER_LOGS = ("ffmpeg/video", "ffmpeg/audio", "ffmpeg/demuxer", "vd", "ad", "ffmpeg")
_NOT_DECODING = ("AVHWDeviceContext",)  # looking for hardware that is not there


class MpvEngine:
    """Plays through libmpv, into a window's OpenGL (``video="libmpv"``) or nowhere (``"null"``).

    Threading: methods put a command in a queue and return; a thread of ours carries them out.
    Events come from python-mpv's event thread; the listener must not block.
    """

    def __init__(self, *, video: str = "libmpv", audio: str | None = None) -> None:
        self._listener: Callable[[EngineEvent], None] = lambda _: None
        self._subtitles: dict[str, int] = {}
        self._subtitle_ids: list[str] = []
        self._loading = False
        self._dropped = {names.DECODER_DROPS: 0, names.OUTPUT_DROPS: 0}
        self._size: tuple[int, int] | None = None
        self._closed = False
        self._mpv = _create(video, audio, self._on_log)
        self._commands: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="mpv-commands", daemon=True)
        self._observe()
        self._thread.start()

    @property
    def handle(self) -> Any:
        """The ``mpv.MPV`` object, for a render context."""
        return self._mpv

    @property
    def listener(self) -> Callable[[EngineEvent], None]:
        """Who hears events now."""
        return self._listener

    def listen(self, listener: Callable[[EngineEvent], None]) -> None:
        """Deliver events to ``listener`` from now on."""
        self._listener = listener

    def load(
        self,
        url: str,
        *,
        start_s: float,
        paused: bool,
        subtitles: tuple[SubtitleSource, ...],
        audio_index: int | None,
        subtitle_id: str | None,
    ) -> None:
        """Play ``url`` from ``start_s``."""

        def run() -> None:
            self._subtitle_ids = [entry.id for entry in subtitles]
            self._size, self._loading = None, True
            self._dropped = dict.fromkeys(self._dropped, 0)
            self._mpv.pause = paused
            self._mpv.start = f"{start_s:.6f}"
            self._mpv.aid = "auto" if audio_index is None else audio_index + 1
            self._mpv.sub_files = [entry.url for entry in subtitles]
            self._mpv.sid = self._sid(subtitle_id)
            self._mpv.command("loadfile", url, "replace")

        self._do(run)

    def stop(self) -> None:
        """End the load."""
        self._do(lambda: self._mpv.command("stop"))

    def set_paused(self, paused: bool) -> None:
        """Freeze or go on."""
        self._set("pause", paused)

    def seek(self, position_s: float) -> None:
        """Show the frame at ``position_s``."""
        self._do(lambda: self._mpv.command("seek", f"{position_s:.6f}", "absolute+exact"))

    def set_speed(self, speed: float) -> None:
        """Playback speed."""
        self._set("speed", speed)

    def set_volume(self, percent: float) -> None:
        """0 to 100."""
        self._set("volume", percent)

    def set_muted(self, muted: bool) -> None:
        """Silence."""
        self._set("mute", muted)

    def select_audio(self, index: int) -> None:
        """The ``index``-th audio set."""
        self._set("aid", index + 1)

    def select_subtitle(self, subtitle_id: str | None) -> None:
        """A subtitle given at load, or none."""
        self._do(lambda: setattr(self._mpv, "sid", self._sid(subtitle_id)))

    def close(self) -> None:
        """End libmpv; blocks until its threads have ended."""
        if self._closed:
            return
        self._closed = True
        self._listener = lambda _: None
        self._commands.put(None)
        self._thread.join()
        self._mpv.terminate()

    def _sid(self, subtitle_id: str | None) -> str | int:
        if subtitle_id is None or subtitle_id not in self._subtitle_ids:
            return "no"
        return self._subtitle_ids.index(subtitle_id) + 1

    def _set(self, name: str, value: object) -> None:
        self._do(lambda: setattr(self._mpv, name, value))

    def _do(self, command: Callable[[], None]) -> None:
        if not self._closed:
            self._commands.put(command)

    def _work(self) -> None:
        while (command := self._commands.get()) is not None:
            try:
                command()
            except (SystemError, ValueError, AttributeError) as error:
                # A command that comes too late (nothing loaded any more) is nobody's problem.
                log.debug("mpv.command_failed", error=str(error))

    def _emit(self, event: EngineEvent) -> None:
        self._listener(event)

    def _observe(self) -> None:
        mpv = self._mpv
        mpv.observe_property(names.POSITION, self._on_position)
        mpv.observe_property(names.STALLED, self._on_stalled)
        mpv.observe_property(names.VIDEO_PARAMS, self._on_video_params)
        mpv.observe_property("eof-reached", self._on_eof)
        for name in self._dropped:
            mpv.observe_property(name, self._on_drops)
        mpv.register_event_callback(self._on_event)

    def _on_position(self, _: str, value: float | None) -> None:
        if value is not None and not self._loading:
            self._emit(EnginePosition(position_s=value))

    def _on_stalled(self, _: str, value: bool | None) -> None:
        if value is not None and not self._loading:
            self._emit(EngineStalled(stalled=value))

    def _on_eof(self, _: str, value: bool | None) -> None:
        if value and not self._loading:
            self._emit(EngineEnded(reason=EndReason.END_OF_FILM))

    def _on_drops(self, name: str, value: int | None) -> None:
        self._dropped[name] = value or 0
        self._emit(EngineDropped(frames=sum(self._dropped.values())))

    def _on_video_params(self, _: str, value: dict[str, Any] | None) -> None:
        if not value or "w" not in value:
            return
        size = (int(value["w"]), int(value["h"]))
        if size == self._size:
            return
        self._size = size
        if not self._loading:  # until then it is what the init segment says, not a picture
            self._emit_size(self._get(names.POSITION))

    def _emit_size(self, position_s: float) -> None:
        width, height = self._size or (0, 0)
        if width:
            self._emit(EngineResolution(position_s=position_s, width_px=width, height_px=height))

    def _get(self, name: str) -> float:
        """A number, 0 while there is none."""
        with contextlib.suppress(AttributeError, SystemError, ValueError):
            return float(getattr(self._mpv, name.replace("-", "_")) or 0.0)
        return 0.0

    def _on_event(self, event: Any) -> None:
        kind = event.as_dict(decoder=_decode)
        name = kind.get("event")
        if name == "playback-restart":
            self._on_restart()
        elif name == "end-file":
            self._on_end(str(kind.get("reason")), str(kind.get("file_error") or ""))

    def _on_restart(self) -> None:
        position_s = self._get(names.POSITION)
        if not self._loading:
            self._emit(EngineSeeked(position_s=position_s))
            return
        self._loading = False
        with contextlib.suppress(AttributeError, SystemError, ValueError, KeyError, TypeError):
            shown = self._mpv.video_params
            self._size = (int(shown["w"]), int(shown["h"]))
        width, height = self._size or (0, 0)
        self._emit(EngineStarted(width_px=width, height_px=height))
        self._emit_size(position_s)

    def _on_end(self, reason: str, detail: str) -> None:
        if reason in ("error", "unknown"):
            self._emit(EngineEnded(reason=EndReason.FAILED, detail=detail))
        elif reason == "eof":
            self._emit(EngineEnded(reason=EndReason.END_OF_FILM))

    def _on_log(self, level: str, prefix: str, text: str) -> None:
        log.debug("mpv.log", level=level, prefix=prefix, text=text.strip())
        if level not in ("error", "fatal") or text.startswith(_NOT_DECODING):
            return
        if prefix.startswith(_DECODER_LOGS):
            self._emit(EngineDecodeError(position_s=0.0, text=f"{prefix}: {text.strip()}"))


def _decode(value: bytes | str) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _create(video: str, audio: str | None, on_log: Callable[[str, str, str], None]) -> Any:
    # libmpv refuses to start unless numbers are written with a point; Qt resets the locale.
    locale.setlocale(locale.LC_NUMERIC, "C")
    try:
        import mpv  # noqa: PLC0415 - loading it looks for libmpv, which may not be installed
    except OSError as error:
        raise EngineError(
            "libmpv is not installed.",
            detail="The system has no libmpv shared library.",
            hint="Run 'make setup', or install your system's libmpv package (libmpv2, mpv-libs).",
        ) from error
    options = dict(names.COMMON_OPTIONS, vo=video)
    if video == "null":
        options["hwdec"] = "no"  # nobody sees the picture, and looking for hardware takes time
    if audio is not None:
        options["ao"] = audio
    try:
        return mpv.MPV(log_handler=on_log, loglevel="warn", **options)
    except (SystemError, ValueError, TypeError, AttributeError) as error:
        raise EngineError(
            "The media engine does not start.",
            detail=str(error),
            hint="'matinee doctor' checks libmpv and says what to do.",
        ) from error
