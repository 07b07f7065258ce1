"""Files of every unpleasant kind: prepared as well as can be, or refused in one clear sentence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from abr import manifest
from abr.media import MediaKind, Presentation
from local_server.media.results import StudioResult
from local_server.media.studio import Studio
from tests.helpers.clips import BEST_SOUND, FAST_PICTURE, ffmpeg, make_clip, picture, tone
from tests.helpers.studio import StudioAtWork, studio_at_work


@pytest.fixture
def at_work(tmp_path: Path) -> Iterator[StudioAtWork]:
    with studio_at_work(tmp_path / "studio") as at_work:
        yield at_work


def described(result: StudioResult) -> Presentation:
    return manifest.load((result.folder / manifest.FILE_NAME).read_bytes())


def best_size(result: StudioResult) -> tuple[int, int]:
    video = described(result).video
    assert video is not None
    best = video.representations[-1]
    return best.width_px, best.height_px


def sets_of(result: StudioResult, kind: MediaKind) -> int:
    return len(described(result).of_kind(kind))


PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{other}\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "file_empty"),
        ("To be, or not to be\n" * 500, "not_a_media_file"),
        (PLAYLIST, "not_a_media_file"),
        ("ffconcat version 1.0\nfile {other}\n", "not_a_media_file"),
        ("\0" * 100_000, "not_a_media_file"),
    ],
    ids=["zero bytes", "text", "a playlist in disguise", "a concat script", "zeros"],
)
def test_what_is_no_film_is_refused(
    at_work: StudioAtWork, tmp_path: Path, content: str, code: str
) -> None:
    other = make_clip(tmp_path / "other.mp4", seconds=1)
    film = tmp_path / "film.mp4"
    film.write_text(content.format(other=other), encoding="utf-8")
    problem = at_work.refused(film)
    assert problem.code == code
    assert problem.message.endswith(".")
    assert problem.hint.endswith(".")


@pytest.mark.parametrize(
    ("path", "code", "retryable"),
    [
        ("nowhere.mp4", "file_not_found", True),
        ("x" * 300 + ".mp4", "file_name_too_long", False),
        (".", "not_a_media_file", False),
    ],
)
def test_paths_without_a_film_are_refused(
    at_work: StudioAtWork, tmp_path: Path, path: str, code: str, retryable: bool
) -> None:
    problem = at_work.refused(tmp_path / path)
    assert (problem.code, problem.retryable) == (code, retryable)


def test_a_file_nobody_may_read_is_refused(
    at_work: StudioAtWork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = make_clip(tmp_path / "film.mp4", seconds=1)
    film.chmod(0)
    if os.access(film, os.R_OK):  # the administrator may read everything
        opened = Path.open

        def refuse(path: Path, *args: Any, **kwargs: Any) -> Any:
            if path == film:
                raise PermissionError(13, "Permission denied")
            return opened(path, *args, **kwargs)

        monkeypatch.setattr(Path, "open", refuse)
    problem = at_work.refused(film)
    assert (problem.code, problem.retryable) == ("file_unreadable", True)


@pytest.mark.parametrize("name", ["music.mka", "album.m4a"])
def test_sound_without_a_moving_picture_is_refused(
    at_work: StudioAtWork, tmp_path: Path, name: str
) -> None:
    film = tmp_path / name
    cover = tmp_path / "cover.png"
    ffmpeg(*picture(seconds=1), "-frames:v", "1", f"file:{cover}")
    attached: list[str] = []
    if name.endswith("m4a"):
        attached += ["-i", f"file:{cover}", "-map", "0", "-map", "1"]
        attached += ["-c:v", "copy", "-disposition:v", "attached_pic"]
    ffmpeg(*tone(seconds=1), *attached, *BEST_SOUND, f"file:{film}")
    assert at_work.refused(film).code == "no_video"


def test_a_film_cut_off_before_its_index_is_refused(at_work: StudioAtWork, tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "whole.mp4").read_bytes()
    film = tmp_path / "film.mp4"
    film.write_bytes(whole[: len(whole) // 2])
    problem = at_work.refused(film)
    assert problem.code == "not_a_media_file"
    assert "damaged" in problem.hint


@pytest.mark.parametrize("options", [("-f", "matroska"), ("-movflags", "+faststart")])
def test_a_film_cut_off_in_the_middle_is_prepared_as_far_as_it_goes(
    at_work: StudioAtWork, tmp_path: Path, options: tuple[str, ...]
) -> None:
    whole = tmp_path / "whole.mp4"
    ffmpeg(*picture(seconds=8), *tone(seconds=8), *FAST_PICTURE, *options, f"file:{whole}")
    film = tmp_path / "film.mp4"
    film.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    result = at_work.prepared(film)
    assert 2 < result.duration_s < 6
    assert "ends early" in result.notice
    assert "0:08" in result.notice


def test_a_film_without_sound_has_a_picture(at_work: StudioAtWork, tmp_path: Path) -> None:
    result = at_work.prepared(make_clip(tmp_path / "film.mp4", seconds=1, sound=False))
    assert result.audio_languages == ()
    assert best_size(result) == (320, 180)


def test_odd_sizes_become_even(at_work: StudioAtWork, tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    ffmpeg(*picture(seconds=1, size="321x181"), "-c:v", "ffv1", f"file:{film}")
    assert best_size(at_work.prepared(film)) == (320, 180)


def test_a_rotated_phone_film_stands_upright(at_work: StudioAtWork, tmp_path: Path) -> None:
    lying = make_clip(tmp_path / "lying.mp4", seconds=1)
    film = tmp_path / "film.mp4"
    ffmpeg("-display_rotation", "90", "-i", f"file:{lying}", "-c", "copy", f"file:{film}")
    assert best_size(at_work.prepared(film)) == (180, 320)


def test_pixels_that_are_not_square_are_made_so(at_work: StudioAtWork, tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    ffmpeg(
        *picture(seconds=1, size="180x144"), "-vf", "setsar=16/15", *FAST_PICTURE, f"file:{film}"
    )
    assert best_size(at_work.prepared(film)) == (192, 144)


def test_a_wandering_frame_rate_becomes_constant(at_work: StudioAtWork, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    wander = "setpts='PTS+(0.3/25)*sin(N/3)/TB',select='not(eq(mod(n,17),3))'"
    ffmpeg(
        *picture(seconds=4, rate="25"),
        *("-vf", wander, "-fps_mode", "passthrough", "-enc_time_base", "1/90000"),
        *(*FAST_PICTURE, f"file:{film}"),
    )
    result = at_work.prepared(film)
    video = described(result).video
    assert video is not None
    assert video.frame_rate == Fraction(25)
    assert result.duration_s == pytest.approx(4, abs=0.1)


def test_a_broadcast_that_changes_its_size_is_prepared_whole(
    at_work: StudioAtWork, tmp_path: Path
) -> None:
    film = tmp_path / "film.ts"
    with film.open("wb") as joined:
        for number, size in enumerate(("320x180", "180x144", "320x180")):
            part = tmp_path / f"{number}.ts"
            ffmpeg(
                *picture(seconds=2, size=size, rate="25"),
                *("-output_ts_offset", str(2 * number), *FAST_PICTURE, f"file:{part}"),
            )
            joined.write(part.read_bytes())
    result = at_work.prepared(film)
    assert best_size(result) == (320, 180)
    assert result.duration_s == pytest.approx(6, abs=0.15)


def test_a_broadcast_whose_clock_jumps_is_prepared_whole(
    at_work: StudioAtWork, tmp_path: Path
) -> None:
    parts = []
    for name, offset in (("late.ts", 500), ("early.ts", 20)):
        part = tmp_path / name
        source = picture(seconds=2, rate="25")
        ffmpeg(*source, *FAST_PICTURE, "-output_ts_offset", str(offset), f"file:{part}")
        parts.append(part.read_bytes())
    film = tmp_path / "film.ts"
    film.write_bytes(b"".join(parts))
    assert at_work.prepared(film).duration_s == pytest.approx(4, abs=0.1)


@pytest.mark.parametrize("transfer", ["bt709", "smpte2084"])
def test_ten_bits_become_eight(at_work: StudioAtWork, tmp_path: Path, transfer: str) -> None:
    film = tmp_path / "film.mkv"
    space = "bt2020nc" if transfer == "smpte2084" else "bt709"
    primaries = "bt2020" if transfer == "smpte2084" else "bt709"
    tags = f"setparams=color_trc={transfer}:colorspace={space}:color_primaries={primaries}"
    ffmpeg(
        *picture(seconds=1),
        *("-vf", f"format=yuv420p10le,{tags}", "-c:v", "libx265", "-preset", "ultrafast"),
        *("-x265-params", "log-level=none", f"file:{film}"),
    )
    video = described(at_work.prepared(film)).video
    assert video is not None
    assert video.representations[-1].codecs.startswith("avc1.6400")  # High, not High 10


def test_surround_sound_becomes_stereo(at_work: StudioAtWork, tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    ffmpeg(
        *picture(seconds=1), *tone(seconds=1, channels="5.1"), *FAST_PICTURE, "-c:a", "ac3",
        f"file:{film}",
    )  # fmt: skip
    (sound,) = described(at_work.prepared(film)).of_kind(MediaKind.AUDIO)
    assert sound.representations[0].channels == 2


def test_of_a_great_many_tracks_the_default_and_a_few_are_kept(
    at_work: StudioAtWork, tmp_path: Path
) -> None:
    film = tmp_path / "film.mkv"
    maps = [word for _ in range(20) for word in ("-map", "1")]
    ffmpeg(
        *picture(seconds=1), *tone(seconds=1), "-map", "0", *maps, *FAST_PICTURE, *BEST_SOUND,
        *("-disposition:a", "0", "-disposition:a:17", "default"),
        *("-metadata:s:a:17", "language=fre", f"file:{film}"),
    )  # fmt: skip
    result = at_work.prepared(film)
    assert sets_of(result, MediaKind.AUDIO) == 8
    assert result.audio_languages[0] == "fr"


@pytest.mark.parametrize(
    "name",
    [
        b'it\'s "quoted".mp4',
        b"two\nlines.mp4",
        b"-i.mp4",
        b"caf\xe9 \xff.mp4",
        b"100%d, $(HOME) & more = http:x.mp4",
        b"n" * 251 + b".mp4",
    ],
    ids=["quotes", "newline", "leading dash", "not UTF-8", "signs", "255 bytes"],
)
def test_names_do_not_matter(at_work: StudioAtWork, tmp_path: Path, name: bytes) -> None:
    make_clip(tmp_path / "plain.mp4", seconds=1, size="64x36").rename(tmp_path / os.fsdecode(name))
    result = at_work.prepared(tmp_path / os.fsdecode(name))
    assert result.duration_s == pytest.approx(1)


def test_a_full_disk_is_noticed_before_the_work(tmp_path: Path) -> None:
    film = make_clip(tmp_path / "film.mp4", seconds=1)
    with studio_at_work(tmp_path / "studio", free_bytes=lambda _path: 1 << 20) as at_work:
        problem = at_work.refused(film)
        assert (problem.code, problem.retryable) == ("no_space_left", True)


def test_a_failed_job_can_be_tried_again(at_work: StudioAtWork, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    assert at_work.refused(film).retryable
    (job,) = at_work.studio.jobs()
    make_clip(film, seconds=1)
    assert at_work.studio.retry(job.id)
    ending = at_work.next_ending()
    assert ending.job_id == job.id
    assert len(at_work.studio.results()) == 1


def test_a_discarded_presentation_is_gone(at_work: StudioAtWork, tmp_path: Path) -> None:
    studio: Studio = at_work.studio
    result = at_work.prepared(make_clip(tmp_path / "film.mp4", seconds=1))
    studio.discard(result.presentation_id)
    studio.discard(result.presentation_id)
    assert list(at_work.media_dir.iterdir()) == []
    assert studio.results() == ()
