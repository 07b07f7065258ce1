"""The trace-driven network: as many bytes as the trace has, when the trace has them."""

from __future__ import annotations

import asyncio
import time

import pytest

from abr.trace import Trace
from player.shaper import Shaper
from player.sources.http import HttpSource
from tests.helpers.file_server import FileServer
from tests.helpers.virtual_time import in_virtual_time, now_s

SLICE = 1448
UNEVEN = Trace([(1.0, 800_000), (0.5, 0), (2.0, 80_000), (0.25, 4_000_000)], latency_s=0.0)


def shaper(trace: Trace, *, began_at_s: float = 0.0) -> Shaper:
    """One whose trace has begun."""
    made = Shaper(trace, "127.0.0.1", 1, now_s)
    made._began_at_s = began_at_s
    return made


@in_virtual_time
async def test_bytes_come_when_the_trace_has_carried_them() -> None:
    link = shaper(UNEVEN)
    for count in range(1, 400):
        await link._carry(SLICE)
        # A wait may be a hair shorter than asked for, never by as much as a byte.
        assert UNEVEN.bytes_between(0.0, now_s()) == pytest.approx(count * SLICE, abs=1)


@pytest.mark.parametrize("size", [1, 100, 1448, 4096, 65536])
def test_the_rate_does_not_depend_on_the_size_of_the_pieces(size: int) -> None:
    @in_virtual_time
    async def check() -> None:
        link, carried = shaper(Trace([(1.0, 8_000_000)])), 0
        while carried < 1_000 * size:
            await link._carry(size)
            carried += size
        assert now_s() == pytest.approx(carried / 1_000_000, rel=1e-6)

    check()


@in_virtual_time
async def test_an_idle_link_saves_nothing_up() -> None:
    link = shaper(Trace([(1.0, 80_000)]))
    await link._carry(10_000)
    assert now_s() == pytest.approx(1.0)
    await asyncio.sleep(100)
    await link._carry(10_000)
    assert now_s() == pytest.approx(102.0)


@in_virtual_time
async def test_waking_up_late_costs_no_capacity() -> None:
    link = shaper(Trace([(1.0, 80_000)]))
    for _ in range(10):
        await link._carry(1_000, 0.0)
        await asyncio.sleep(0.03)

    # Ten times 0.1 s; the last delay alone is seen, the others passed while bytes were carried.
    assert now_s() == pytest.approx(1.03)


@in_virtual_time
async def test_connections_share_the_link() -> None:
    link = shaper(Trace([(1.0, 800_000)]))

    async def carry(pieces: int) -> float:
        for _ in range(pieces):
            await link._carry(1_000)
        return now_s()

    ends_s = await asyncio.gather(carry(50), carry(50), carry(100))

    assert max(ends_s) == pytest.approx(2.0)
    # Turn by turn: those with half as much are done when three quarters have been carried.
    assert ends_s[0] == pytest.approx(1.5, abs=0.05)


@in_virtual_time
async def test_the_trace_counts_from_the_first_request() -> None:
    await asyncio.sleep(50)
    link = shaper(Trace([(1.0, 8_000), (9.0, 800_000)]), began_at_s=50.0)
    await link._carry(1_000)

    assert now_s() == pytest.approx(51.0)


async def test_answers_pass_unchanged_over_kept_connections() -> None:
    body = bytes(range(256)) * 100
    async with FileServer({"large": body, "small": b"x"}) as server:
        port = int(server.url.split(":")[2].split("/")[0])
        trace = Trace([(60.0, 1e9)], latency_s=0.0)
        proxy = Shaper(trace, "127.0.0.1", port, time.monotonic)
        source = HttpSource(f"{await proxy.start()}/media/", time.monotonic)

        bodies = await asyncio.gather(*(source.read("large") for _ in range(3)))
        for _ in range(3):
            assert (await source.read("small")).data == b"x"

        assert [b.data for b in bodies] == [body] * 3
        assert server.connections <= 3
        await source.close()
        await proxy.close()


async def test_the_latency_of_the_trace_is_waited_before_a_request() -> None:
    waits: list[float] = []
    sleep = asyncio.sleep

    async def note(delay_s: float) -> None:
        waits.append(delay_s)
        await sleep(0)

    async with FileServer({"small": b"x"}) as server:
        port = int(server.url.split(":")[2].split("/")[0])
        proxy = Shaper(Trace([(1.0, 1e9)], latency_s=0.25), "127.0.0.1", port, time.monotonic)
        source = HttpSource(f"{await proxy.start()}/media/", time.monotonic)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("player.shaper.asyncio.sleep", note)
            await source.read("small")
        await source.close()
        await proxy.close()

    assert waits[0] == 0.25


async def test_without_a_server_behind_it_a_connection_ends() -> None:
    async with FileServer({}) as server:
        port = int(server.url.split(":")[2].split("/")[0])
    proxy = Shaper(UNEVEN, "127.0.0.1", port, time.monotonic)
    origin = await proxy.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", int(origin.rpartition(":")[2]))

    assert await reader.read() == b""
    writer.close()
    await proxy.close()
