"""``matinee abr bench`` as a person uses it."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from ui.cli.main import app
from ui.cli.words import CommandError

KBPS = {"slow": "2000,900\n3000,700\n", "fast": "4000,4000\n1000,2500\n"}


@pytest.fixture
def traces(tmp_path: Path) -> Path:
    for name, text in KBPS.items():
        folder = tmp_path / "traces" / name
        folder.mkdir(parents=True)
        (folder / "one.csv").write_text(text, encoding="utf-8")
    return tmp_path / "traces"


@pytest.fixture
def movie(tmp_path: Path) -> Path:
    file = tmp_path / "movie.json"
    row = [1_200_000, 3_000_000, 7_400_000]
    document = {
        "segment_duration_ms": 4000,
        "bitrates_kbps": [300, 750, 1850],
        "segment_sizes_bits": [row] * 8,
    }
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def _bench(traces: Path, movie: Path, *more: str) -> None:
    app(["abr", "bench", "--traces", str(traces), "--movie", str(movie), *more])


def test_bench_compares_per_set(
    traces: Path, movie: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _bench(traces, movie, "--utility", "lin", "--algorithms", "plan", "bba", "--json")

    document = json.loads(capsys.readouterr().out)
    rows = document["results"]
    assert [(row["set"], row["algorithm"]) for row in rows] == [
        ("fast", "plan"),
        ("fast", "bba"),
        ("slow", "plan"),
        ("slow", "bba"),
    ]
    assert all(row["share"] <= 1.000001 and row["traces"] == 1 for row in rows)
    assert all(row["stalls"] >= 0 for row in rows)
    by_name = {line["algorithm"]: line for line in document["macro"]}
    assert list(by_name) == ["plan", "bba"]
    assert by_name["bba"]["sets"] == 2
    assert by_name["bba"]["share"] == pytest.approx((rows[1]["share"] + rows[3]["share"]) / 2)


def test_bench_judges_long_outages_apart(
    traces: Path, movie: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "9000,2000\n25000,0\n9000,2000\n"
    (traces / "fast" / "outage.csv").write_text(text, encoding="utf-8")

    _bench(traces / "fast", movie, "--utility", "lin", "--algorithms", "bba", "--json")

    document = json.loads(capsys.readouterr().out)
    names = {row["set"] for row in document["results"]} | set(document["unwatchable"])
    assert names == {"fast", "fast, outages over 20 s"}
    assert [line["sets"] for line in document["macro"]] == [1]


def _at_work(children: list[psutil.Process]) -> bool:
    return len(children) > 0 and all(child.cpu_times().user > 0.2 for child in children)


def test_bench_ends_at_once_when_it_is_interrupted(traces: Path, movie: Path) -> None:
    for number in range(300):
        (traces / "slow" / f"more{number}.csv").write_text(KBPS["slow"], encoding="utf-8")
    arguments = ["abr", "bench", "--traces", str(traces), "--movie", str(movie)]

    with subprocess.Popen(
        [sys.executable, "-m", "ui.cli.main", *arguments],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    ) as bench:
        assert bench.stderr is not None
        while not _at_work(psutil.Process(bench.pid).children()):
            assert bench.poll() is None
            time.sleep(0.05)
        os.killpg(bench.pid, signal.SIGINT)
        said = bench.stderr.read()

    assert bench.returncode == 130
    assert "Traceback" not in said


def test_bench_prints_a_table(
    traces: Path, movie: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _bench(traces / "fast", movie, "--algorithms", "throughput", "--segments", "4")

    text = capsys.readouterr().out
    assert "fast: 1 traces" in text
    assert "throughput" in text
    assert "optimum" in text
    assert "macro average over sets: 1 set" in text


@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        (("--algorithms", "guess"), "There is no algorithm 'guess'."),
        (("--utility", "vmaf"), "The film has no VMAF."),
        (("--segments", "0"), "The film is not understood."),
    ],
)
def test_bench_says_what_is_wrong(
    traces: Path, movie: Path, arguments: tuple[str, ...], title: str
) -> None:
    with pytest.raises(CommandError, match=title):
        _bench(traces, movie, *arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--max-buffer", "0"),
        ("--max-buffer", "nan"),
        ("--max-buffer", "inf"),
        ("--most-traces", "0"),
    ],
)
def test_bench_refuses_numbers_that_make_no_sense(
    traces: Path, movie: Path, arguments: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as raised:
        _bench(traces, movie, *arguments)

    assert raised.value.code
    assert arguments[0] in "".join(capsys.readouterr())


def test_bench_ends_its_child_processes_with_itself(traces: Path, movie: Path) -> None:
    _bench(traces, movie, "--algorithms", "bba", "--segments", "2", "--json")

    assert multiprocessing.active_children() == []


def test_bench_says_that_a_film_nested_without_end_is_none(traces: Path, movie: Path) -> None:
    movie.write_text("[" * 100_000, encoding="utf-8")

    with pytest.raises(CommandError, match="not understood"):
        _bench(traces, movie)


def test_bench_names_the_trace_it_does_not_understand(traces: Path, movie: Path) -> None:
    (traces / "slow" / "two.csv").write_text("what\n", encoding="utf-8")

    with pytest.raises(CommandError) as raised:
        _bench(traces, movie)

    assert "two.csv" in raised.value.detail


def test_bench_says_when_nobody_could_watch_anything(traces: Path, movie: Path) -> None:
    for file in traces.rglob("*.csv"):
        file.write_text("60000,1\n")
    with pytest.raises(CommandError, match="No trace carries this film") as failed:
        _bench(traces, movie)
    assert failed.value.hint
