"""The contract of media below /m/, held by every way a request can take through the server."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_server.contracts import Problem
from local_server.edge import senders
from local_server.edge.tokens import MediaTokens
from local_server.runtime.settings import ServerPaths
from tests.helpers.edge import Clock, Edge, running_edge
from tests.helpers.wire import Answer, Wire

PRESENTATION = "0123456789abcdef0123456789abcdef"
SEGMENT = random.Random(7).randbytes(3_000_000)  # more than the buffers of a socket take
PLAYLIST = b"#EXTM3U\n" + b"# a line\n" * 300
SECRET = b"what must never be served"


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    home = tmp_path_factory.mktemp("media") / "home"
    with running_edge(home, Clock()) as edge:
        folder = ServerPaths.under(home).media / PRESENTATION
        (folder / "v720").mkdir(parents=True)
        (folder / "v720" / "1.m4s").write_bytes(SEGMENT)
        (folder / "master.m3u8").write_bytes(PLAYLIST)
        (folder / "empty.vtt").write_bytes(b"")
        (folder / ".hidden").write_bytes(SECRET)
        (folder.parent / "secret.json").write_bytes(SECRET)
        (home.parent / "outside.m4s").write_bytes(SECRET)
        (folder / "link.m4s").symlink_to(home.parent / "outside.m4s")
        (folder / "linked").symlink_to(home.parent)
        (folder.parent / "linkedpresentation").symlink_to(folder)
        os.mkfifo(folder / "pipe.m4s")
        yield edge


def _tokens(edge: Edge, clock: Clock | None = None) -> MediaTokens:
    key = bytes.fromhex(ServerPaths.under(edge.home).media_key.read_text().strip())
    at = clock or edge.clock
    return MediaTokens(key, now_s=lambda: at().timestamp())


def _problem(answer: Answer) -> Problem:
    assert answer.fields["content-type"] == "application/json"
    problem = Problem.model_validate_json(answer.body)
    assert set(json.loads(answer.body)) == {"code", "message", "hint", "retryable"}
    assert problem.message
    return problem


class MediaContract:
    """What holds for media, whichever part of the server answers."""

    @pytest.fixture
    def wire(self, edge: Edge) -> Iterator[Wire]:
        with self.connect(edge) as wire:
            yield wire

    @pytest.fixture
    def root(self, edge: Edge) -> str:
        return f"/m/{_tokens(edge).issue(PRESENTATION).text}"

    def connect(self, edge: Edge, *, receive_buffer_bytes: int | None = None) -> Wire:
        raise NotImplementedError

    def test_whole_file(self, wire: Wire, root: str) -> None:
        answer = wire.ask("GET", f"{root}/v720/1.m4s")
        assert answer.status == 200
        assert answer.body == SEGMENT
        assert answer.fields["content-type"] == "video/iso.segment"
        assert answer.fields["accept-ranges"] == "bytes"
        assert "immutable" in answer.fields["cache-control"]
        assert answer.fields["x-content-type-options"] == "nosniff"

    @pytest.mark.parametrize(("name", "content"), [("master.m3u8", PLAYLIST), ("empty.vtt", b"")])
    def test_small_files(self, wire: Wire, root: str, name: str, content: bytes) -> None:
        answer = wire.ask("GET", f"{root}/{name}")
        assert (answer.status, answer.body) == (200, content)

    def test_a_query_changes_nothing(self, wire: Wire, root: str) -> None:
        assert wire.ask("GET", f"{root}/master.m3u8?CMCD=bl%3D2000").body == PLAYLIST

    @pytest.mark.parametrize("name", ["v720/1.m4s", "master.m3u8", "empty.vtt", "missing.m4s"])
    def test_head_is_get_without_the_body(self, wire: Wire, root: str, name: str) -> None:
        got = wire.ask("GET", f"{root}/{name}")
        head = wire.ask("HEAD", f"{root}/{name}")
        assert head.status == got.status
        assert head.fields | {"date": ""} == got.fields | {"date": ""}
        assert wire.ask("GET", f"{root}/master.m3u8").body == PLAYLIST  # no stray bytes follow

    @pytest.mark.parametrize(
        ("asked", "start", "end"),
        [
            ("bytes=0-0", 0, 1),
            ("bytes=1000-2999999", 1000, 3_000_000),
            ("bytes=2999999-", 2_999_999, 3_000_000),
            ("bytes=5-99999999", 5, 3_000_000),
            ("bytes=-7", 2_999_993, 3_000_000),
            ("bytes=-99999999", 0, 3_000_000),
            ("BYTES=3-4", 3, 5),
        ],
    )
    def test_range(self, wire: Wire, root: str, asked: str, start: int, end: int) -> None:
        answer = wire.ask("GET", f"{root}/v720/1.m4s", {"Range": asked})
        assert answer.status == 206
        assert answer.body == SEGMENT[start:end]
        assert answer.fields["content-range"] == f"bytes {start}-{end - 1}/{len(SEGMENT)}"

    def test_range_of_a_small_file(self, wire: Wire, root: str) -> None:
        answer = wire.ask("GET", f"{root}/master.m3u8", {"Range": "bytes=3-10"})
        assert (answer.status, answer.body) == (206, PLAYLIST[3:11])

    @pytest.mark.parametrize("asked", ["bytes=3000000-", "bytes=-0", "bytes=9999999-9999999"])
    def test_range_outside(self, wire: Wire, root: str, asked: str) -> None:
        answer = wire.ask("GET", f"{root}/v720/1.m4s", {"Range": asked})
        assert answer.status == 416
        assert answer.fields["content-range"] == f"bytes */{len(SEGMENT)}"
        assert _problem(answer).code == "range_not_satisfiable"

    @pytest.mark.parametrize(
        "asked", ["bytes=5-3", "bytes=0-1,5-6", "items=0-1", "bytes=", "bytes=a-b", "bytes=--1"]
    )
    def test_range_that_is_ignored(self, wire: Wire, root: str, asked: str) -> None:
        answer = wire.ask("GET", f"{root}/master.m3u8", {"Range": asked})
        assert (answer.status, answer.body) == (200, PLAYLIST)

    def test_unchanged_is_not_sent_again(self, wire: Wire, root: str) -> None:
        etag = wire.ask("GET", f"{root}/master.m3u8").fields["etag"]
        for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            answer = wire.ask("GET", f"{root}/master.m3u8", {"If-None-Match": known})
            assert (answer.status, answer.body) == (304, b"")
            assert answer.fields["etag"] == etag
        answer = wire.ask("GET", f"{root}/master.m3u8", {"If-None-Match": '"other"'})
        assert (answer.status, answer.body) == (200, PLAYLIST)

    def test_if_range(self, wire: Wire, root: str) -> None:
        etag = wire.ask("HEAD", f"{root}/master.m3u8").fields["etag"]
        part = {"Range": "bytes=0-3"}
        same = wire.ask("GET", f"{root}/master.m3u8", part | {"If-Range": etag})
        assert (same.status, same.body) == (206, PLAYLIST[:4])
        for other in ('"other"', f"W/{etag}", "Sat, 14 Mar 2026 20:15:00 GMT"):
            answer = wire.ask("GET", f"{root}/master.m3u8", part | {"If-Range": other})
            assert (answer.status, answer.body) == (200, PLAYLIST)

    @pytest.mark.parametrize(
        "path",
        [
            "missing.m4s",
            "v720",
            "v720/",
            "",
            "/master.m3u8",
            "v720//1.m4s",
            "../secret.json",
            "v720/../../secret.json",
            "%2e%2e/secret.json",
            "%2e%2e%2fsecret.json",
            "%252e%252e/secret.json",
            "..%5csecret.json",
            "..\\secret.json",
            "....//secret.json",
            ".hidden",
            "./master.m3u8",
            "master.m3u8%00.m4s",
            "%00",
            "/etc/hostname",
            "%2fetc%2fhostname",
            "C:/windows/win.ini",
            "link.m4s",
            "linked/outside.m4s",
            "pipe.m4s",
            "master%2em3u8",
            "a" * 300,
            "a/" * 400 + "b",
        ],
    )
    def test_nothing_else_is_served(self, wire: Wire, root: str, path: str) -> None:
        answer = wire.ask("GET", f"{root}/{path}")
        assert answer.status == 404
        assert _problem(answer).code == "media_not_found"
        assert SECRET not in answer.body

    def test_a_linked_presentation_leads_nowhere(self, wire: Wire, edge: Edge) -> None:
        token = _tokens(edge).issue("linkedpresentation").text
        assert wire.ask("GET", f"/m/{token}/master.m3u8").status == 404

    def test_wrong_tokens(self, wire: Wire, edge: Edge) -> None:
        good = _tokens(edge).issue(PRESENTATION).text
        expiry, presentation, mac = good.split(".")
        other = _tokens(edge).issue("another").text.split(".")[2]
        strangers = MediaTokens(b"x" * 32, now_s=lambda: edge.clock().timestamp())
        for token in (
            f"{int(expiry) + 1}.{presentation}.{mac}",
            f"{expiry}.{presentation}.{other}",
            f"{expiry}.other.{mac}",
            f"0{good}",
            f"{expiry}.{presentation}.",
            f"{expiry}.{presentation}",
            "x",
            strangers.issue(PRESENTATION).text,
        ):
            answer = wire.ask("GET", f"/m/{token}/master.m3u8")
            assert answer.status == 403, token
            assert _problem(answer).code == "media_token_invalid"
        assert wire.ask("GET", f"/m/{good}/master.m3u8").status == 200

    def test_a_token_lapses_also_when_it_is_known(self, edge: Edge) -> None:
        token = _tokens(edge).issue(PRESENTATION).text
        with self.connect(edge) as wire:
            assert wire.ask("GET", f"/m/{token}/master.m3u8").status == 200
            before = edge.clock.at
            edge.clock.forward(37 * 3600)
            answer = wire.ask("GET", f"/m/{token}/master.m3u8")
            edge.clock.at = before
            assert answer.status == 403
            problem = _problem(answer)
            assert (problem.code, problem.retryable) == ("media_token_expired", True)

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
    def test_other_methods(self, wire: Wire, root: str, method: str) -> None:
        answer = wire.ask(method, f"{root}/master.m3u8", {"Content-Length": "0"})
        assert answer.status == 405
        assert answer.fields["allow"] == "GET, HEAD"
        assert _problem(answer).code == "method_not_allowed"

    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "a b"])
    def test_foreign_host_names(self, wire: Wire, root: str, host: str) -> None:
        answer = wire.ask("GET", f"{root}/master.m3u8", {"Host": host})
        assert answer.status == 421
        assert _problem(answer).code == "host_not_allowed"

    def test_a_body_is_read_and_ignored(self, wire: Wire, root: str) -> None:
        wire.send(wire.request("GET", f"{root}/master.m3u8", {"Content-Length": "5"}) + b"hello")
        assert wire.answer().body == PLAYLIST
        assert wire.ask("GET", f"{root}/master.m3u8").body == PLAYLIST

    def test_requests_sent_at_once_are_answered_in_order(self, wire: Wire, root: str) -> None:
        names = ["master.m3u8", "v720/1.m4s", "missing", "empty.vtt", "v720/1.m4s", "master.m3u8"]
        wire.send(b"".join(wire.request("GET", f"{root}/{name}") for name in names))
        bodies = [wire.answer().body for _ in names]
        assert bodies[0] == bodies[5] == PLAYLIST
        assert bodies[1] == bodies[4] == SEGMENT
        assert bodies[3] == b""

    def test_media_and_api_mixed_on_one_connection(self, wire: Wire, root: str) -> None:
        media, health = f"{root}/v720/1.m4s", "/v1/health"
        order = [media, health, media, health]
        wire.send(b"".join(wire.request("GET", target) for target in order))
        first, second, third, fourth = (wire.answer() for _ in order)
        assert first.body == third.body == SEGMENT
        assert json.loads(second.body)["status"] == json.loads(fourth.body)["status"] == "ok"

    def test_a_request_in_crumbs(self, wire: Wire, root: str) -> None:
        for byte in wire.request("GET", f"{root}/master.m3u8"):
            wire.send(bytes([byte]))
        assert wire.answer().body == PLAYLIST

    def test_a_slow_receiver_gets_everything(self, edge: Edge, root: str) -> None:
        with self.connect(edge, receive_buffer_bytes=4096) as wire:
            for _ in range(3):
                assert wire.ask("GET", f"{root}/v720/1.m4s").body == SEGMENT

    def test_a_receiver_that_leaves_harms_nobody(self, edge: Edge, root: str) -> None:
        for _ in range(20):
            with self.connect(edge, receive_buffer_bytes=4096) as wire:
                wire.send(wire.request("GET", f"{root}/v720/1.m4s"))
        with self.connect(edge) as wire:
            assert wire.ask("GET", f"{root}/v720/1.m4s").body == SEGMENT

    def test_close_when_asked(self, wire: Wire, root: str) -> None:
        answer = wire.ask("GET", f"{root}/v720/1.m4s", {"Connection": "close"})
        assert answer.body == SEGMENT
        assert answer.fields["connection"] == "close"
        assert wire.is_closed()

    def test_old_http_is_answered_and_closed(self, wire: Wire, root: str) -> None:
        wire.send(f"GET {root}/master.m3u8 HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        assert wire.answer().body == PLAYLIST
        assert wire.is_closed()

    def test_nonsense_is_refused(self, wire: Wire) -> None:
        wire.send(b"GET /m/x\x01y HTTP/1.1\r\nbad header\r\n\r\n")
        answer = wire.answer()
        assert answer.status == 400
        assert _problem(answer).code == "not_http"
        assert wire.is_closed()


class TestFromPageCache(MediaContract):
    """Answered before the framework, file to socket inside the kernel."""

    def connect(self, edge: Edge, *, receive_buffer_bytes: int | None = None) -> Wire:
        return Wire(edge.url, receive_buffer_bytes=receive_buffer_bytes)

    def test_half_closed_connections_get_all_their_answers(self, wire: Wire, root: str) -> None:
        names = ["v720/1.m4s", "master.m3u8", "v720/1.m4s"]
        wire.send(b"".join(wire.request("GET", f"{root}/{name}") for name in names))
        wire.end()
        assert [wire.answer().body for _ in names] == [SEGMENT, PLAYLIST, SEGMENT]
        assert wire.is_closed()

    def test_an_endless_head_is_refused(self, wire: Wire, root: str) -> None:
        wire.send(f"GET {root}/master.m3u8 HTTP/1.1\r\nX: {'a' * 17_000}".encode())
        answer = wire.answer()
        assert answer.status == 431
        assert _problem(answer).code == "request_head_too_large"


class TestThroughTransport(TestFromPageCache):
    """The same without sendfile, as on encrypted connections and on Windows."""

    @pytest.fixture(autouse=True)
    def _no_sendfile(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr("os.sendfile")


class TestThroughApplication(MediaContract):
    """On a connection that has asked the API for something before."""

    def connect(self, edge: Edge, *, receive_buffer_bytes: int | None = None) -> Wire:
        wire = Wire(edge.url, receive_buffer_bytes=receive_buffer_bytes)
        assert wire.ask("GET", "/v1/health").status == 200
        return wire


def test_both_senders_are_tried(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[str] = []
    for sender in (senders.DirectSender, senders.TransportSender):
        send = sender.send

        def spy(self: object, *given: object, _send: object = send) -> None:
            used.append(type(self).__name__)
            _send(self, *given)  # type: ignore[operator]

        monkeypatch.setattr(sender, "send", spy)
    target = f"/m/{_tokens(edge).issue(PRESENTATION).text}/v720/1.m4s"
    with Wire(edge.url) as wire:
        assert wire.ask("GET", target).status == 200
    with monkeypatch.context() as patch:
        patch.delattr("os.sendfile")
        with Wire(edge.url) as wire:
            assert wire.ask("GET", target).status == 200
    with Wire(edge.url) as wire:
        wire.ask("GET", "/v1/health")
        assert wire.ask("GET", target).status == 200
    assert used == ["DirectSender", "TransportSender"]


def test_open_files_are_bounded(edge: Edge, tmp_path: Path) -> None:
    del tmp_path
    folder = ServerPaths.under(edge.home).media / "many"
    folder.mkdir()
    for number in range(600):
        (folder / f"{number}.m4s").write_bytes(b"%d" % number)
    root = f"/m/{_tokens(edge).issue('many').text}"
    descriptors = Path("/proc/self/fd")
    before = len(list(descriptors.iterdir()))
    with Wire(edge.url) as wire:
        for number in range(600):
            assert wire.ask("GET", f"{root}/{number}.m4s").body == b"%d" % number
    assert len(list(descriptors.iterdir())) - before < 300
