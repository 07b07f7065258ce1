"""A film's whole way: a file is added, the studio prepares it, every segment can be fetched."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from abr import manifest
from local_server.app import build
from local_server.client import EdgeClient, EdgeRefused
from local_server.contracts import Availability, TitleSummary
from local_server.runtime.listening import listen, url_of
from local_server.runtime.settings import ServerPaths, ServerSettings
from local_server.serving import HttpServer
from tests.helpers.clips import make_clip

pytestmark = pytest.mark.slow

WAIT_S = 90.0


@contextmanager
def serving(home: Path) -> Iterator[EdgeClient]:
    """The server as it ships, studio included, on a free port."""
    settings = ServerSettings(home=home, starter=False)
    with build(settings) as server, listen("127.0.0.1", 0) as listener:
        http = HttpServer(
            server.api,
            answers=server.answers,
            listener=listener,
            on_listening=server.open,
            on_heartbeat=server.beat,
        )
        thread = threading.Thread(target=http.run)
        thread.start()
        token = ServerPaths.under(home).token.read_text().strip()
        try:
            with EdgeClient(url_of(listener), token) as client:
                yield client
        finally:
            http.stop()
            thread.join()


def settled(client: EdgeClient, title_id: str) -> TitleSummary:
    deadline = time.monotonic() + WAIT_S
    while True:
        title = client.title(title_id).summary
        if title.availability is not Availability.PREPARING:
            return title
        assert time.monotonic() < deadline, client.jobs()
        time.sleep(0.1)


def test_from_a_file_to_its_last_segment(tmp_path: Path) -> None:
    make_clip(tmp_path / "My Film (2001).mp4", seconds=6.0)
    (tmp_path / "Broken.mkv").write_bytes(b"not a film " * 1000)
    with serving(tmp_path / "home") as client:
        broken, film = client.add_paths([tmp_path])
        assert film.title_id is not None
        assert broken.title_id is not None
        title = settled(client, film.title_id)
        assert (title.name, title.year) == ("My Film", 2001)
        assert title.availability is Availability.READY, title.problem
        assert abs(title.duration_s - 6.0) < 0.2

        profile_id = client.household().profiles[0].id
        grant = client.start_playback(title.id, profile_id, "tv")
        with httpx.Client(base_url=client.absolute(grant.media_url)) as media:
            presentation = manifest.load(media.get("manifest.json").content)
            fetched = 0
            for adaptation_set in presentation.adaptation_sets:
                for r in adaptation_set.representations:
                    if r.init_path:
                        assert len(media.get(r.init_path).content) == r.init_bytes
                    for index, size_bytes in enumerate(r.segment_bytes):
                        assert len(media.get(r.path_of(index)).content) == size_bytes
                        fetched += 1
            assert fetched >= 4
            for name in ("master.m3u8", "manifest.mpd"):
                assert media.get(name).status_code == 200
        for picture in (title.poster_url, title.still_url):
            assert picture is not None
            assert httpx.get(client.absolute(picture)).content.startswith(b"\xff\xd8\xff")

        failed = settled(client, broken.title_id)
        assert failed.availability is Availability.FAILED
        assert failed.problem is not None
        assert failed.problem.message
        with pytest.raises(EdgeRefused, match="could not be prepared"):
            client.start_playback(failed.id, profile_id, "tv")

    shutil.rmtree(tmp_path / "home" / "media" / presentation.id)
    with serving(tmp_path / "home") as client:
        assert settled_missing(client, title.id)
        (again,) = client.add_paths([tmp_path / "My Film (2001).mp4"])
        assert again.title_id == title.id
        assert settled(client, title.id).availability is Availability.READY


def settled_missing(client: EdgeClient, title_id: str) -> bool:
    deadline = time.monotonic() + WAIT_S
    while client.title(title_id).summary.availability is not Availability.MISSING:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return True
