"""A film with everything goes in; what comes out is measured against what it says of itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from abr import manifest
from abr.media import AdaptationSet, MediaKind, Presentation, Representation
from local_server.media.boxes import read_init, read_segment
from local_server.media.results import StudioResult
from tests.helpers.clips import FAST_PICTURE, ffmpeg, picture, tone
from tests.helpers.studio import StudioAtWork, studio_at_work

SECONDS = 9


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioAtWork]:
    with studio_at_work(tmp_path_factory.mktemp("studio")) as at_work:
        yield at_work


@pytest.fixture(scope="module")
def result(at_work: StudioAtWork, tmp_path_factory: pytest.TempPathFactory) -> StudioResult:
    folder = tmp_path_factory.mktemp("source")
    cues = "1\n00:00:01,000 --> 00:00:02,500\nHello\n\n2\n00:00:05,000 --> 00:00:06,000\nAgain\n"
    (folder / "cues.srt").write_text(cues, encoding="utf-8")
    (folder / "empty.srt").write_text("", encoding="utf-8")
    film = folder / "film.mkv"
    ffmpeg(
        *picture(seconds=SECONDS, size="640x360", rate="30000/1001"),
        *tone(seconds=SECONDS, hz=440),
        *tone(seconds=SECONDS - 2, hz=880, channels="mono"),
        *("-f", "srt", "-i", f"file:{folder / 'cues.srt'}"),
        *("-map", "0", "-map", "1", "-map", "2", "-map", "3"),
        *FAST_PICTURE,
        *("-c:a", "flac", "-c:s", "srt"),
        *("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=ger"),
        *("-metadata:s:s:0", "language=eng", "-disposition:a:1", "0"),
        f"file:{film}",
    )
    return at_work.prepared(film)


@pytest.fixture(scope="module")
def presentation(result: StudioResult) -> Presentation:
    return manifest.load((result.folder / manifest.FILE_NAME).read_bytes())


def segments(result: StudioResult, representation: Representation) -> list[Path]:
    paths = range(len(representation.segment_bytes))
    return [result.folder / representation.path_of(index) for index in paths]


def timed_sets(presentation: Presentation) -> list[AdaptationSet]:
    return [s for s in presentation.adaptation_sets if s.kind is not MediaKind.SUBTITLE]


def test_the_ladder_ascends_to_the_source_and_no_further(presentation: Presentation) -> None:
    video = presentation.video
    assert video is not None
    sizes = [(r.width_px, r.height_px) for r in video.representations]
    assert sizes == [(426, 240), (640, 360)]
    assert video.frame_rate == Fraction(30000, 1001)
    assert all(r.codecs.startswith("avc1.64") for r in video.representations)


def test_a_segment_is_4004_ms_at_ntsc_rates_and_the_last_is_what_is_left(
    presentation: Presentation,
) -> None:
    video = presentation.video
    assert video is not None
    assert video.segment_durations_s[:-1] == (4.004, 4.004)
    frames = round(SECONDS * 30000 / 1001)
    assert presentation.duration_s == pytest.approx(frames * 1001 / 30000, abs=1e-9)
    for entry in timed_sets(presentation):
        assert entry.duration_s == pytest.approx(presentation.duration_s, abs=1e-9)


def test_sizes_in_the_manifest_are_those_of_the_files(
    result: StudioResult, presentation: Presentation
) -> None:
    named = set()
    for entry in presentation.adaptation_sets:
        for representation in entry.representations:
            paths = segments(result, representation)
            assert tuple(p.stat().st_size for p in paths) == representation.segment_bytes
            named |= set(paths)
            if representation.init_path:
                init = result.folder / representation.init_path
                assert init.stat().st_size == representation.init_bytes
    media = {path for path in result.folder.rglob("*.m4s") if path.parent.name[0] != "s"}
    assert media
    assert media <= named


def test_declared_rates_are_those_of_the_segments(presentation: Presentation) -> None:
    for entry in timed_sets(presentation):
        for r in entry.representations:
            average = sum(r.segment_bytes) * 8 / presentation.duration_s
            assert r.average_bandwidth_bps == pytest.approx(average, abs=1)
            pairs = zip(r.segment_bytes[:2], entry.segment_durations_s[:2], strict=True)
            assert r.bandwidth_bps >= max(size * 8 / length for size, length in pairs) - 1


def test_every_representation_is_cut_at_the_same_instants(
    result: StudioResult, presentation: Presentation
) -> None:
    video = presentation.video
    assert video is not None
    boundaries = set()
    for representation in video.representations:
        init = read_init((result.folder / representation.init_path).read_bytes())
        times = []
        for path in segments(result, representation):
            segment = read_segment(path.read_bytes(), init)
            shown = [tick - init.media_offset for tick in segment.presentation]
            times.append((Fraction(min(shown), init.timescale), len(shown)))
        boundaries.add(tuple(times))
    assert len(boundaries) == 1
    starts = [start for start, _ in boundaries.pop()]
    assert [float(start) for start in starts] == pytest.approx(list(video.segment_starts_s[:-1]))
    assert starts[0] == 0


def test_every_segment_decodes_on_its_own(result: StudioResult, presentation: Presentation) -> None:
    video = presentation.video
    assert video is not None
    for representation in video.representations:
        init = (result.folder / representation.init_path).read_bytes()
        for index, path in enumerate(segments(result, representation)):
            with av.open(io.BytesIO(init + path.read_bytes()), "r") as container:
                container.streams.video[0].codec_context.options = {"err_detect": "explode"}
                frames = list(container.decode(video=0))
            duration_s = video.segment_durations_s[index]
            assert len(frames) == round(duration_s * video.frame_rate)
            assert frames[0].key_frame
            assert frames[0].time == pytest.approx(video.segment_starts_s[index], abs=1e-4)


def test_sound_begins_with_the_picture_and_is_what_the_language_says(
    result: StudioResult, presentation: Presentation
) -> None:
    audio = presentation.of_kind(MediaKind.AUDIO)
    assert [(s.language, s.label, s.default) for s in audio] == [
        ("en", "English", True),
        ("de", "Deutsch", False),
    ]
    assert [loudest_hz(result, entry) for entry in audio] == [
        pytest.approx(440, abs=3),
        pytest.approx(880, abs=3),
    ]
    assert {(r.channels, r.sample_rate_hz) for s in audio for r in s.representations} == {
        (2, 48000)
    }


def loudest_hz(result: StudioResult, entry: AdaptationSet) -> float:
    """The strongest tone of the first segments; they also have to begin at once."""
    (representation,) = entry.representations
    data = (result.folder / representation.init_path).read_bytes()
    data += b"".join(p.read_bytes() for p in segments(result, representation))
    with av.open(io.BytesIO(data), "r") as container:
        frames = list(container.decode(audio=0))
    assert frames[0].time == 0
    samples = np.concatenate([frame.to_ndarray()[0] for frame in frames[:100]])
    assert abs(samples[:480]).max() > 0.05  # sound within 10 ms: no encoder delay left in
    spectrum = abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * 48000 / len(samples)


def test_subtitles_are_one_file_per_language(
    result: StudioResult, presentation: Presentation
) -> None:
    (entry,) = presentation.of_kind(MediaKind.SUBTITLE)
    assert (entry.language, entry.label) == ("en", "English")
    text = (result.folder / entry.representations[0].segment_path).read_text(encoding="utf-8")
    assert text.startswith("WEBVTT")
    assert "00:01.000 --> 00:02.500\nHello" in text


def test_other_players_find_hls_and_dash(result: StudioResult) -> None:
    with av.open(f"file:{result.folder / 'master.m3u8'}") as container:
        assert container.duration == pytest.approx(9.009e6, abs=2e4)
    ffmpeg("-xerror", "-i", f"file:{result.folder / 'manifest.mpd'}", "-f", "null", "-")
    master = (result.folder / "master.m3u8").read_text(encoding="utf-8")
    assert "FRAME-RATE=29.970" in master
    assert 'NAME="English",DEFAULT=YES' in master
    assert "EXT-X-I-FRAME-STREAM-INF" in master
    for line in master.splitlines():
        if line.endswith(".m3u8"):
            assert (result.folder / line).is_file()


def test_pictures_and_facts(result: StudioResult, presentation: Presentation) -> None:
    with Image.open(result.poster_path) as poster, Image.open(result.still_path) as still:
        assert poster.size == (600, 900)
        assert still.size == (640, 360)
    assert result.presentation_id == presentation.id == result.folder.name
    assert result.duration_s == presentation.duration_s
    assert result.max_height_px == 360
    assert result.audio_languages == ("en", "de")
    assert result.subtitle_languages == ("en",)
    assert result.notice == ""
    assert result.average_colour.startswith("#")
    assert result.size_bytes >= sum(p.stat().st_size for p in result.folder.rglob("*.m4s"))


def test_progress_only_grows_and_nothing_is_left_behind(
    at_work: StudioAtWork, result: StudioResult
) -> None:
    shares = [event.progress for event in at_work.progress]
    assert len(shares) >= 4
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)
    assert [path.name for path in at_work.work_dir.iterdir()] == ["studio.lock"]
    assert [path.name for path in at_work.media_dir.iterdir()] == [result.presentation_id]
    ((job, again),) = at_work.studio.results()
    assert again == result
    assert job.progress == 1
