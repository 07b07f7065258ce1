"""Names never become anything but one argument."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from local_server.media import commands, probe
from local_server.media.commands import PackagedTrack
from local_server.media.grid import Grid
from local_server.media.ladder import ladder
from local_server.media.source import FORMATS, VideoTrack

PLAIN = Path("/films/film.mkv")
NAMES = st.binary(min_size=1, max_size=255).filter(
    lambda name: b"/" not in name and b"\0" not in name and name not in (b".", b"..")
)
NASTY = st.sampled_from(
    [b"-i", b"--", b"a b", b"a'b", b'a"b', b"a\nb", b"%s", b"$(x)", b"a,b=c", b"http:x", b"\xff"]
)


def every_command(source: Path) -> list[list[str]]:
    video = VideoTrack(
        index=0,
        codec="h264",
        width_px=640,
        height_px=360,
        rate=Fraction(24),
        start_s=0.0,
        interlaced=False,
        wide_gamut=False,
        matrix="bt709",
    )
    grid = Grid(rate=Fraction(24))
    rungs = ladder(width_px=640, height_px=360, rate=grid.rate)
    picture = commands.Picture(source=source, video=video, grid=grid, rungs=rungs)
    out = Path("/srv/out")
    return [
        commands.encode_chunk(
            "ffmpeg", picture, commands.Chunk(index=2, grid=grid), folder=out, threads=2
        ),
        commands.encode_audio("ffmpeg", source, 1, start_s=0.0, duration_s=Fraction(9), output=out),
        commands.extract_subtitles("ffmpeg", source, 2, start_s=0.0, output=out),
        commands.make_seekable("ffmpeg", source, [0, 1], out),
    ]


@given(NAMES | NASTY)
def test_a_name_changes_one_argument_and_nothing_else(name: bytes) -> None:
    source = Path("/films") / os.fsdecode(name)
    for plain, hostile in zip(every_command(PLAIN), every_command(source), strict=True):
        url = f"file:{source}"
        assert hostile == [url if word == f"file:{PLAIN}" else word for word in plain]
        assert hostile.count(url) == 1
        at = hostile.index(url)
        assert hostile[at - 1] == "-i"
        assert os.fsencode(url) == b"file:/films/" + name


@given(NAMES | NASTY)
def test_a_name_reaches_the_probe_as_one_absolute_path(name: bytes) -> None:
    source = Path("/films") / os.fsdecode(name)
    assert probe.command(source)[-1] == f"/films/{os.fsdecode(name)}"
    assert probe.command(source)[:-1] == probe.command(PLAIN)[:-1]


@given(st.text(max_size=80))
def test_a_label_cannot_add_a_field_for_the_packager(label: str) -> None:
    track = PackagedTrack(source="a.mp4", kind="audio", name="a-en", language="en", label=label)
    stream = commands.package("packager", [track], segment_s=Fraction(4))[1]
    fields = dict(field.split("=") for field in stream.split(","))
    assert set(fields) <= {
        *("in", "stream", "playlist_name", "init_segment", "segment_template"),
        *("lang", "hls_group_id", "hls_name"),
    }
    assert fields["in"] == "a.mp4"
    assert '"' not in stream
    assert stream.isprintable()


def test_inputs_are_opened_with_allow_lists() -> None:
    for argv in every_command(PLAIN):
        before = argv[: argv.index("-i")]
        assert before[before.index("-format_whitelist") + 1] == FORMATS
        assert before[before.index("-protocol_whitelist") + 1] == "file"


def test_formats_that_name_other_files_are_not_allowed() -> None:
    allowed = set(FORMATS.split(","))
    assert "matroska" in allowed
    assert allowed.isdisjoint(
        {"hls", "applehttp", "concat", "ffconcat", "dash", "image2", "lavfi", "sdp", "rtsp", "tty"}
    )
