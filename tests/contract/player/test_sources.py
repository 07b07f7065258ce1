"""What holds for every source of segments, wherever its bytes come from."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from player.errors import SourceRefused, SourceUnreachable
from player.source import Progress, Source
from player.sources import http
from player.sources.http import HttpSource
from player.sources.renewing import RenewingSource
from tests.helpers.file_server import FileServer
from tests.helpers.player_fakes import PaperSource
from tests.helpers.virtual_time import run_virtually

SMALL, LARGE = b"small", bytes(range(256)) * 1200


async def until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 - what is awaited has no event
        await asyncio.sleep(0.005)


class Site:
    """A server as these tests drive it, and the source that reads from it."""

    source: Source

    def refuse(self, path: str, status: int) -> None:
        raise NotImplementedError

    def hold(self, path: str) -> None:
        """Answer half of ``path``, then nothing more."""
        raise NotImplementedError

    def cut(self, path: str) -> None:
        """Break off in the midst of ``path``."""
        raise NotImplementedError

    async def leave(self) -> None:
        """Be gone."""
        raise NotImplementedError

    async def hung_up(self, path: str) -> None:
        """Return once the transfer of ``path`` is over for the server."""
        raise NotImplementedError


class SourceContract:
    """Subclasses say what a site is and how a coroutine is run."""

    def site(self) -> contextlib.AbstractAsyncContextManager[Site]:
        raise NotImplementedError

    def run(self, work: Any) -> None:
        asyncio.run(work)

    def check(self, test: Callable[[Site], Any]) -> None:
        async def work() -> None:
            async with self.site() as site, asyncio.timeout(20):
                await test(site)

        self.run(work())

    def test_a_body_arrives_whole_with_its_times(self) -> None:
        async def test(site: Site) -> None:
            for path, data in (("a/small", SMALL), ("a/large", LARGE), ("a/empty", b"")):
                body = await site.source.read(path)
                assert body.data == data
                assert 0 <= body.ttfb_s <= body.duration_s
                assert not body.from_store

        self.check(test)

    def test_progress_is_told_from_the_start_to_the_end(self) -> None:
        async def test(site: Site) -> None:
            started: list[Progress] = []
            body = await site.source.read("a/large", started.append)

            (progress,) = started
            assert progress.received_bytes == len(LARGE)
            assert progress.first_byte_at_s is not None
            assert progress.started_at_s <= progress.first_byte_at_s <= body.finished_at_s
            assert body.duration_s == pytest.approx(body.finished_at_s - progress.started_at_s)

        self.check(test)

    def test_progress_shows_a_transfer_that_stands_still(self) -> None:
        async def test(site: Site) -> None:
            site.hold("a/large")
            started: list[Progress] = []
            task = asyncio.ensure_future(site.source.read("a/large", started.append))
            await until(lambda: started and started[0].received_bytes)
            assert 0 < started[0].received_bytes < len(LARGE)
            assert not task.done()
            task.cancel()
            await asyncio.wait({task})

        self.check(test)

    def test_a_refusal_carries_its_status(self) -> None:
        async def test(site: Site) -> None:
            site.refuse("a/small", 404)
            with pytest.raises(SourceRefused) as caught:
                await site.source.read("a/small")
            assert caught.value.status == 404
            assert not caught.value.lapsed
            assert not caught.value.retryable
            assert caught.value.hint
            assert (await site.source.read("a/large")).data == LARGE

        self.check(test)

    def test_a_server_that_is_gone_is_unreachable(self) -> None:
        async def test(site: Site) -> None:
            await site.leave()
            with pytest.raises(SourceUnreachable) as caught:
                await site.source.read("a/small")
            assert caught.value.retryable

        self.check(test)

    def test_a_body_cut_short_is_unreachable_and_no_body(self) -> None:
        async def test(site: Site) -> None:
            site.cut("a/large")
            with pytest.raises(SourceUnreachable):
                await site.source.read("a/large")
            assert (await site.source.read("a/large")).data == LARGE

        self.check(test)

    def test_cancelling_ends_the_transfer_at_once(self) -> None:
        async def test(site: Site) -> None:
            site.hold("a/large")
            started: list[Progress] = []
            task = asyncio.ensure_future(site.source.read("a/large", started.append))
            await until(lambda: started and started[0].received_bytes)
            task.cancel()
            await asyncio.wait({task})
            assert task.cancelled()
            await site.hung_up("a/large")
            assert (await site.source.read("a/small")).data == SMALL

        self.check(test)

    def test_transfers_run_beside_each_other(self) -> None:
        async def test(site: Site) -> None:
            site.hold("a/large")
            slow = asyncio.ensure_future(site.source.read("a/large"))
            bodies = await asyncio.gather(*(site.source.read("a/small") for _ in range(4)))
            assert [body.data for body in bodies] == [SMALL] * 4
            assert not slow.done()
            slow.cancel()
            await asyncio.wait({slow})

        self.check(test)


FILES = {"a/small": SMALL, "a/large": LARGE, "a/empty": b""}


class ServedSite(Site):
    """A real server on a real port."""

    def __init__(self, server: FileServer, source: Source) -> None:
        self.server, self.source = server, source

    def refuse(self, path: str, status: int) -> None:
        self.server.refusals[path] = status

    def hold(self, path: str) -> None:
        self.server.held.add(path)

    def cut(self, path: str) -> None:
        self.server.cut.add(path)

    async def leave(self) -> None:
        await self.server.close()

    async def hung_up(self, path: str) -> None:
        await until(lambda: path in self.server.hung_up)


class TestHttpSource(SourceContract):
    @contextlib.asynccontextmanager
    async def site(self) -> AsyncIterator[Site]:
        async with FileServer(FILES) as server:
            source = HttpSource(server.url, time.monotonic)
            try:
                yield ServedSite(server, source)
            finally:
                await source.close()

    @pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
    def test_a_refusal_of_the_moment_is_an_outage(self, status: int) -> None:
        async def test(site: Site) -> None:
            site.refuse("a/small", status)
            with pytest.raises(SourceUnreachable, match=str(status)):
                await site.source.read("a/small")

        self.check(test)

    @pytest.mark.parametrize("status", [204, 206, 301, 304, 400, 401, 403, 404, 410, 416, 451])
    def test_any_other_answer_than_the_whole_is_a_refusal(self, status: int) -> None:
        async def test(site: Site) -> None:
            site.refuse("a/small", status)
            with pytest.raises(SourceRefused) as caught:
                await site.source.read("a/small")
            assert caught.value.status == status
            assert caught.value.lapsed == (status in {401, 403, 410})

        self.check(test)

    def test_connections_are_kept(self) -> None:
        async def test(site: Site) -> None:
            assert isinstance(site, ServedSite)
            for _ in range(5):
                await site.source.read("a/small")
            assert site.server.connections == 1

        self.check(test)

    def test_nothing_is_asked_to_be_compressed_on_the_way(self) -> None:
        async def test(site: Site) -> None:
            assert isinstance(site, ServedSite)
            await site.source.read("a/small")
            (headers,) = site.server.headers
            assert headers["accept-encoding"] == "identity"

        self.check(test)

    def test_a_path_that_is_no_address_is_refused(self) -> None:
        async def test(site: Site) -> None:
            with pytest.raises(SourceRefused):
                await site.source.read("a/\0")

        self.check(test)

    def test_a_server_that_falls_silent_is_waited_for_once(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(http, "_SILENCE_S", 0.1)

        async def test(site: Site) -> None:
            assert isinstance(site, ServedSite)
            await asyncio.gather(*(site.source.read("a/small") for _ in range(4)))
            site.server.silent.add("a/large")
            with pytest.raises(SourceUnreachable, match="TimeoutError"):
                await site.source.read("a/large")
            assert site.server.asked.count("a/large") == 1

        self.check(test)

    def test_a_connection_the_server_closed_meanwhile_is_made_anew(self) -> None:
        async def test(site: Site) -> None:
            assert isinstance(site, ServedSite)
            await asyncio.gather(*(site.source.read("a/small") for _ in range(3)))
            await site.server.drop()
            assert (await site.source.read("a/small")).data == SMALL

        self.check(test)

    def test_closing_leaves_no_connection_open(self) -> None:
        async def test(site: Site) -> None:
            assert isinstance(site, ServedSite)
            await asyncio.gather(*(site.source.read("a/small") for _ in range(3)))
            await site.source.close()
            await until(lambda: not site.server.open)
            with pytest.raises(SourceUnreachable):
                await site.source.read("a/small")

        self.check(test)

    @pytest.mark.parametrize("cancelled", [True, False])
    def test_closing_lets_transfers_under_way_come_to_their_end(self, *, cancelled: bool) -> None:
        async def test(site: Site) -> None:
            assert isinstance(site, ServedSite)
            site.hold("a/large")
            task = asyncio.ensure_future(site.source.read("a/large"))
            await until(lambda: "a/large" in site.server.asked)
            await site.source.close()
            assert not task.done()
            if cancelled:
                task.cancel()
            else:
                await site.server.close()
            await asyncio.wait({task})
            await until(lambda: not site.server.open)
            assert task.cancelled() == cancelled

        self.check(test)

    def test_a_server_that_comes_back_is_reached_again(self) -> None:
        async def test(site: Site) -> None:
            assert isinstance(site, ServedSite)
            await site.source.read("a/small")
            await site.server.close()
            with pytest.raises(SourceUnreachable):
                await site.source.read("a/small")
            await site.server.start()
            assert (await site.source.read("a/small")).data == SMALL

        self.check(test)


class TestRenewingSource(SourceContract):
    @contextlib.asynccontextmanager
    async def site(self) -> AsyncIterator[Site]:
        async with FileServer(FILES) as server:

            async def never() -> Source:
                raise AssertionError("nothing has lapsed")

            source = RenewingSource(HttpSource(server.url, time.monotonic), never)
            try:
                yield ServedSite(server, source)
            finally:
                await source.close()


class PaperSite(Site):
    """No server at all."""

    def __init__(self) -> None:
        self.paper = PaperSource(dict(FILES))
        self.source = self.paper

    def refuse(self, path: str, status: int) -> None:
        self.paper.instead[path] = [SourceRefused("No.", status=status, hint="Go back.")]

    def hold(self, path: str) -> None:
        self.paper.rate_bps = 8.0 if path == "a/large" else 8e6

    def cut(self, path: str) -> None:
        self.paper.instead[path] = [SourceUnreachable("The connection broke.")]

    async def leave(self) -> None:
        self.paper.away = True

    async def hung_up(self, path: str) -> None:
        assert [r.cancelled for r in self.paper.requests if r.path == path] == [True]


class TestPaperSource(SourceContract):
    """The stand-in that other tests play with keeps the contract, too."""

    @contextlib.asynccontextmanager
    async def site(self) -> AsyncIterator[Site]:
        yield PaperSite()

    def run(self, work: Any) -> None:
        run_virtually(work)
