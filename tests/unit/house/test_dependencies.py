"""What is imported is asked for; nothing works only because another package needs it too."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.helpers.project import PACKAGES, ROOT, own_files

OURS = {*PACKAGES, "tests", "bench", "bootstrap"}
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

# uvicorn takes it for its event loop when it is there.
IMPORTED_BY_OTHERS = {"uvloop"}


def names(requirements: Iterable[str]) -> set[str]:
    """Normalised names, of requirements or distributions."""
    found = (re.match(r"[\w.-]+", requirement) for requirement in requirements)
    return {match[0].lower().replace("_", "-") for match in found if match}


def imported(path: Path) -> set[str]:
    """Top-level names a file imports that are neither ours nor Python's."""
    found = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found - OURS - sys.stdlib_module_names


def undeclared(files: list[Path], declared: set[str]) -> dict[str, str]:
    """Imported names whose distribution nobody asked for, with a file that imports them."""
    providers = packages_distributions()
    return {
        name: str(path.relative_to(ROOT))
        for path in files
        for name in imported(path)
        if not declared & names(providers.get(name, ()))
    }


def test_every_import_of_the_application_is_a_dependency() -> None:
    files = [path for path in own_files(".py") if path.relative_to(ROOT).parts[0] in PACKAGES]
    assert "httpx" in imported(ROOT / "local_server" / "client" / "calls.py")
    assert undeclared(files, names(PYPROJECT["project"]["dependencies"])) == {}


def test_every_import_of_the_tests_is_a_dependency() -> None:
    declared = PYPROJECT["project"]["dependencies"] + PYPROJECT["dependency-groups"]["dev"]
    assert undeclared(own_files(".py"), names(declared)) == {}


def test_every_dependency_of_the_application_is_used() -> None:
    used = set().union(*(imported(path) for path in own_files(".py")))
    providers = packages_distributions()
    provided = set().union(*(names(providers.get(name, ())) for name in used))
    assert names(PYPROJECT["project"]["dependencies"]) - provided - IMPORTED_BY_OTHERS == set()
