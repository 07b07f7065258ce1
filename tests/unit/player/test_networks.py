"""What is remembered of a network, by which name, and what never comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from abr.context import ThroughputEstimate
from abr.engine import AbrEngine
from player.networks import MOST_NETWORKS, NetworkMemory, network_of
from tests.helpers.films import estimate, transfer

NOON = datetime(2025, 11, 22, 12, tzinfo=UTC)
ROUTE = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
HOME = "wlan0 00000000 0100A8C0 0003 0 0 600 00000000 0 0 0\n"  # 192.168.0.1
DOCK = "eth0 00000000 FE01A8C0 0003 0 0 100 00000000 0 0 0\n"  # 192.168.1.254
NEAR = "wlan0 0000A8C0 00000000 0001 0 0 600 00FFFFFF 0 0 0\n"
ARP = "IP address HW type Flags HW address Mask Device\n"
HOME_ARP = "192.168.0.1 0x1 0x2 AA:bb:cc:00:11:22 * wlan0\n"
DOCK_ARP = "192.168.1.254 0x1 0x2 aa:bb:cc:99:99:99 * eth0\n"


@dataclass(slots=True)
class World:
    """A device that moves about, with a clock that can be set."""

    file: Path
    network: str | None = "home"
    now: datetime = NOON

    def memory(self) -> NetworkMemory:
        """As a program finds it that has just started."""
        return NetworkMemory(self.file, identify=lambda: self.network, wall_clock=lambda: self.now)

    def session(self, rate_bps: float) -> None:
        """A whole session that measured this."""
        memory = self.memory()
        memory.recall()
        memory.remember(estimate(rate_bps))

    def recalled(self) -> ThroughputEstimate | None:
        return self.memory().recall()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "player" / "networks.json")


def test_the_next_session_starts_from_what_the_last_one_measured(world: World) -> None:
    assert world.recalled() is None
    world.session(8e6)
    found = world.recalled()

    assert found is not None
    assert found.throughput_bps == pytest.approx(8e6)
    assert found.samples == 0
    assert AbrEngine(prior=found).estimate == found


def test_a_stored_estimate_does_not_mislead_the_next_start_on_another_network(
    world: World,
) -> None:
    world.session(80e6)
    world.network = "train"
    assert world.recalled() is None
    world.session(1e6)
    world.network = "home"

    found = world.recalled()
    assert found is not None
    assert found.throughput_bps == pytest.approx(80e6)


def test_a_network_that_cannot_be_told_is_neither_remembered_nor_recalled(world: World) -> None:
    world.network = None
    world.session(8e6)

    assert world.recalled() is None
    assert not world.file.exists()


def test_a_session_that_moved_is_remembered_for_neither_network(world: World) -> None:
    memory = world.memory()
    memory.recall()
    world.network = "train"
    memory.remember(estimate(8e6))
    world.network = "home"  # and back: what was measured between is mixed in
    memory.remember(estimate(8e6))

    assert world.recalled() is None


def test_a_clock_set_back_is_no_age_and_the_next_session_mends_it(world: World) -> None:
    world.session(80e6)
    world.now = NOON - timedelta(days=400)
    assert world.recalled() is None
    world.session(5e6)

    found = world.recalled()
    assert found is not None
    assert found.throughput_bps == pytest.approx(5e6)


def test_a_clock_far_ahead_costs_one_start(world: World) -> None:
    world.now = NOON + timedelta(days=36_500)
    world.session(80e6)
    world.now = NOON
    assert world.recalled() is None
    world.session(5e6)

    assert world.recalled() is not None


def test_after_a_month_nothing_is_left_of_it(world: World) -> None:
    world.session(8e6)
    world.now = NOON + timedelta(days=29)
    old = world.recalled()
    world.now = NOON + timedelta(days=31)

    assert old is not None
    assert old.low_bps < 8e6 / 4
    assert world.recalled() is None


def test_a_guess_that_was_never_measured_is_not_passed_on(world: World) -> None:
    memory = world.memory()
    memory.recall()
    for nothing in (None, estimate(8e6, samples=0), estimate(8e6, samples=3)):
        memory.remember(nothing)
    assert not world.file.exists()

    engine = AbrEngine(prior=estimate(8e6, samples=0))
    for index in range(20):
        engine.observe(transfer(4e6, segment_index=index, from_store=True))
    memory.remember(engine.estimate)
    assert not world.file.exists()


def test_the_file_tells_nobody_where_the_device_has_been(world: World) -> None:
    world.network = "films.example|aa:bb:cc:00:11:22"
    world.session(8e6)
    text = world.file.read_text(encoding="utf-8")

    assert "example" not in text
    assert "aa:bb" not in text
    assert world.file.stat().st_mode & 0o077 == 0


def test_the_least_recently_used_networks_go_whatever_the_clock_said(world: World) -> None:
    for number in range(MOST_NETWORKS + 5):
        world.network = f"network {number}"
        world.now = NOON - timedelta(minutes=number)
        world.session(8e6)
    known = json.loads(world.file.read_text(encoding="utf-8"))["networks"]
    assert len(known) == MOST_NETWORKS
    world.now = NOON

    def knows(number: int) -> bool:
        world.network = f"network {number}"
        return world.recalled() is not None

    assert not knows(0)
    assert knows(5)
    assert knows(MOST_NETWORKS + 4)


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: "",
        lambda _: "[]",
        lambda _: "[" * 100_000,
        lambda _: '{"salt": "00", "networks": {}}',
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("8000000.0", "1" + "0" * 400),
        lambda text: text.replace("8000000.0", '"fast"'),
        lambda text: text.replace("8000000.0", "-5"),
        lambda text: text.replace("8000000.0", "NaN"),
        lambda text: text.replace('"networks"', '"other"'),
    ],
)
def test_a_damaged_file_is_an_empty_one_and_is_written_anew(
    world: World, damage: Callable[[str], str]
) -> None:
    world.session(8e6)
    text = world.file.read_text(encoding="utf-8")
    assert "8000000.0" in text
    world.file.write_text(damage(text), encoding="utf-8")

    assert world.recalled() is None
    world.session(5e6)
    assert world.recalled() is not None


def test_a_folder_that_cannot_be_written_ends_no_film(tmp_path: Path) -> None:
    (tmp_path / "player").write_text("in the way", encoding="utf-8")
    world = World(tmp_path / "player" / "networks.json")
    world.session(8e6)
    assert world.recalled() is None


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.3.0.1", "::1"])
def test_a_server_on_this_machine_is_a_network_of_its_own(tmp_path: Path, host: str) -> None:
    assert network_of(host, proc=tmp_path) == "loopback"


def kernel(folder: Path, route: str, arp: str) -> Path:
    (folder / "route").write_text(ROUTE + route, encoding="ascii")
    (folder / "arp").write_text(ARP + arp, encoding="ascii")
    return folder


def test_a_network_is_its_gateway_and_the_server(tmp_path: Path) -> None:
    proc = kernel(tmp_path, NEAR + HOME, HOME_ARP + DOCK_ARP)
    here = network_of("films.example", proc=proc)
    assert here == "films.example|aa:bb:cc:00:11:22"
    assert network_of("other.example", proc=proc) != here

    kernel(tmp_path, NEAR + HOME + DOCK, HOME_ARP + DOCK_ARP)  # the cable goes first
    assert network_of("films.example", proc=proc) == "films.example|aa:bb:cc:99:99:99"


@pytest.mark.parametrize(
    ("route", "arp"),
    [
        ("", HOME_ARP),
        (NEAR, HOME_ARP),
        (HOME, ""),
        (HOME, DOCK_ARP),
        (HOME, HOME_ARP.replace("AA:bb:cc:00:11:22", "00:00:00:00:00:00")),
        (HOME, HOME_ARP.replace("wlan0", "eth0")),
        ("wlan0 zzz yyy 0003 0 0 x 00000000\n\n", HOME_ARP),
    ],
)
def test_without_a_gateway_that_says_who_it_is_a_network_is_unknown(
    tmp_path: Path, route: str, arp: str
) -> None:
    assert network_of("films.example", proc=kernel(tmp_path, route, arp)) is None


def test_another_system_knows_no_networks(tmp_path: Path) -> None:
    assert network_of("films.example", proc=tmp_path / "nothing") is None
