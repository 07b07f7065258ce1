"""What is published says nothing of the machine it was written on."""

from __future__ import annotations

import re

from tests.helpers.project import ROOT, own_files

# Homes and build folders of particular machines; spelt so that this file does not match itself.
MACHINE = re.compile(
    rb"(?<![\w.<])/(?:work/(?:main|shared|\.)|root/|farm/|home/\w+/)|\.\./shared\b"
)
BINARY = {".jpg", ".png", ".webp", ".webm", ".mp4", ".ts", ".ttf", ".otf", ".woff2", ".ico"}


def test_no_path_of_a_machine_is_published() -> None:
    files = [path for path in own_files() if path.suffix not in BINARY]
    assert len(files) > 100
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.decode(errors='replace').strip()}"
        for path in files
        for number, line in enumerate(path.read_bytes().splitlines(), start=1)
        if MACHINE.search(line)
    ]
    assert found == []


def test_nothing_is_left_to_do_later() -> None:
    marks = re.compile(r"#\s*(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3)) + r")\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in own_files(".py", ".qml", ".md", ".toml")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if marks.search(line)
    ]
    assert found == []
