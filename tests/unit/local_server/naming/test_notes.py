"""Small files beside films: .strm, .ignore, .plexmatch, and text of any age."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from local_server.services.catalog.naming import (
    FileHint,
    Ignore,
    Strm,
    StrmProblem,
    decode_text,
    read_plexmatch,
    read_strm,
)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/film.mp4",
        "https://user:word@example.com:8443/a%20film.m3u8?token=1",
        "rtsp://192.168.1.20:554/stream1",
        "rtmp://live.example.com/app/key",
        "HTTPS://EXAMPLE.COM/FILM.MKV",
        "http://[2001:db8::1]/film.mp4",
    ],
)
def test_an_address_on_a_network_is_taken(url: str) -> None:
    assert read_strm(url.encode()) == Strm(url=url)


@pytest.mark.parametrize(
    "text",
    [
        "/etc/passwd",
        "file:///etc/passwd",
        "C:\\films\\film.mkv",
        "\\\\server\\share\\film.mkv",
        "smb://server/film.mkv",
        "plugin://plugin.video.example/?id=1",
        "concat:a.ts|b.ts",
        "../other/film.mkv",
        "javascript:alert(1)",
        "data:text/plain,film",
        "a film.mkv",
    ],
)
def test_a_path_of_this_machine_or_another_scheme_is_refused(text: str) -> None:
    assert read_strm(text.encode()) is StrmProblem.SCHEME


@pytest.mark.parametrize(
    "text",
    ["http://", "http://[broken", "http://host:port/", "http://a b/", "http://h/" + "x" * 5000],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    assert read_strm(text.encode()) is StrmProblem.ADDRESS


@pytest.mark.parametrize("text", ["", "\n \n", "#EXTM3U\n# nothing\n"])
def test_a_file_without_an_address_is_empty(text: str) -> None:
    assert read_strm(text.encode()) is StrmProblem.EMPTY


def test_settings_for_kodi_are_kept_aside() -> None:
    data = (
        b"\xef\xbb\xbf#EXTM3U\r\n#KODIPROP:inputstream=inputstream.adaptive\r\n"
        b"#KODIPROP:key = a=b\r\n\r\nhttps://example.com/film.mpd\r\nhttps://example.com/other\r\n"
    )
    assert read_strm(data) == Strm(
        url="https://example.com/film.mpd",
        properties=(("inputstream", "inputstream.adaptive"), ("key", "a=b")),
    )


@pytest.mark.parametrize("text", ["", "\n", "  \n\t\n"])
def test_an_empty_ignore_file_leaves_the_folder_out(text: str) -> None:
    ignore = Ignore.parse(text)
    assert ignore.whole_folder
    assert ignore.matches(PurePosixPath("film.mkv"))


def test_ignore_has_the_syntax_of_gitignore() -> None:
    ignore = Ignore.parse("# old things\n*.iso\n!keep.iso\nsamples/\n/top.mkv\n")
    left_out = {
        name: ignore.matches(PurePosixPath(name), folder=folder)
        for name, folder in {
            "film.iso": False,
            "a/film.iso": False,
            "keep.iso": False,
            "samples": True,
            "samples/a.mkv": False,
            "top.mkv": False,
            "a/top.mkv": False,
            "film.mkv": False,
        }.items()
    }
    assert left_out == {
        "film.iso": True,
        "a/film.iso": True,
        "keep.iso": False,
        "samples": True,
        "samples/a.mkv": True,
        "top.mkv": True,
        "a/top.mkv": False,
        "film.mkv": False,
    }
    assert not ignore.whole_folder


def test_comments_alone_leave_nothing_out() -> None:
    assert not Ignore.parse("# nothing here\n").matches(PurePosixPath("film.mkv"))


def test_a_line_that_is_no_pattern_is_passed_over() -> None:
    ignore = Ignore.parse("!\n*.iso\n")
    assert ignore.matches(PurePosixPath("film.iso"))


def test_plexmatch_tells_the_series_and_its_files() -> None:
    hints = read_plexmatch(
        b"# a comment\nTitle: Harbour Watch\nyear: 2004\nSeason: 2\ntvdbid: 999\n"
        b"imdbid: tt0000005\n"
        b"ep: 1: first.mkv\nepisode: S03E04: sub/fourth.mkv\nep: 5-7: long: one.mkv\n"
        b"ep: SP02: special.mkv\nnonsense\nep: what\n"
    )
    assert (hints.title, hints.year, hints.season) == ("Harbour Watch", 2004, 2)
    assert hints.ids == (("tvdb", "999"), ("imdb", "tt0000005"))
    assert hints.files == (
        FileHint(file="first.mkv", season=None, episodes=(1,)),
        FileHint(file="sub/fourth.mkv", season=3, episodes=(4,)),
        FileHint(file="long: one.mkv", season=None, episodes=(5, 6, 7)),
        FileHint(file="special.mkv", season=0, episodes=(2,)),
    )


def test_plexmatch_reads_a_guid() -> None:
    assert read_plexmatch(b"guid: tmdb://4242\n").ids == (("tmdb", "4242"),)


def test_plexmatch_of_nonsense_says_nothing() -> None:
    hints = read_plexmatch(bytes(range(256)))
    assert (hints.title, hints.ids, hints.files) == ("", (), ())


RUSSIAN = "Фильм про тихую гавань, её людей и чаек, которые живут рядом много лет подряд."
JAPANESE = "これは静かな港とそこに住む人々についての映画です。長い年月を海のそばで暮らしています。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Ein Film über Möwen", "utf-8"),
        ("Ein Film über Möwen", "utf-8-sig"),
        ("Ein Film über Möwen", "utf-16"),
        ("Plain words", "utf-16-le"),
        ("Plain words", "utf-16-be"),
        (RUSSIAN, "utf-8"),
        (RUSSIAN, "utf-16"),
        (RUSSIAN, "cp1251"),
        (JAPANESE, "shift_jis"),
        ("Ein schöner Film über Möwen, Häfen und große Fähren an der Küste.", "latin-1"),
        ("Plain words", "ascii"),
        ("", "utf-8"),
    ],
)
def test_text_of_any_age_is_read(text: str, encoding: str) -> None:
    assert decode_text(text.encode(encoding)) == text
