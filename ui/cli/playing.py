"""``matinee play``."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from abr import trace
from abr.profiles import QualityProfileId
from local_server.contracts import Availability, TitleSummary
from ui.cli import headless
from ui.cli.choose import all_titles, choose, full_name
from ui.cli.library import await_titles
from ui.cli.words import CommandError, err, one_line
from ui.edge import Edge, open_edge
from ui.places import Places


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for on the command line."""

    wanted: str
    headless: bool
    start_s: float | None
    duration_s: float | None
    speed: float
    report: Path | None
    shape: Path | None
    profile: QualityProfileId | None = None  # None: the one remembered on this device


def play_wanted(where: Places, wish: Wish) -> int:
    """Play; the answer is the process's exit code."""
    shape = read_trace(wish.shape) if wish.shape else None
    if not 0.5 <= wish.speed <= 2:
        raise CommandError("The speed goes from 0.5 to 2.")
    if not wish.headless:
        return _play_on_screen(where, wish, shape)
    with open_edge(where) as edge:
        title = playable(edge, wish.wanted)
        document = play_headless(edge, where, title, wish, shape)
    headless.tell(document)
    if wish.report:
        headless.save(document, wish.report)
    return 0


def _play_on_screen(where: Places, wish: Wish, shape: trace.Trace | None) -> int:
    from ui.cli.screen import (  # noqa: PLC0415 - loads Qt
        native_chatter_aside,
        open_desktop,
        raised,
        require_display,
    )

    require_display()
    with open_edge(where) as edge:
        title = playable(edge, wish.wanted)
        if raised(where, title.id):
            return 0
        with native_chatter_aside(where.logs):
            return open_desktop(
                where,
                edge,
                title_id=title.id,
                start_s=wish.start_s,
                speed=wish.speed,
                shape=shape,
                profile=wish.profile,
            )


def play_headless(
    edge: Edge, where: Places, title: TitleSummary, wish: Wish, shape: trace.Trace | None
) -> dict[str, object]:
    """Play through the whole chain without a screen; the answer is the report."""
    from player.mpv_engine import MpvEngine  # noqa: PLC0415 - needs libmpv
    from ui.kit import build_player  # noqa: PLC0415 - loads the player

    engine = MpvEngine(video="null", audio="null")
    # A shaped network is a measurement: nothing of it may come out of an earlier run's store.
    with tempfile.TemporaryDirectory(prefix="matinee-") as empty:
        kit = build_player(
            edge.client,
            engine,
            where,
            shape=shape,
            segments=Path(empty) if shape else None,
            profile=wish.profile,
        )
        try:
            return headless.play(
                kit.session,
                headless.Headless(
                    title_id=title.id,
                    start_s=wish.start_s,
                    duration_s=wish.duration_s,
                    speed=wish.speed,
                ),
            )
        finally:
            kit.close()
            engine.close()


def playable(edge: Edge, wanted: str) -> TitleSummary:
    """The title meant, once it can be played; a file is taken into the library first."""
    path = Path(wanted)
    if path.is_file():
        title_id = _title_of_file(edge, path)
        title = edge.client.title(title_id).summary
    else:
        title = choose(all_titles(edge.client), wanted)
    if title.availability is Availability.PREPARING:
        err.print(f"{one_line(full_name(title))} is being prepared.", markup=False)
        await_titles(edge.client, {title.id})
        title = edge.client.title(title.id).summary
    if title.availability is not Availability.READY:
        problem = title.problem
        raise CommandError(
            f"{full_name(title)} cannot be played: it is {title.availability}.",
            detail=problem.message if problem else "",
            hint=problem.hint if problem else "",
        )
    return title


def _title_of_file(edge: Edge, path: Path) -> str:
    (result,) = edge.client.add_paths([path])
    if result.title_id is not None:
        return result.title_id  # also that of a file which has been there before
    problem = result.problem
    raise CommandError(
        problem.message if problem else "This file cannot be used.",
        detail=result.path,
        hint=problem.hint if problem else "",
    )


def read_trace(path: Path) -> trace.Trace:
    """A network trace from a file; raises :class:`CommandError` for anything else."""
    try:
        return trace.parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(
            "The trace cannot be read.", detail=f"{path}: {error.strerror}"
        ) from error
    except (trace.TraceError, UnicodeDecodeError) as error:
        raise CommandError(
            "This is not a network trace.",
            detail=f"{path}: {error}",
            hint="Each line holds duration_ms,kbps and perhaps a latency in ms.",
        ) from error
