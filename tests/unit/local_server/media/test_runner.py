from __future__ import annotations

import signal
from pathlib import Path

import pytest

from local_server.media.children import Children, Outcome
from local_server.media.errors import ProblemCode, StudioProblem
from local_server.media.runner import ChildCrashed, judge, run_ffmpeg
from local_server.media.tools import find_tools


def test_a_good_end_is_no_problem() -> None:
    judge(Outcome(code=0, errors="a warning or two"), "ffmpeg")


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(code=-signal.SIGKILL, errors=""),
        Outcome(code=-signal.SIGSEGV, errors="some words"),
        Outcome(code=137, errors=""),
        Outcome(code=0, errors="", stalled=True),
    ],
)
def test_a_program_that_fell_over_deserves_another_attempt(outcome: Outcome) -> None:
    with pytest.raises(ChildCrashed):
        judge(outcome, "ffmpeg")


def test_a_program_that_says_no_means_a_damaged_film() -> None:
    with pytest.raises(StudioProblem) as caught:
        judge(Outcome(code=69, errors="Invalid data found"), "ffmpeg")
    assert caught.value.code is ProblemCode.DAMAGED
    assert not caught.value.retryable


def test_ffmpeg_on_a_full_disk(tmp_path: Path) -> None:
    argv = [find_tools().ffmpeg, "-hide_banner", "-nostdin", "-loglevel", "error", "-y"]
    argv += ["-f", "lavfi", "-i", "testsrc2=s=320x180:d=2", "-f", "rawvideo", "file:/dev/full"]
    with pytest.raises(StudioProblem) as caught:
        run_ffmpeg(Children(), argv, cwd=tmp_path)
    assert caught.value.code is ProblemCode.NO_SPACE
    assert caught.value.retryable
