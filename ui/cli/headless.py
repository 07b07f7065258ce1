"""Playing without a screen: through the whole chain, watched and reported."""

from __future__ import annotations

import json
import queue
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn

from abr.media import Presentation
from player import report
from player.recorder import Recorder
from player.session import PlaybackSession
from player.snapshot import PlayerState, Snapshot
from ui.cli.words import CommandError, err, out


@dataclass(frozen=True, slots=True, kw_only=True)
class Headless:
    """What to play: ``duration_s`` of film from ``start_s``, at ``speed``."""

    title_id: str
    start_s: float | None
    duration_s: float | None
    speed: float


def play(session: PlaybackSession, wish: Headless) -> dict[str, Any]:
    """Play and return the report. Raises :class:`CommandError` when playback fails."""
    snapshots: queue.SimpleQueue[Snapshot] = queue.SimpleQueue()
    stop = session.listen(snapshots.put)
    session.set_speed(wish.speed)
    session.play(wish.title_id, start_s=wish.start_s)
    try:
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            TextColumn("{task.fields[state]}", markup=False),
            console=err,
            transient=True,
        ) as bar:
            _watch(snapshots, wish, bar)
        return _report(session)
    finally:
        stop()


def _watch(snapshots: queue.SimpleQueue[Snapshot], wish: Headless, bar: Progress) -> None:
    task = bar.add_task("Playing", total=None, state="opening")
    first_s: float | None = None
    while True:
        now = snapshots.get()
        if now.problem is not None:
            problem = now.problem
            raise CommandError(problem.title, detail=problem.detail, hint=problem.hint)
        if now.state is PlayerState.ENDED:
            return
        if now.state is PlayerState.OPENING or now.title_id != wish.title_id:
            continue
        first_s = now.position_s if first_s is None else first_s
        length_s = now.duration_s - first_s
        if wish.duration_s is not None:
            length_s = min(length_s, wish.duration_s)
        played_s = now.position_s - first_s
        bar.update(task, total=length_s, completed=played_s, state=_state(now))
        if wish.duration_s is not None and played_s >= wish.duration_s:
            return


def _state(now: Snapshot) -> str:
    shown = f"{now.shown.height_px}p" if now.shown else ""
    rate = f"{now.estimate.throughput_bps / 1e6:.1f} Mbit/s" if now.estimate else ""
    return f"{now.state} {shown}  buffer {now.buffer_level_s:.0f} s  {rate}"


def _report(session: PlaybackSession) -> dict[str, Any]:
    presentation, recorder, name = _records(session)
    recorder.flowing()
    return report.build(presentation, recorder, name=name)


def _records(session: PlaybackSession) -> tuple[Presentation, Recorder, str]:
    playback = session.playback
    if playback is None:  # stopped from elsewhere
        raise CommandError("Playback was stopped.")
    return playback.presentation, playback.recorder, session.snapshot.name


def save(document: dict[str, Any], path: Path) -> None:
    """Write a report. Raises :class:`CommandError` when it cannot be written."""
    try:
        path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    except OSError as error:
        raise CommandError(
            "The report cannot be written.",
            detail=f"{path}: {error.strerror}",
            hint="Choose another file with --report.",
        ) from error


def tell(document: dict[str, Any]) -> None:
    """The report as a person reads it."""
    decisions = document["decisions"]
    kept = [s for s in document["segments"] if not s["abandoned"] and not s["replaced"]]
    played = [s for s in kept if s["height_px"]]
    replaced = sum(s["replaced"] for s in document["segments"])
    heights = ", ".join(
        f"{sum(s['height_px'] == h for s in played)} x {h}p"
        for h in sorted({s["height_px"] for s in played})
    )
    startup = document["startup_s"]
    rows = [
        (
            "film",
            f"{document['title']}, {document['position_s']:.1f} of {document['duration_s']:.1f} s",
        ),
        ("startup delay", "none seen" if startup is None else f"{startup:.2f} s"),
        (
            "rebuffers",
            f"{len(document['rebuffers'])}, {_stalled_s(document):.1f} s in all",
        ),
        ("segments", heights or "none"),
        ("replaced", f"{replaced}, {document['wasted_bytes'] / 1e6:.1f} MB never shown in all"),
        (
            "decisions",
            f"{len(decisions)}, {max(0, len(document['mpv_switches']) - 1)} switches seen",
        ),
        ("decode errors", str(document["decode_errors"])),
        ("dropped frames", str(document["dropped_frames"])),
    ]
    if "lin" in document["qoe"]:
        lin, log = document["qoe"]["lin"], document["qoe"]["log"]
        rows.append(
            ("QoE per segment", f"{lin['per_segment']:.3f} linear, {log['per_segment']:.3f} log")
        )
    if decisions:
        rows.append(("last decision", decisions[-1]["explanation"]))
    out.print("Playback report", style="bold")
    for name, value in rows:
        out.print(f"  {name:<16} {value}", markup=False)


def _stalled_s(document: dict[str, Any]) -> float:
    return float(sum(rebuffer["length_s"] for rebuffer in document["rebuffers"]))
