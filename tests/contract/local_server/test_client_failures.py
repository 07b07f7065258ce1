"""The client when what answers is no server of ours, or nothing answers."""

from __future__ import annotations

import socket

import httpx
import pytest

from local_server.client import EdgeClient, EdgeUnexpected, EdgeUnreachable


def test_nobody_there() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with EdgeClient(url, "token") as client, pytest.raises(EdgeUnreachable) as unreachable:
            client.health()
    assert unreachable.value.retryable
    assert unreachable.value.hint


def test_somebody_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        client = EdgeClient(url, "token", timeout_s=0.2)
        with client, pytest.raises(EdgeUnreachable):
            client.health()


@pytest.mark.parametrize("status", [200, 404, 500])
def test_somebody_else(status: int) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, text="<html>router</html>"))
    client = EdgeClient("http://192.168.0.1", "token", transport=transport)
    with client, pytest.raises(EdgeUnexpected) as unexpected:
        client.titles()
    assert str(status) in unexpected.value.detail
    assert not unexpected.value.retryable


def test_newer_servers_may_say_more() -> None:
    answer = '{"status": "ok", "version": "9", "services": {}, "mood": "fine"}'
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text=answer))
    with EdgeClient("http://localhost", "token", transport=transport) as client:
        assert client.health().version == "9"
