"""The feed: a door for the engine alone, and what it answers."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import psutil
import pytest

from abr.media import AdaptationSet
from player.errors import SourceRefused
from player.feed import Feed
from tests.helpers.player_fakes import paper_film

FILM = paper_film(segments=3)


class Source:
    """Answers with names; a held segment waits for ``gate``."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.cancelled: list[str] = []
        self.held: set[str] = set()
        self.broken: set[str] = set()
        self.large = b""
        self.gate = asyncio.Event()
        self.changed = asyncio.Event()

    async def init_segment(self, entry: AdaptationSet) -> bytes:
        return await self._answer(f"{entry.id} init")

    async def segment(self, entry: AdaptationSet, index: int) -> bytes:
        return await self._answer(f"{entry.id} {index}")

    async def subtitle(self, entry: AdaptationSet) -> bytes:
        return await self._answer(f"{entry.id} text")

    async def _answer(self, name: str) -> bytes:
        self.asked.append(name)
        self.changed.set()
        if name in self.broken:
            raise SourceRefused("No.", status=404)
        if name in self.held:
            try:
                await self.gate.wait()
            except asyncio.CancelledError:
                self.cancelled.append(name)
                self.changed.set()
                raise
        return self.large or name.encode()

    async def until(self, names: list[str], name: str) -> None:
        """Wait until ``name`` is among ``names``."""
        while name not in names:
            self.changed.clear()
            await self.changed.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """An engine's connection: requests one after another."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, target: str, *headers: str, method: str = "GET") -> None:
        lines = [f"{method} {target} HTTP/1.1", "Host: feed", *headers, "", ""]
        self.writer.write("\r\n".join(lines).encode())

    async def answer(self, *, body: bool = True) -> Answer:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:] if line)
        }
        length = int(headers["content-length"]) if body else 0
        data = await self.reader.readexactly(length)
        return Answer(status=int(head[0].split()[1]), headers=headers, body=data)

    async def get(self, target: str, *headers: str) -> Answer:
        self.send(target, *headers)
        return await self.answer()

    async def closed(self) -> bool:
        """Wait for the other side to hang up; what it sent before is not looked at."""
        with contextlib.suppress(ConnectionError):
            while await self.reader.read(65536):
                pass
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A feed with a film on offer."""

    feed: Feed
    source: Source
    base: str  # path of the film
    port: int

    async def connect(self) -> Client:
        return Client(*await asyncio.open_connection("127.0.0.1", self.port))


@pytest.fixture
async def offered() -> AsyncIterator[Offered]:
    feed, source = Feed(), Source()
    await feed.start()
    url = feed.offer(FILM.presentation, source)
    origin, _, token = url.rpartition("/")
    yield Offered(feed=feed, source=source, base=f"/{token}", port=int(origin.rpartition(":")[2]))
    await feed.close()


@pytest.fixture
async def client(offered: Offered) -> AsyncIterator[Client]:
    made = await offered.connect()
    yield made
    made.writer.close()
    with contextlib.suppress(ConnectionError):
        await made.writer.wait_closed()


@pytest.mark.parametrize(
    ("name", "kind", "body"),
    [
        ("video/init.mp4", "video/mp4", b"video init"),
        ("video/0.m4s", "video/mp4", b"video 0"),
        ("a-de/2.m4s", "video/mp4", b"a-de 2"),
        ("t-en/subtitle.vtt", "text/vtt", b"t-en text"),
    ],
)
async def test_what_there_is_is_answered(
    offered: Offered, client: Client, name: str, kind: str, body: bytes
) -> None:
    answer = await client.get(f"{offered.base}/{name}")

    assert (answer.status, answer.body) == (200, body)
    assert answer.headers["content-type"] == kind
    assert answer.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "video",
        "video/",
        "video/3.m4s",
        "video/-1.m4s",
        "video/+1.m4s",
        "video/1_0.m4s",
        "video/0.mp4",
        "video/.m4s",
        "video/one.m4s",
        "video/" + "9" * 5000 + ".m4s",
        "video/0.m4s/more",
        "video/subtitle.vtt",
        "t-en/0.m4s",
        "t-en/init.mp4",
        "v720/0.m4s",
        "../video/0.m4s",
        "%2e%2e/video/0.m4s",
        "video/\xb2.m4s",
    ],
)
async def test_what_there_is_not_is_not_found(offered: Offered, client: Client, name: str) -> None:
    target = f"{offered.base}/{name}"
    if not target.isascii():
        assert await offered.feed.answer(target) is None
        return
    answer = await client.get(target)

    assert (answer.status, answer.body) == (404, b"not here")
    assert offered.source.asked == []
    assert (await client.get(f"{offered.base}/video/0.m4s")).status == 200


async def test_without_the_token_there_is_nothing(offered: Offered, client: Client) -> None:
    token = offered.base.removeprefix("/")
    assert len(token) >= 32
    for guess in ("", "x", token[:-1], token + "x", token.swapcase(), "x" * len(token)):
        assert (await client.get(f"/{guess}/video/0.m4s")).status == 404
    assert offered.source.asked == []


async def test_every_offer_has_a_token_of_its_own(offered: Offered) -> None:
    again = offered.feed.offer(FILM.presentation, Source())
    assert not again.endswith(offered.base)

    client = await offered.connect()
    assert (await client.get(f"{offered.base}/video/0.m4s")).status == 404
    client.writer.close()


async def test_an_empty_token_opens_nothing_while_nothing_is_offered(offered: Offered) -> None:
    offered.feed.withdraw()

    assert await offered.feed.answer("//video/0.m4s") is None
    assert await offered.feed.answer("/video/0.m4s") is None


