"""The documents speak of commands, files and folders that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.helpers.project import ROOT, own_files
from ui.cli.main import app

DOCUMENTS = own_files(".md")
TEXTS = {path: path.read_text(encoding="utf-8") for path in DOCUMENTS}


def found(pattern: str) -> set[str]:
    """What ``pattern`` captures anywhere in the documents."""
    return {match for text in TEXTS.values() for match in re.findall(pattern, text)}


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = found(r"\bmake ([a-z]+)\b(?=[`\s]*(?:#|`|$))") | found(r"`make ([a-z]+)`")
    assert {"demo", "test"} <= named
    assert named - targets == set()


def test_subcommands_exist() -> None:
    named = found(r"`(?:\.venv/bin/)?matinee ([a-z]+)") | found(
        r"\n    \.venv/bin/matinee ([a-z]+)"
    )
    assert {"desktop", "serve", "add", "play", "titles", "doctor"} <= named
    assert named - set(app) == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_and_named_files_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", TEXTS[path])
    missing = [link for link in links if not (path.parent / link).exists()]
    # `player/outbox.py`, but not `server/token`, which lies in somebody's home
    named = re.findall(r"[` ]((?:[a-z_]+/)+[A-Za-z_]+\.(?:py|md|csv|txt|toml))\b", TEXTS[path])
    assert missing + [name for name in named if not (ROOT / name).exists()] == []


def test_keys_of_the_readme_are_bound() -> None:
    qml = "".join(path.read_text(encoding="utf-8") for path in own_files(".qml"))
    table = TEXTS[ROOT / "README.md"].partition("| key | does |")[2].partition("\n\n")[0]
    letters = set(re.findall(r"\b([A-Z])\b", table))
    assert {"K", "I", "F"} <= letters
    assert {letter for letter in letters if f"Qt.Key_{letter}" not in qml} == set()
