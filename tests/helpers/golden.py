"""Golden files: texts a person has read and found right."""

from __future__ import annotations

from pathlib import Path


def check_golden(path: Path, text: str, *, update: bool) -> None:
    """Assert that ``text`` is what ``path`` holds; with ``update``, write it there first."""
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"{path.name} does not exist yet: run pytest with --update-golden"
    assert text.splitlines() == path.read_text(encoding="utf-8").splitlines()
