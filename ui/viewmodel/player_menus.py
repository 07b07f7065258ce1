"""What can be chosen during playback: quality, audio, subtitles, speed. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from abr.media import Representation
from abr.profiles import PROFILES
from player.snapshot import Snapshot, Track
from ui.viewmodel import words

SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
NONE = ""  # the key of "Auto" and of "Off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A line of a menu; ``key`` is what choosing it hands back."""

    key: str
    label: str
    note: str = ""
    chosen: bool = False
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MenusView:
    """All menus.

    ``profiles`` are what Auto can go by; ``quality_note`` says what the plan leaves of the ladder.
    """

    profiles: tuple[Option, ...] = ()
    quality: tuple[Option, ...] = ()
    quality_note: str = ""
    quality_label: str = "Auto"
    audio: tuple[Option, ...] = ()
    subtitles: tuple[Option, ...] = ()
    speeds: tuple[Option, ...] = ()


def menus_of(snapshot: Snapshot) -> MenusView:
    """The menus of a playback."""
    fixed = next((r for r in snapshot.ladder if r.id == snapshot.fixed), None)
    return MenusView(
        profiles=tuple(
            Option(
                key=profile.id,
                label=profile.name,
                note=profile.note,
                chosen=profile.id == snapshot.profile,
            )
            for profile in PROFILES
        ),
        quality=_quality(snapshot),
        quality_note=plan_note(snapshot),
        quality_label="Auto" if fixed is None else f"{fixed.height_px}p",
        audio=tuple(
            Option(
                key=track.id,
                label=track_name(track, snapshot.audio_tracks),
                note=_channels(track.channels),
                chosen=track.id == snapshot.audio,
            )
            for track in snapshot.audio_tracks
        ),
        subtitles=_subtitles(snapshot),
        speeds=tuple(
            Option(
                key=str(speed),
                label="Normal" if speed == 1.0 else words.speed(speed),
                chosen=abs(speed - snapshot.speed) < 0.01,
            )
            for speed in SPEEDS
        ),
    )


def describe(representation: Representation) -> str:
    """A representation as a person reads it: ``720p · 1.5 Mbit/s``."""
    rate_bps = representation.average_bandwidth_bps or representation.bandwidth_bps
    height = f"{representation.height_px}p" if representation.height_px else ""
    return words.joined(height, words.rate(rate_bps))


def plan_note(snapshot: Snapshot) -> str:
    """What the plan leaves of the ladder, when it leaves less than all."""
    allowed = [r for r in snapshot.ladder if r.id in snapshot.allowed]
    if not allowed or len(allowed) == len(snapshot.ladder):
        return ""
    return f"Your plan shows up to {allowed[-1].height_px}p"


def track_name(track: Track, among: tuple[Track, ...]) -> str:
    """The label, or the language; both when two tracks would read the same."""
    name = words.one_line(track.label) or words.language(track.language)
    same = sum(1 for other in among if (other.label or other.language) == track.label)
    return f"{name} ({words.language(track.language)})" if same > 1 else name


def next_key(options: tuple[Option, ...]) -> str | None:
    """The key after the chosen one, going round; ``None`` when there is no other."""
    if len(options) < 2:
        return None
    chosen = next((i for i, option in enumerate(options) if option.chosen), -1)
    return options[(chosen + 1) % len(options)].key


def next_speed(current: float, step: int) -> float:
    """The speed ``step`` places away in the menu, clamped to its ends."""
    nearest = min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i] - current))
    return SPEEDS[max(0, min(len(SPEEDS) - 1, nearest + step))]


def _quality(snapshot: Snapshot) -> tuple[Option, ...]:
    if not snapshot.ladder:
        return ()
    shown = snapshot.shown
    automatic = snapshot.fixed is None
    now = f"now {shown.height_px}p" if automatic and shown is not None else ""
    auto = Option(key=NONE, label="Auto", note=now, chosen=automatic)
    rungs = tuple(
        Option(
            key=rung.id,
            label=describe(rung),
            note="" if rung.id in snapshot.allowed else "Not in your plan",
            chosen=rung.id == snapshot.fixed,
            enabled=rung.id in snapshot.allowed,
        )
        for rung in reversed(snapshot.ladder)
    )
    return (auto, *rungs)


def _subtitles(snapshot: Snapshot) -> tuple[Option, ...]:
    if not snapshot.subtitle_tracks:
        return ()
    off = Option(key=NONE, label="Off", chosen=snapshot.subtitle is None)
    tracks = tuple(
        Option(
            key=track.id,
            label=track_name(track, snapshot.subtitle_tracks),
            chosen=track.id == snapshot.subtitle,
        )
        for track in snapshot.subtitle_tracks
    )
    return (off, *tracks)


def _channels(channels: int) -> str:
    return {0: "", 1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}.get(channels, f"{channels} channels")
