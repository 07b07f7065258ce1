"""The player's screen: what a playback looks like, and what keys and buttons ask of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from abr.media import AdaptationSetId, RepresentationId
from abr.profiles import QualityProfileId
from local_server.contracts import TitleDetail, TitleSummary
from player.control import PlaybackControl
from player.snapshot import PlayerProblem, PlayerState, Snapshot, TimelinePoint
from ui.viewmodel import words
from ui.viewmodel.cards import Card, episode_card, episode_number
from ui.viewmodel.chart import Chart, chart_of
from ui.viewmodel.observable import Observable
from ui.viewmodel.player_menus import MenusView, menus_of, next_key, next_speed
from ui.viewmodel.ports import Cancel, Catalog, Scheduler
from ui.viewmodel.problems import Trouble
from ui.viewmodel.stats import StatsView, WeighedView, stats_of, weighed_of
from ui.viewmodel.tasks import Post, Tasks, Ticket
from ui.viewmodel.title import following

STEP_S = 5.0  # left and right
JUMP_S = 10.0  # j, l and the two buttons
VOLUME_STEP = 5.0
ARRIVED_S = 0.6  # a seek this close to its target has arrived
SEEK_PATIENCE_S = 5.0  # after this the bar believes the player again
MESSAGE_S = 1.2

_BUSY = frozenset({PlayerState.OPENING, PlayerState.SEEKING, PlayerState.REBUFFERING})
_NOTHING_TO_SEEK = frozenset({PlayerState.IDLE, PlayerState.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeView:
    """Where the film stands. ``buffered`` are pairs of fractions of the film."""

    position_s: float = 0.0
    duration_s: float = 0.0
    played: float = 0.0
    buffered: tuple[tuple[float, float], ...] = ()
    position: str = "0:00"
    duration: str = "0:00"
    spoken: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportView:
    """What plays and how."""

    state: str = "idle"
    title_id: str = ""
    name: str = ""
    line: str = ""
    paused: bool = False
    busy: bool = False
    opening: bool = False
    ended: bool = False
    speed: str = ""
    volume: float = 100.0
    muted: bool = False
    still_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerView:
    """The whole screen, in parts that change at different rates."""

    time: TimeView = TimeView()
    transport: TransportView = TransportView()
    menus: MenusView = field(default_factory=MenusView)
    stats: StatsView = field(default_factory=StatsView)
    chart: Chart = field(default_factory=Chart)
    weighed: tuple[WeighedView, ...] = ()
    waiting: Trouble | None = None
    problem: Trouble | None = None
    upcoming: Card | None = None
    message: str = ""


class PlayerModel(Observable[PlayerView]):
    """Shows the newest snapshot and turns keys into requests.

    Threading: lives on the screen's thread; snapshots may arrive on any and are brought over one
    at a time, the newest winning.
    """

    def __init__(
        self,
        *,
        control: PlaybackControl,
        client: Catalog,
        tasks: Tasks,
        scheduler: Scheduler,
        post: Post,
    ) -> None:
        super().__init__(PlayerView())
        self._control = control
        self._client = client
        self._tasks = tasks
        self._scheduler = scheduler
        self._post = post
        self._lock = Lock()
        self._newest: Snapshot | None = None
        self._sought = False
        self._snapshot = control.snapshot
        self._target_s: float | None = None
        self._seek_began = False
        self._patience: Cancel | None = None
        self._title: TitleSummary | None = None
        self._upcoming: TitleSummary | None = None
        self._about: Ticket | None = None
        self._charted: tuple[int, tuple[TimelinePoint, ...]] = (0, ())
        self._chart = Chart()
        self._message = ""
        self._message_timer: Cancel | None = None
        self._stop_listening = control.listen(self._arrived)
        self._show()

    def close(self) -> None:
        """Stop listening; called before the playback control is closed."""
        self._stop_listening()

    def play(self, title_id: str, *, start_s: float | None = None) -> None:
        """Play a title, and find out what it is called and what comes after it."""
        self._title = self._upcoming = None
        self._forget_target()
        self._control.play(title_id, start_s=start_s)
        if self._about is not None:
            self._about.drop()
        self._about = self._tasks.load(
            lambda: self._look_up(title_id), self._looked_up, lambda _trouble: None
        )

    def stop(self) -> None:
        """Close the film."""
        self._control.stop()
        self._forget_target()

    def retry(self) -> None:
        """Play again what failed, from where it was."""
        position_s = self._snapshot.position_s
        self.play(self._snapshot.title_id, start_s=position_s if position_s > 0 else None)

    def toggle_pause(self) -> None:
        """Pause or go on; after the end, from the start again."""
        if self._snapshot.state is PlayerState.ENDED:
            self.seek(0.0)
            self._control.resume()
        elif self._snapshot.paused:
            self._control.resume()
        else:
            self._control.pause()

    def seek(self, position_s: float) -> None:
        """To a position; the bar shows it at once."""
        if self._snapshot.duration_s <= 0 or self._snapshot.state in _NOTHING_TO_SEEK:
            return
        self._target_s = min(max(0.0, position_s), self._snapshot.duration_s)
        self._seek_began = False
        if self._patience is not None:
            self._patience()
        self._patience = self._scheduler.after(SEEK_PATIENCE_S, self._lose_patience)
        self._control.seek(self._target_s)
        self._show()

    def seek_by(self, step_s: float) -> None:
        """Forward or back; several in a row add up."""
        here_s = self._snapshot.position_s if self._target_s is None else self._target_s
        self.seek(here_s + step_s)
        self._say(f"{'+' if step_s > 0 else words.MINUS}{abs(step_s):g} s")

    def seek_to_tenth(self, tenth: int) -> None:
        """To ``tenth`` tenths of the film."""
        self.seek(self._snapshot.duration_s * tenth / 10)

    def set_volume(self, percent: float) -> None:
        """Louder or softer; turning it up ends silence."""
        wanted = min(100.0, max(0.0, percent))
        self._control.set_volume(wanted)
        if self._snapshot.muted and wanted > 0:
            self._control.set_muted(False)

    def volume_by(self, step: float) -> None:
        """A step louder or softer."""
        wanted = min(100.0, max(0.0, self._snapshot.volume_percent + step))
        self.set_volume(wanted)
        self._say(f"Volume {wanted:.0f} %")

    def toggle_muted(self) -> None:
        """Silence and back."""
        self._control.set_muted(not self._snapshot.muted)
        self._say("Sound on" if self._snapshot.muted else "Muted")

    def set_speed(self, speed: float) -> None:
        """Play faster or slower."""
        self._control.set_speed(speed)
        self._say(f"Speed {words.speed(speed)}")

    def speed_by(self, step: int) -> None:
        """The next speed of the menu up or down."""
        self.set_speed(next_speed(self._snapshot.speed, step))

    def choose_quality(self, key: str) -> None:
        """A representation, or the empty key for Auto."""
        self._control.choose_quality(RepresentationId(key) if key else None)

    def choose_profile(self, key: str) -> None:
        """What Auto goes by; who chooses that wants Auto."""
        self._control.choose_profile(QualityProfileId(key))
        if self._snapshot.fixed is not None:
            self._control.choose_quality(None)

    def set_screen(self, height_px: int) -> None:
        """How tall the picture is drawn, in pixels of the device; 0: not at all."""
        self._control.set_screen(height_px or None)

    def select_audio(self, key: str) -> None:
        """An audio track."""
        self._control.select_audio(AdaptationSetId(key))

    def select_subtitle(self, key: str) -> None:
        """A subtitle track, or the empty key for none."""
        self._control.select_subtitle(AdaptationSetId(key) if key else None)

    def cycle_audio(self) -> None:
        """The next audio track."""
        options = self.state.menus.audio
        key = next_key(options)
        if key is None:
            self._say("No other audio")
            return
        self.select_audio(key)
        self._say(f"Audio: {next(o.label for o in options if o.key == key)}")

    def cycle_subtitle(self) -> None:
        """The next subtitle track, none being one of them."""
        options = self.state.menus.subtitles
        key = next_key(options)
        if key is None:
            self._say("No subtitles")
            return
        self.select_subtitle(key)
        self._say(f"Subtitles: {next(o.label for o in options if o.key == key)}")

    @property
    def upcoming_id(self) -> str:
        """The next episode, when there is one."""
        return "" if self._upcoming is None else self._upcoming.id

    def _arrived(self, snapshot: Snapshot) -> None:
        with self._lock:
            waiting = self._newest is not None
            self._newest = snapshot
            # Kept apart: the snapshot itself may be overtaken before the screen looks.
            self._sought = self._sought or snapshot.state is PlayerState.SEEKING
        if not waiting:
            self._post(self._take)

    def _take(self) -> None:
        with self._lock:
            snapshot, self._newest = self._newest, None
            sought, self._sought = self._sought, False
        if snapshot is not None:
            self._snapshot = snapshot
            self._seek_began = self._seek_began or sought
            self._settle_seek(snapshot)
            self._show()

    def _settle_seek(self, snapshot: Snapshot) -> None:
        if self._target_s is None or snapshot.state is PlayerState.SEEKING:
            return
        if self._seek_began or abs(snapshot.position_s - self._target_s) < ARRIVED_S:
            self._forget_target()

    def _lose_patience(self) -> None:
        self._forget_target()
        self._show()

    def _forget_target(self) -> None:
        self._target_s = None
        if self._patience is not None:
            self._patience()
            self._patience = None

    def _look_up(self, title_id: str) -> tuple[TitleSummary, TitleSummary | None]:
        summary = self._client.title(title_id).summary
        series: TitleDetail | None = None
        if summary.series_id is not None:
            series = self._client.title(summary.series_id)
        return summary, None if series is None else following(series.episodes, title_id)

    def _looked_up(self, found: tuple[TitleSummary, TitleSummary | None]) -> None:
        self._title, self._upcoming = found
        self._show()

    def _say(self, message: str) -> None:
        self._message = message
        if self._message_timer is not None:
            self._message_timer()
        self._message_timer = self._scheduler.after(MESSAGE_S, self._fall_silent)
        self._show()

    def _fall_silent(self) -> None:
        self._message = ""
        self._show()

    def _show(self) -> None:
        snapshot = self._snapshot
        upcoming = self._upcoming
        absolute: Callable[[str], str] = self._client.absolute
        self._set(
            PlayerView(
                time=time_of(snapshot, self._target_s),
                transport=transport_of(snapshot, self._title, absolute),
                menus=menus_of(snapshot),
                stats=stats_of(snapshot),
                chart=self._chart_of(snapshot),
                weighed=weighed_of(snapshot),
                waiting=_trouble(snapshot.waiting),
                problem=_trouble(snapshot.problem),
                upcoming=None if upcoming is None else episode_card(upcoming, absolute),
                message=self._message,
            )
        )

    def _chart_of(self, snapshot: Snapshot) -> Chart:
        """The chart, drawn anew when the timeline has a new moment and not with every snapshot."""
        newest = (len(snapshot.timeline), snapshot.timeline[-1:])
        if newest != self._charted:
            self._charted, self._chart = newest, chart_of(snapshot.timeline)
        return self._chart


def time_of(snapshot: Snapshot, target_s: float | None) -> TimeView:
    """The bar: where the film stands, or where it is going."""
    duration_s = snapshot.duration_s
    position_s = snapshot.position_s if target_s is None else target_s
    position_s = min(position_s, duration_s) if duration_s > 0 else position_s
    position, duration = words.clock(position_s), words.clock(duration_s)
    return TimeView(
        position_s=position_s,
        duration_s=duration_s,
        played=_share(position_s, duration_s),
        buffered=tuple(
            (_share(start_s, duration_s), _share(end_s, duration_s))
            for start_s, end_s in snapshot.buffered_s
        ),
        position=position,
        duration=duration,
        spoken=f"{position} of {duration}",
    )


def transport_of(
    snapshot: Snapshot, title: TitleSummary | None, absolute: Callable[[str], str]
) -> TransportView:
    """What plays and how; the catalog's name and still are there before the film is."""
    name, line, still_url = words.one_line(snapshot.name), "", ""
    if title is not None and title.id == snapshot.title_id:
        name = words.one_line(title.name)
        line = words.joined(words.one_line(title.series_name or ""), episode_number(title))
        still_url = absolute(title.still_url) if title.still_url else ""
    return TransportView(
        state=str(snapshot.state),
        title_id=snapshot.title_id,
        name=name,
        line=line,
        paused=snapshot.paused,
        busy=snapshot.state in _BUSY,
        opening=snapshot.state is PlayerState.OPENING,
        ended=snapshot.state is PlayerState.ENDED,
        speed=words.speed(snapshot.speed),
        volume=snapshot.volume_percent,
        muted=snapshot.muted,
        still_url=still_url,
    )


def _share(part_s: float, whole_s: float) -> float:
    return min(1.0, max(0.0, part_s / whole_s)) if whole_s > 0 else 0.0


def _trouble(problem: PlayerProblem | None) -> Trouble | None:
    if problem is None:
        return None
    return Trouble(title=problem.title, detail=problem.detail, hint=problem.hint, code=problem.code)
