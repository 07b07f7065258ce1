"""A source whose address lapses is renewed once, and only then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from player.errors import SourceRefused, SourceUnreachable
from player.source import Body, Progress, Source
from player.sources.renewing import RenewingSource


class Lapsing:
    """A source whose address lapses when a test says so."""

    def __init__(self, name: str) -> None:
        self.name, self.lapsed, self.closed, self.reads = name, False, 0, 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def read(self, path: str, on_start: Callable[[Progress], None] | None = None) -> Body:
        assert not self.closed
        self.reads += 1
        await self.gate.wait()
        if self.lapsed:
            raise SourceRefused("Lapsed.", status=403)
        if on_start is not None:
            on_start(Progress(0.0))
        data = f"{self.name} {path}".encode()
        return Body(data=data, ttfb_s=0.0, duration_s=0.0, finished_at_s=0.0)

    async def close(self) -> None:
        self.closed += 1


class TestRenewal:
    async def test_a_lapsed_address_is_renewed_and_read_again(self) -> None:
        old, new = Lapsing("old"), Lapsing("new")

        async def renew() -> Source:
            return new

        source = RenewingSource(old, renew)
        assert (await source.read("x")).data == b"old x"
        old.lapsed = True
        assert (await source.read("x")).data == b"new x"
        assert (await source.read("y")).data == b"new y"
        await source.close()
        assert (old.closed, new.closed) == (1, 1)

    async def test_transfers_that_lapse_together_renew_once(self) -> None:
        old, made = Lapsing("old"), list[Lapsing]()
        old.lapsed = True
        old.gate.clear()

        async def renew() -> Source:
            await asyncio.sleep(0)
            made.append(Lapsing(f"new{len(made)}"))
            return made[-1]

        source = RenewingSource(old, renew)
        reads = asyncio.gather(*(source.read(str(n)) for n in range(5)))
        await asyncio.sleep(0)
        old.gate.set()

        assert [body.data for body in await reads] == [f"new0 {n}".encode() for n in range(5)]
        assert old.reads == 5
        assert (len(made), old.closed) == (1, 1)

    async def test_what_lapses_again_at_once_is_a_refusal(self) -> None:
        async def renew() -> Source:
            lapsed = Lapsing("new")
            lapsed.lapsed = True
            return lapsed

        old = Lapsing("old")
        old.lapsed = True
        with pytest.raises(SourceRefused):
            await RenewingSource(old, renew).read("x")

    async def test_a_renewal_that_fails_can_be_tried_again(self) -> None:
        answers: list[Source | SourceUnreachable] = [SourceUnreachable("Away."), Lapsing("new")]

        async def renew() -> Source:
            answer = answers.pop(0)
            if isinstance(answer, SourceUnreachable):
                raise answer
            return answer

        old = Lapsing("old")
        old.lapsed = True
        source = RenewingSource(old, renew)
        with pytest.raises(SourceUnreachable):
            await source.read("x")
        assert (await source.read("x")).data == b"new x"

    async def test_any_other_refusal_is_none_of_its_business(self) -> None:
        async def never() -> Source:
            raise AssertionError("nothing has lapsed")

        class Missing(Lapsing):
            async def read(
                self, path: str, on_start: Callable[[Progress], None] | None = None
            ) -> Body:
                await super().read(path, on_start)
                raise SourceRefused("Missing.", status=404)

        with pytest.raises(SourceRefused, match=r"Missing\."):
            await RenewingSource(Missing("old"), never).read("x")
