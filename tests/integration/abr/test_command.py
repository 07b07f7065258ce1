"""``matinee abr explain`` and ``replay`` as a person uses them."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ui.cli.main import app
from ui.cli.words import CommandError


def _decision(number: int, name: str, why: str) -> dict[str, Any]:
    rate_bps = 2e6
    return {
        "at_s": 2.0 * number,
        "segment_index": number,
        "representation": name,
        "explanation": why,
        "context": {
            "buffer_level_s": 4.0 * number,
            "max_buffer_s": 60.0,
            "estimate": None
            if number == 0
            else {"throughput_bps": rate_bps, "low_bps": 1.5e6, "high_bps": 2.5e6},
        },
    }


def _segment(number: int, name: str, *, abandoned: bool = False) -> dict[str, Any]:
    return {
        "index": number,
        "representation": name,
        "bytes": 150_000 if name == "v240" else 600_000,
        "at_s": 2.0 * number + 1.5,
        "ttfb_s": 0.1,
        "duration_s": 1.5,
        "throughput_bps": 2e6,
        "buffer_level_s": 4.0 * number,
        "from_store": False,
        "abandoned": abandoned,
    }


@pytest.fixture
def report(tmp_path: Path) -> Path:
    rungs = [("v240", 300_000, 240), ("v480", 1_200_000, 480)]
    document = {
        "format": "matinee-playback-report",
        "version": 1,
        "title": "Tears & <Steel>",
        "segment_duration_s": 4.0,
        "startup_s": 1.5,
        "rebuffers": [{"position_s": 9.0, "at_s": 6.5, "length_s": 0.8}],
        "decisions": [
            _decision(0, "v240", "Started at 240p: no wonder."),
            _decision(1, "v240", "Stayed at 240p: better so."),
            _decision(2, "v480", "Up to 480p: it is carried."),
        ],
        "segments": [
            _segment(0, "v240"),
            _segment(1, "v480", abandoned=True),
            _segment(1, "v240"),
            _segment(2, "v480"),
            {**_segment(2, "v240"), "representation": "audio"},
        ],
        "ladder": [
            {"id": i, "bandwidth_bps": b, "average_bandwidth_bps": b, "height_px": h}
            for i, b, h in rungs
        ],
        "qoe": {"log": {"per_segment": 0.5}},
    }
    file = tmp_path / "report.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def test_explain_tells_the_session_in_order(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app(["abr", "explain", str(report)])

    opening, *lines = capsys.readouterr().out.splitlines()
    assert opening == (
        "Tears & <Steel>: showed a picture after 1.50 s, stood still once for 0.8 s, "
        "changed quality once, gave up 1 transfer."
    )
    assert lines == [
        "  0:00.0 segment 1, 0.0 s ahead, nothing measured yet. Started at 240p: no wonder.",
        "         and so for 1 more segment, at last: Stayed at 240p: better so.",
        "  0:03.5 segment 2 was given up after 1.5 s and 600 kB.",
        "  0:04.0 segment 3, 8.0 s ahead, network 2.00 Mbit/s. Up to 480p: it is carried.",
        "  0:06.5 the buffer ran dry; the picture stood for 0.8 s.",
        "Quality of experience per segment: 0.50 (log).",
    ]


def test_explain_tells_what_was_fetched_again(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(report.read_text(encoding="utf-8"))
    again = _decision(1, "v480", "Fetched again at 480p: it plays in 9 s.")
    weighed = [{"representation": "v480", "score": 1.0, "note": "quality 1.39 now"}]
    document["decisions"].append({**again, "reason": "replace", "at_s": 5.0, "considered": weighed})
    document["segments"][2]["replaced"] = True
    report.write_text(json.dumps(document), encoding="utf-8")

    app(["abr", "explain", str(report)])

    text = capsys.readouterr().out
    assert "fetched 1 segment again." in text
    assert "Fetched again at 480p: it plays in 9 s.\n         weighed: 480p quality" in text
    assert "segment 2 was there at 240p, 150 kB that were never seen" in text


def test_explain_draws_the_session(report: Path, tmp_path: Path) -> None:
    drawing, picture = tmp_path / "session.svg", tmp_path / "session.png"

    app(["abr", "explain", str(report), "--svg", str(drawing), "--png", str(picture)])

    text = drawing.read_text(encoding="utf-8")
    assert text.count("<text ") == text.count("</text>")
    assert "Tears &amp; &lt;Steel&gt;" in text
    for words in ("Network", "Buffer", "Quality", "480p", "given up", "stood 0.8 s", "start 1.5 s"):
        assert f">{words}<" in text
    # Transfers of the video that were measured, and the ring of the legend.
    assert text.count("<circle") == 3 + 1
    assert "nan" not in text
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_playback_that_never_began_is_drawn_too(report: Path, tmp_path: Path) -> None:
    document = json.loads(report.read_text(encoding="utf-8"))
    document.update(startup_s=None, rebuffers=[], decisions=[], segments=[], ladder=[], qoe={})
    report.write_text(json.dumps(document), encoding="utf-8")
    drawing = tmp_path / "session.svg"

    app(["abr", "explain", str(report), "--svg", str(drawing)])

    assert "no picture" in drawing.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        (("--svg", "session.png"), "is no name for this drawing"),
        (("--png", "nowhere/session.png"), "The drawing cannot be written"),
        (("--svg", "nowhere/session.svg"), "The drawing cannot be written"),
    ],
)
def test_explain_says_why_it_does_not_draw(
    report: Path, tmp_path: Path, arguments: tuple[str, str], title: str
) -> None:
    option, name = arguments
    with pytest.raises(CommandError, match=title):
        app(["abr", "explain", str(report), option, str(tmp_path / name)])


@pytest.mark.parametrize("name", ["session.svg", "session.png"])
def test_a_drawing_without_a_place_is_not_blamed_on_qt(
    report: Path, tmp_path: Path, name: str
) -> None:
    option = f"--{name.rpartition('.')[2]}"

    with pytest.raises(CommandError, match="cannot be written") as raised:
        app(["abr", "explain", str(report), option, str(tmp_path / "nowhere" / name)])

    assert "folder" in raised.value.hint


def test_without_qt_the_png_has_a_clear_error(
    report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))

    with pytest.raises(CommandError, match="cannot be drawn") as raised:
        app(["abr", "explain", str(report), "--png", str(tmp_path / "session.png")])

    assert "--svg" in raised.value.hint


def test_replay_shows_what_others_would_have_done(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app(["abr", "replay", str(report), "--algorithm", "bba", "plan"])

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["Algorithm", "as", "bba", "plan"]
    assert lines[4].startswith("bba: 0 of 3 segments better and 1 worse, ")
    assert lines[4].endswith("the first difference is segment 3, at 240p where 480p was shown.")
    assert lines[5].startswith("plan: ")


def test_replay_knows_its_algorithms(report: Path) -> None:
    with pytest.raises(CommandError, match="no algorithm 'guess'") as raised:
        app(["abr", "replay", str(report), "--algorithm", "guess"])

    assert "robust_mpc" in raised.value.hint


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document["decisions"][0].pop("explanation"),
        lambda document: document["segments"][0].update(duration_s=math.nan),
        lambda document: document["ladder"][0].update(bandwidth_bps=0, average_bandwidth_bps=0),
        lambda document: document.update(segments={}),
        lambda document: document["segments"][0].update(index=10**9),
    ],
)
@pytest.mark.parametrize("command", ["explain", "replay"])
def test_a_broken_report_is_an_error_in_words(
    report: Path, command: str, spoil: Callable[[dict[str, Any]], Any]
) -> None:
    document = json.loads(report.read_text(encoding="utf-8"))
    spoil(document)
    report.write_text(json.dumps(document), encoding="utf-8")
    try:
        app(["abr", command, str(report)])
    except CommandError as error:
        assert str(error)  # noqa: PT017 - explain does without what replay cannot do without


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document["decisions"][0].update(at_s=1e12),
        lambda document: document.update(segment_duration_s=1e300),
        lambda document: document["ladder"][0].update(bandwidth_bps=10**400),
        lambda document: document["decisions"][0]["context"].update(
            estimate={"throughput_bps": "fast"}
        ),
    ],
)
@pytest.mark.parametrize("command", ["explain", "replay"])
def test_a_report_of_what_cannot_be_is_an_error_in_words(
    report: Path, command: str, spoil: Callable[[dict[str, Any]], Any]
) -> None:
    document = json.loads(report.read_text(encoding="utf-8"))
    spoil(document)
    report.write_text(json.dumps(document), encoding="utf-8")

    with pytest.raises(CommandError, match="not understood"):
        app(["abr", command, str(report)])


@pytest.mark.parametrize("text", ['{"format": 1e999}', "[" * 100_000])
def test_a_report_that_json_itself_lets_pass_is_an_error_in_words(
    tmp_path: Path, text: str
) -> None:
    file = tmp_path / "report.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(CommandError, match="not understood"):
        app(["abr", "explain", str(file)])


def test_a_file_that_is_no_report_is_named(tmp_path: Path) -> None:
    file = tmp_path / "notes.json"
    file.write_text('{"format": "notes"}', encoding="utf-8")

    with pytest.raises(CommandError, match="not a playback report"):
        app(["abr", "explain", str(file)])
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(CommandError, match="not understood"):
        app(["abr", "replay", str(file)])
