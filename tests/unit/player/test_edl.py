"""The timeline libmpv opens: its shape, and names that try to break out of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from abr.media import AdaptationSetId, MediaKind, Presentation
from player.edl import subtitle_sources, timeline
from tests.helpers.player_fakes import paper_film

FILM = paper_film(segments=2)
BASE = "http://127.0.0.1:4711/token"
AWKWARD = [
    "plain",
    "",
    "a,b;c=d",
    "%5%quoted",
    "!new_stream;!mp4_dash",
    "Größe 📺",
    "line\nbreak",
    "edl://;length=1",
    "!" * 300,
]


def entries(text: str) -> list[list[dict[str, str]]]:
    """Streams of entries of parameters, by EDL's own rules; a value without a name is ``path``.

    Reads quoted values by their number of bytes, as libmpv does.
    """
    data = text.removeprefix("edl://").encode()
    streams: list[list[dict[str, str]]] = [[{}]]
    at = 0
    name = "path"
    while at < len(data):
        if match := re.compile(rb"(?:^|(?<=[,;]))(!?[a-z_0-9]+)(=|[,;]|$)").match(data, at):
            word, follow = match[1].decode(), match[2]
            if word.startswith("!"):
                streams[-1][-1]["!"] = word
                at = match.end(1)
            elif follow == b"=":
                name, at = word, match.end()
                continue
            else:
                raise AssertionError(f"a word alone: {word}")
        elif match := re.compile(rb"%(\d+)%").match(data, at):
            end = match.end() + int(match[1])
            streams[-1][-1][name] = data[match.end() : end].decode()
            at = end
        elif match := re.compile(rb"[0-9.]+").match(data, at):
            streams[-1][-1][name] = match[0].decode()
            at = match.end()
        name = "path"
        if at < len(data):
            assert data[at : at + 1] in b",;", data[at:]
            if data[at : at + 1] == b";":
                streams[-1].append({})
            at += 1
    cut: list[list[dict[str, str]]] = [[]]
    for entry in streams[0]:
        if entry == {"!": "!new_stream"}:
            cut.append([])
        else:
            cut[-1].append(entry)
    return cut


def test_video_comes_first_and_every_language_is_a_stream() -> None:
    shuffled = Presentation(
        id=FILM.presentation.id,
        duration_s=8.0,
        adaptation_sets=(*FILM.presentation.adaptation_sets[1:], FILM.video),
    )

    video, english, german = entries(timeline(shuffled, BASE))

    assert video == [
        {"!": "!mp4_dash", "init": f"{BASE}/video/init.mp4"},
        {"path": f"{BASE}/video/0.m4s", "length": "4.000000"},
        {"path": f"{BASE}/video/1.m4s", "length": "4.000000"},
    ]
    assert english[1] == {"!": "!track_meta", "lang": "en", "title": "Sound en"}
    assert german[1]["lang"] == "de"
    assert english[2:] == [
        {"path": f"{BASE}/a-en/0.m4s", "length": "4.000000"},
        {"path": f"{BASE}/a-en/1.m4s", "length": "4.000000"},
    ]


@pytest.mark.parametrize("label", AWKWARD)
@pytest.mark.parametrize("language", ["en", "!,;=%"])
def test_no_label_breaks_out_of_its_place(label: str, language: str) -> None:
    audio = replace(FILM.audio[0], label=label, language=language)
    film = replace(FILM.presentation, adaptation_sets=(FILM.video, audio))

    _, stream = entries(timeline(film, BASE))

    assert stream[1] == {"!": "!track_meta", "lang": language, "title": label}
    assert len(stream) == 4


def test_lengths_are_exact_to_the_microsecond() -> None:
    video = replace(FILM.video, segment_durations_s=(4.004, 1 / 3))
    film = replace(FILM.presentation, adaptation_sets=(video,))

    ((_, first, second),) = entries(timeline(film, BASE))

    assert (first["length"], second["length"]) == ("4.004000", "0.333333")


def test_sound_alone_has_a_timeline_too() -> None:
    film = replace(FILM.presentation, adaptation_sets=FILM.audio)

    assert [stream[0]["init"] for stream in entries(timeline(film, BASE))] == [
        f"{BASE}/a-en/init.mp4",
        f"{BASE}/a-de/init.mp4",
    ]


def test_subtitles_are_files_beside_it() -> None:
    (text,) = FILM.presentation.of_kind(MediaKind.SUBTITLE)

    (source,) = subtitle_sources(FILM.presentation, BASE)

    assert (source.id, source.language, source.label) == (text.id, "en", "Text en")
    assert source.url == f"{BASE}/t-en/subtitle.vtt"
    assert AdaptationSetId(source.id) == text.id
