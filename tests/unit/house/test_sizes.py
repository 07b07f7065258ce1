"""Files and functions stay small enough to be read in one go."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

from tests.helpers.project import ROOT, own_files

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
MAX_MEDIAN_FUNCTION_LINES = 10

# Written once by a generator and never edited.
GENERATED = ROOT / "local_server" / "migrations"


def written_files(*suffixes: str) -> list[Path]:
    return [path for path in own_files(*suffixes) if not path.is_relative_to(GENERATED)]


def function_lengths(path: Path) -> dict[str, int]:
    """Lines of each function from its name to its end, decorators and docstring apart."""
    lengths = {}
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = node.body[0] if ast.get_docstring(node) is not None else None
            prose = docstring.end_lineno - docstring.lineno + 1 if docstring else 0  # type: ignore[operator]
            name = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
            lengths[name] = (node.end_lineno or node.lineno) - node.lineno + 1 - prose
    return lengths


def test_no_file_is_too_long() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_bytes().splitlines())
        for path in written_files(".py", ".qml", ".js")
    }
    assert len(lengths) > 100
    assert {name: n for name, n in lengths.items() if n > MAX_FILE_LINES} == {}


def test_no_function_is_too_long() -> None:
    lengths: dict[str, int] = {}
    for path in written_files(".py"):
        lengths |= function_lengths(path)
    assert len(lengths) > 500
    assert {name: n for name, n in lengths.items() if n > MAX_FUNCTION_LINES} == {}
    assert median(lengths.values()) < MAX_MEDIAN_FUNCTION_LINES
