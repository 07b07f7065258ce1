"""``matinee abr``: look into the engine that chooses the quality."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter, validators

_LONGEST_BUFFER_S = 86_400.0


def _is_buffer(_type: object, value: float) -> None:
    if not 0 < value <= _LONGEST_BUFFER_S:
        raise ValueError("The buffer holds more than 0 s and no more than a day.")


abr_app = App(name="abr", help="Compare, explain and replay how the quality is chosen.")


@abr_app.command
def bench(
    *,
    traces: Path,
    movie: Path,
    utility: Literal["lin", "log", "vmaf"] = "log",
    algorithms: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    segments: int | None = None,
    most_traces: Annotated[int | None, Parameter(validator=validators.Number(gte=1))] = None,
    max_buffer: Annotated[float, Parameter(validator=_is_buffer)] = 60.0,
    abandon: bool = False,
    plain: bool = False,
    as_json: Annotated[bool, Parameter("--json")] = False,
) -> None:
    """Compare algorithms with each other and with the optimum over recorded networks.

    Parameters
    ----------
    traces
        Folder with sets of traces: .csv files of duration_ms,kbps[,latency_ms].
    movie
        Film as JSON: a Matinee manifest, or segment sizes as simulators exchange them.
    utility
        What quality is: lin (Mbit/s), log (of the rate) or vmaf.
    algorithms
        Those to compare; all without.
    segments
        Only the first so many segments of the film.
    most_traces
        At most so many traces of every set.
    max_buffer
        Seconds of film the buffer holds.
    abandon
        Let every algorithm give up transfers under way, as in the player.
    plain
        Let none do so, nor fetch anything again: the conditions of published evaluations.
    as_json
        Print JSON.
    """
    from abr.algorithms import ALGORITHMS  # noqa: PLC0415 - loads only what it needs
    from abr.qoe import Utility  # noqa: PLC0415
    from ui.cli.abr_bench import BenchWish, run_bench  # noqa: PLC0415

    run_bench(
        BenchWish(
            traces=traces,
            movie=movie,
            utility=Utility(utility),
            algorithms=algorithms or tuple(ALGORITHMS),
            segments=segments,
            most_traces=most_traces,
            max_buffer_s=max_buffer,
            abandon=abandon,
            plain=plain,
            as_json=as_json,
        )
    )


@abr_app.command
def explain(report: Path, /, *, svg: Path | None = None, png: Path | None = None) -> None:
    """Tell a playback report as prose: what was decided when, and why.

    Parameters
    ----------
    report
        A report of matinee play --headless --report.
    svg
        Draw the session into this file: network, estimate with its band, buffer, quality, stalls.
    png
        The same as a picture.
    """
    from ui.cli.abr_explain import explain as tell  # noqa: PLC0415 - loads only what it needs

    tell(report, svg, png)


@abr_app.command
def replay(
    report: Path,
    /,
    *,
    algorithm: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
) -> None:
    """Show what other algorithms would have done with the network of a playback report.

    Parameters
    ----------
    report
        A report of matinee play --headless --report.
    algorithm
        Those to try; all without.
    """
    from abr.algorithms import ALGORITHMS  # noqa: PLC0415 - loads only what it needs
    from ui.cli.abr_replay import replay as again  # noqa: PLC0415

    again(report, algorithm or tuple(ALGORITHMS))
