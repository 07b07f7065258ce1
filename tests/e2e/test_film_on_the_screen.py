"""The whole chain, as a person drives it: files in, film out, whatever happens on the way."""

from __future__ import annotations

import itertools
import json
import os
import queue
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from player.mpv_engine import MpvEngine
from player.snapshot import PlayerState, Snapshot
from tests.helpers.house import House, a_house, make_film
from ui.kit import build_player
from ui.places import places

pytestmark = pytest.mark.timeout(300)

SECONDS = 24.0
SEGMENT_S = 4.0
FRAME_S = 1 / 24


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with one film, called Moving Picture."""
    folder = tmp_path_factory.mktemp("house")
    film = make_film(folder / "Moving Picture (2024).mkv", seconds=SECONDS)
    with a_house(folder / "home") as made:
        made.add(film)
        yield made


def test_titles_lists_what_can_be_played(house: House) -> None:
    (title,) = json.loads(house.run("titles", "--json").stdout)

    assert title["name"] == "Moving Picture"
    assert title["duration_s"] == pytest.approx(SECONDS, abs=0.1)
    assert house.client.title(title["id"]).audio_languages == ("en", "de")
    assert house.client.title(title["id"]).subtitle_languages == ("en", "de")


def test_a_film_plays_from_its_first_frame_to_its_last(house: House, tmp_path: Path) -> None:
    report = house.play(
        "Moving Picture", "--start", "0", "--speed", "2", report=tmp_path / "r.json"
    )

    assert report["decode_errors"] == 0
    assert report["rebuffers"] == []
    assert report["position_s"] == pytest.approx(SECONDS, abs=0.2)
    assert report["startup_s"] > 0
    assert {s["index"] for s in report["segments"] if s["height_px"]} == set(range(6))
    assert report["qoe"]["lin"]["segments"] == 6


def test_every_switch_on_the_screen_was_decided_for_that_segment(
    house: House, tmp_path: Path
) -> None:
    trace = tmp_path / "trace.csv"
    trace.write_text("4000,700,20\n5000,6000\n5000,500\n")

    report = house.play(
        *("Moving Picture", "--start", "0", "--shape", str(trace)), report=tmp_path / "r.json"
    )

    assert report["decode_errors"] == 0
    heights = _heights_shown(report)
    assert len(set(heights)) > 1, "the network changes, and so should the picture"
    boundaries = {
        n * SEGMENT_S: height
        for n, (before, height) in enumerate(itertools.pairwise(heights), start=1)
        if before != height
    }
    seen = report["mpv_switches"][1:]
    assert [s["height_px"] for s in seen] == list(boundaries.values())
    # On a busy machine the engine's position is read some frames after its size changed.
    assert [s["position_s"] for s in seen] == pytest.approx(list(boundaries), abs=12 * FRAME_S)
    for decision in report["decisions"]:
        assert decision["explanation"]
        assert decision["considered"]


def test_playing_again_begins_where_it_stopped(house: House, tmp_path: Path) -> None:
    first = house.play(
        *("moving", "--start", "2", "--duration", "9", "--speed", "2"), report=tmp_path / "1.json"
    )
    second = house.play(*("moving", "--duration", "1"), report=tmp_path / "2.json")

    played = [s["index"] for s in second["segments"] if s["height_px"]]
    assert min(played) == int(first["position_s"] // SEGMENT_S)


def test_a_killed_server_comes_back_and_the_film_goes_on(house: House) -> None:
    engine = MpvEngine(video="null", audio="null")
    kit = build_player(house.client, engine, places(house.home), segments=house.home / "elsewhere")
    snapshots: queue.SimpleQueue[Snapshot] = queue.SimpleQueue()
    kit.session.listen(snapshots.put)
    killed = house.server_pid()
    (title,) = house.client.titles().items
    try:
        kit.session.set_speed(2.0)
        kit.session.play(title.id, start_s=0.0)
        _await(snapshots, lambda now: now.state is PlayerState.PLAYING)
        os.kill(killed, signal.SIGKILL)
        end = _await(snapshots, lambda now: now.state is PlayerState.ENDED)
    finally:
        kit.close()
        engine.close()

    assert end.position_s == pytest.approx(SECONDS, abs=0.2)
    assert end.problem is None
    assert house.server_pid() != killed
    resume = house.client.titles(profile_id=house.client.household().profiles[0].id)
    assert resume.items[0].resume is not None
    assert resume.items[0].resume.finished


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("not a film.mkv", b"These are words, not pictures.\n" * 100),
        ("empty.mp4", b""),
        ("quotes \" and ' and\nnewline.mkv", b"\x00" * 4096),
        ("-dash.mkv", b"#EXTM3U\n#EXT-X-VERSION:7\nfile:///etc/hostname\n"),
        ("x" * 240 + ".mkv", b"\x1aE\xdf\xa3" + b"\x00" * 200),
    ],
)
def test_what_is_no_film_is_refused_in_words(
    house: House, tmp_path: Path, name: str, content: bytes
) -> None:
    before = house.run("titles", "--json").stdout
    (tmp_path / name).write_bytes(content)

    done = house.run("add", str(tmp_path / name), code=1)

    complaint = done.stderr.strip().splitlines()
    assert any(line.startswith("matinee: ") for line in complaint)
    assert "Traceback" not in done.stderr
    ready = [t for t in json.loads(house.run("titles", "--json").stdout) if _is_ready(t)]
    assert ready == [t for t in json.loads(before) if _is_ready(t)]


def test_what_does_not_exist_is_named(house: House, tmp_path: Path) -> None:
    assert "nothing.mkv" in house.run("add", str(tmp_path / "nothing.mkv"), code=1).stderr
    assert "Moving" in house.run("play", "Moving Pictur e", "--headless", code=1).stderr
    trace = tmp_path / "trace.csv"
    trace.write_text("no trace")
    answer = house.run("play", "moving", "--headless", "--shape", str(trace), code=1).stderr
    assert "not a network trace" in answer


def test_without_a_display_the_window_says_what_to_do(house: House) -> None:
    answer = house.run("desktop", code=1).stderr

    assert "There is no display" in answer
    assert "--headless" in answer


def test_the_doctor_finds_a_machine_that_can_play(house: House) -> None:
    findings = json.loads(house.run("doctor", "--json").stdout)

    assert {finding["name"] for finding in findings} >= {"libmpv", "OpenGL", "FFmpeg", "disk"}
    assert all(finding["ok"] for finding in findings)


def _heights_shown(report: dict[str, Any]) -> list[int]:
    by_index = {
        s["index"]: s["height_px"]
        for s in report["segments"]
        if s["height_px"] and not s["abandoned"]
    }
    return [by_index[n] for n in sorted(by_index)]


def _is_ready(title: dict[str, Any]) -> bool:
    return bool(title["availability"] == "ready")


def _await(snapshots: queue.SimpleQueue[Snapshot], wanted: Any) -> Snapshot:
    while True:
        now = snapshots.get(timeout=90)
        assert now.problem is None
        if wanted(now):
            return now
