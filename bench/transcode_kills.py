"""Killing the studio at random moments, and comparing what comes out in the end.

A process of its own prepares a film; it is ended with SIGKILL at a random moment and started
again, until the film is ready. The folder must then equal an undisturbed run's, byte for byte but
for the presentation's id, and at no moment may a half folder have been in sight.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from abr import manifest
from local_server.contracts import JobState
from local_server.media.results import FACTS
from local_server.media.studio import Studio
from local_server.media.tools import find_tools
from local_server.media.views import StudioEvent, StudioProgress, StudioRequest

KILLS = 20
_SECONDS = 100
_PATIENCE_S = 600
_NAMED = frozenset({manifest.FILE_NAME, FACTS})  # the two files that name the presentation


@dataclass(kw_only=True)
class Findings:
    """What was seen. All but ``kills``, ``killed_at`` and the times should stay 0 or ``equal``."""

    kills: int = 0
    equal: int = 0
    half_folders: int = 0
    orphans: int = 0
    killed_at: list[str] = field(default_factory=list)
    undisturbed_s: float = 0.0
    resumed_s: list[float] = field(default_factory=list)


def make_film(path: Path, seconds: int) -> None:
    """A film of several chunks that is quick to encode."""
    argv = [find_tools().ffmpeg, "-nostdin", "-loglevel", "error", "-y"]
    argv += ["-f", "lavfi", "-i", f"testsrc2=s=640x360:r=24:d={seconds}"]
    argv += ["-f", "lavfi", "-i", f"sine=f=440:d={seconds}"]
    argv += ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", f"file:{path}"]
    subprocess.run(argv, check=True)


def work(root: Path, film: Path) -> None:
    """The process that is killed: prepares ``film`` under ``root``, saying how far it is."""
    heard = threading.Event()

    def listen(event: StudioEvent) -> None:
        if isinstance(event, StudioProgress):
            sys.stdout.write(f"{event.progress:.3f} {event.stage}\n")
            sys.stdout.flush()
        heard.set()

    studio = Studio(
        database_path=root / "studio.sqlite3",
        media_dir=root / "media",
        work_dir=root / "work",
        listener=listen,
        threads=2,
    )
    if not studio.jobs():
        studio.submit(StudioRequest(title_id="film", name="Film", source=film))
    studio.start()
    # An earlier run may have been killed after the job was done: then nothing more is heard.
    while studio.jobs()[0].state in (JobState.QUEUED, JobState.RUNNING):
        heard.wait(0.2)
        heard.clear()
    studio.stop()
    if studio.jobs()[0].state is not JobState.DONE:
        sys.exit(f"not prepared: {studio.jobs()[0].problem}")


def start(root: Path, film: Path) -> subprocess.Popen[str]:
    """Start the process that will be killed."""
    argv = [sys.executable, "-m", "bench.transcode_kills", "--work", str(root), str(film)]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def fingerprint(root: Path) -> str:
    """One line that stands for every byte of the one presentation under ``root``."""
    (folder,) = (root / "media").iterdir()
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            if path.name in _NAMED:
                data = data.replace(folder.name.encode(), b"")
            digest.update(f"{path.relative_to(folder)} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def half_folders(root: Path) -> int:
    """Folders in sight that do not hold all their manifest names."""
    media = root / "media"
    return sum(not _whole(folder) for folder in media.iterdir()) if media.exists() else 0


def _whole(folder: Path) -> bool:
    try:
        presentation = manifest.load((folder / manifest.FILE_NAME).read_bytes())
        for entry in presentation.adaptation_sets:
            for representation in entry.representations:
                for index, size in enumerate(representation.segment_bytes):
                    if (folder / representation.path_of(index)).stat().st_size != size:
                        return False
    except (OSError, manifest.ManifestError):
        return False
    return all((folder / name).is_file() for name in ("poster.jpg", "still.jpg", "master.m3u8"))


def kill_once(root: Path, film: Path, after_s: float, findings: Findings) -> None:
    """Start, kill after ``after_s`` unless it has ended by then, and look around."""
    process = start(root, film)
    last: list[str] = [""]
    reader = threading.Thread(target=_keep_last, args=(process, last))
    reader.start()
    try:
        process.wait(timeout=after_s)
    except subprocess.TimeoutExpired:
        children = psutil.Process(process.pid).children(recursive=True)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        findings.kills += 1
        findings.orphans += len(psutil.wait_procs(children, timeout=5)[1])
        findings.killed_at.append(last[0].strip() or "starting")
    reader.join()
    findings.half_folders += half_folders(root)


def _keep_last(process: subprocess.Popen[str], last: list[str]) -> None:
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            if line.startswith(("0.", "1.")):  # progress, not the log
                last[0] = line


def finish_run(root: Path, film: Path) -> float:
    """Let a run come to its end; returns the seconds it took."""
    began_s = time.monotonic()
    with start(root, film) as process:
        try:
            process.communicate(timeout=_PATIENCE_S)
        finally:
            process.kill()
    if process.returncode:
        raise RuntimeError(f"the run in {root} ended with {process.returncode}")
    return time.monotonic() - began_s


def measure(base: Path, film: Path, *, kills: int, per_run: int, seed: int) -> Findings:
    """Kill ``kills`` times, ``per_run`` times in each run, and compare every result."""
    findings, chance = Findings(), random.Random(seed)
    findings.undisturbed_s = finish_run(base / "undisturbed", film)
    expected = fingerprint(base / "undisturbed")
    runs = 0
    while findings.kills < kills:
        root = base / f"run{runs}"
        for _ in range(min(per_run, kills - findings.kills)):
            kill_once(root, film, chance.uniform(0.3, findings.undisturbed_s), findings)
        findings.resumed_s.append(finish_run(root, film))
        findings.half_folders += half_folders(root)
        findings.equal += fingerprint(root) == expected
        runs += 1
    return findings


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--film", type=Path, help="film to prepare; one is made without it")
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--per-run", type=int, default=2, help="kills of one run")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="print the closing line alone")
    parser.add_argument("--work", type=Path, nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(*given.work)
        return
    with tempfile.TemporaryDirectory(prefix="matinee-kills-") as name:
        base = Path(name)
        film = given.film or base / "film.mp4"
        if given.film is None:
            make_film(film, _SECONDS)
        found = measure(
            base, film.absolute(), kills=given.kills, per_run=given.per_run, seed=given.seed
        )
    if not given.json:
        sys.stdout.write("".join(f"killed at {at}\n" for at in found.killed_at))
    figures = {
        "kills": found.kills,
        "runs": len(found.resumed_s),
        "runs_equal": found.equal,
        "half_folders": found.half_folders,
        "orphans": found.orphans,
        "undisturbed_s": round(found.undisturbed_s, 2),
        "resumed_median_s": round(statistics.median(found.resumed_s), 2),
    }
    sys.stdout.write(json.dumps({"figures": figures}) + "\n")


if __name__ == "__main__":
    main()