@pytest.mark.parametrize(
    ("header", "body", "span"),
    [
        ("bytes=0-", b"video 0", "bytes 0-6/7"),
        ("bytes=2-4", b"deo", "bytes 2-4/7"),
        ("bytes=6-6", b"0", "bytes 6-6/7"),
        ("bytes=4-999", b"o 0", "bytes 4-6/7"),
    ],
)
async def test_a_range_is_answered_in_part(
    offered: Offered, client: Client, header: str, body: bytes, span: str
) -> None:
    answer = await client.get(f"{offered.base}/video/0.m4s", f"Range: {header}")

    assert (answer.status, answer.body) == (206, body)
    assert answer.headers["content-range"] == span


@pytest.mark.parametrize(
    "header",
    [
        "bytes=7-",
        "bytes=4-2",
        "bytes=-3",
        "bytes=a-b",
        "lines=0-1",
        "bytes=0-1,3-4",
        "bytes=" + "1" * 5000 + "-",
        "bytes=0-" + "1" * 5000,
    ],
)
async def test_a_range_that_makes_no_sense_gets_the_whole(
    offered: Offered, client: Client, header: str
) -> None:
    answer = await client.get(f"{offered.base}/video/0.m4s", f"Range: {header}")

    assert (answer.status, answer.body) == (200, b"video 0")
    assert "content-range" not in answer.headers


async def test_one_connection_serves_request_after_request(
    offered: Offered, client: Client
) -> None:
    for index in (0, 1, 2, 0):
        assert (await client.get(f"{offered.base}/video/{index}.m4s")).body == (
            f"video {index}".encode()
        )


async def test_requests_sent_ahead_are_answered_in_order(offered: Offered, client: Client) -> None:
    for index in range(3):
        client.send(f"{offered.base}/video/{index}.m4s")

    assert [(await client.answer()).body for _ in range(3)] == [b"video 0", b"video 1", b"video 2"]


async def test_a_connection_ends_when_the_engine_wants_it_to(
    offered: Offered, client: Client
) -> None:
    answer = await client.get(f"{offered.base}/video/0.m4s", "Connection: close")

    assert answer.status == 200
    assert await client.closed()


async def test_a_head_request_gets_no_body(offered: Offered, client: Client) -> None:
    client.send(f"{offered.base}/video/0.m4s", method="HEAD")
    answer = await client.answer(body=False)

    assert answer.headers["content-length"] == "7"
    assert (await client.get(f"{offered.base}/video/1.m4s")).body == b"video 1"


async def test_a_segment_is_waited_for(offered: Offered, client: Client) -> None:
    offered.source.held = {"video 1"}
    client.send(f"{offered.base}/video/1.m4s")
    await offered.source.until(offered.source.asked, "video 1")
    offered.source.gate.set()

    assert (await client.answer()).body == b"video 1"


async def test_an_engine_that_hangs_up_gives_its_demand_up(
    offered: Offered, client: Client
) -> None:
    offered.source.held = {"video 1"}
    client.send(f"{offered.base}/video/1.m4s")
    await offered.source.until(offered.source.asked, "video 1")
    client.writer.close()

    await offered.source.until(offered.source.cancelled, "video 1")


async def test_an_engine_that_resets_gives_its_demand_up_too(
    offered: Offered, client: Client
) -> None:
    offered.source.held = {"video 1"}
    client.send(f"{offered.base}/video/1.m4s")
    await offered.source.until(offered.source.asked, "video 1")
    raw: socket.socket = client.writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.writer.transport.abort()

    await offered.source.until(offered.source.cancelled, "video 1")


async def test_what_is_withdrawn_ends_waiting_requests(offered: Offered, client: Client) -> None:
    offered.source.held = {"video 1"}
    client.send(f"{offered.base}/video/1.m4s")
    await offered.source.until(offered.source.asked, "video 1")
    offered.feed.withdraw()

    await offered.source.until(offered.source.cancelled, "video 1")
    assert await client.closed()


async def test_what_cannot_be_had_is_not_found(offered: Offered, client: Client) -> None:
    offered.source.broken = {"video 1"}

    assert (await client.get(f"{offered.base}/video/1.m4s")).status == 404
    assert (await client.get(f"{offered.base}/video/2.m4s")).status == 200


@pytest.mark.parametrize("noise", [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"\0" * 100_000])
async def test_noise_ends_its_own_connection_alone(
    offered: Offered, client: Client, noise: bytes
) -> None:
    noisy = await offered.connect()
    noisy.writer.write(noise + b"\r\n\r\n")
    assert await noisy.closed()
    noisy.writer.close()

    assert (await client.get(f"{offered.base}/video/0.m4s")).status == 200


async def test_the_door_is_open_to_this_machine_alone(offered: Offered) -> None:
    listening = [
        connection.laddr
        for connection in psutil.Process().net_connections("inet")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == offered.port
    ]
    assert [address.ip for address in listening] == ["127.0.0.1"]


async def test_closing_does_not_wait_for_an_engine_that_reads_no_more(
    offered: Offered, client: Client
) -> None:
    offered.source.large = bytes(50_000_000)
    client.send(f"{offered.base}/video/1.m4s")
    await client.reader.readexactly(1000)
    async with asyncio.timeout(10):
        await offered.feed.close()
        assert await client.closed()


async def test_a_closed_feed_takes_no_connection(offered: Offered) -> None:
    client = await offered.connect()
    await offered.feed.close()

    assert await client.closed()
    client.writer.close()
    with pytest.raises(ConnectionRefusedError):
        await offered.connect()
