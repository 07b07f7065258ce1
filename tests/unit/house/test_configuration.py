"""The configuration speaks of what exists."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from tests.helpers.project import PACKAGES, ROOT

PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK: dict[str, Any] = tomllib.loads((ROOT / "uv.lock").read_text())


def locked(name: str) -> dict[str, Any]:
    return next(package for package in LOCK["package"] if package["name"] == name)


def requirement(entry: dict[str, str]) -> str:
    """A requirement of the lock as pyproject.toml writes it."""
    marker = f"; {entry['marker']}" if "marker" in entry else ""
    return f"{entry['name']}{entry.get('specifier', '')}{marker}".replace('"', "'")


def test_the_lock_was_made_from_these_requirements() -> None:
    metadata = locked("matinee")["metadata"]
    assert sorted(map(requirement, metadata["requires-dist"])) == sorted(
        PYPROJECT["project"]["dependencies"]
    )
    assert sorted(map(requirement, metadata["requires-dev"]["dev"])) == sorted(
        PYPROJECT["dependency-groups"]["dev"]
    )


def test_the_wheel_holds_the_six_packages() -> None:
    assert PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == list(PACKAGES)


def own_modules(value: object) -> set[str]:
    """Names of ours without wildcards anywhere in a contract."""
    if isinstance(value, dict):
        return set().union(*(own_modules(v) for k, v in value.items() if k not in {"id", "name"}))
    if isinstance(value, list):
        return set().union(*map(own_modules, value))
    names = str(value).replace("->", " ").replace("|", " ").split()
    return {name for name in names if name.split(".")[0] in PACKAGES and "*" not in name}


@pytest.mark.parametrize(
    "contract", PYPROJECT["tool"]["importlinter"]["contracts"], ids=lambda contract: contract["id"]
)
def test_contracts_name_modules_that_exist(contract: dict[str, Any]) -> None:
    paths = {name: ROOT.joinpath(*name.split(".")) for name in own_modules(contract)}
    missing = [n for n, p in paths.items() if not (p.is_dir() or p.with_suffix(".py").is_file())]
    assert missing == []
