"""The time zone of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_server.runtime import zones


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that says nothing of where it is."""
    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setattr(zones, "_LOCALTIME", tmp_path / "localtime")
    monkeypatch.setattr(zones, "_DEBIAN", tmp_path / "timezone")
    return tmp_path


def test_a_machine_that_says_nothing_is_in_utc(machine: Path) -> None:
    assert list(machine.iterdir()) == []
    assert zones.server_zone().key == "UTC"


def test_the_environment_goes_before_the_system(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (machine / "timezone").write_text("Asia/Tokyo\n")
    assert zones.server_zone().key == "Asia/Tokyo"
    linked = machine / "zoneinfo" / "Europe" / "Berlin"
    linked.parent.mkdir(parents=True)
    linked.touch()
    (machine / "localtime").symlink_to(linked)
    assert zones.server_zone().key == "Europe/Berlin"
    monkeypatch.setenv("TZ", ":America/Havana")
    assert zones.server_zone().key == "America/Havana"


@pytest.mark.parametrize(
    "nonsense", ["CET-1CEST", "Nowhere/Town", "../../etc", "/etc/passwd", "\x00"]
)
def test_names_that_are_no_zone_are_passed_over(machine: Path, nonsense: str) -> None:
    (machine / "timezone").write_text(nonsense)
    assert zones.server_zone().key == "UTC"
