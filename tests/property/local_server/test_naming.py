"""Names of any kind: reading them never fails, and no file is lost."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import PurePosixPath
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from local_server.contracts import LibraryKind
from local_server.services.catalog.naming import (
    Ignore,
    Reading,
    ReadingKind,
    Strm,
    artwork_role,
    decode_text,
    group,
    guessing,
    nfo_role,
    read,
    read_plexmatch,
    read_sidecar,
    read_strm,
)
from local_server.services.catalog.naming.strm import SCHEMES
from local_server.services.catalog.naming.text import NAME_MAX, TITLE_MAX, readable, stem

LIBRARIES = st.sampled_from(LibraryKind)
# Whatever a disk may hold: bytes, of which those that are no UTF-8 come as surrogates.
BYTES = (
    st.binary(min_size=1, max_size=120)
    .map(lambda b: b.replace(b"/", b"_").replace(b"\0", b"_"))
    .map(lambda b: b.decode("utf-8", "surrogateescape"))
)
TEXT = st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=120)
# Pieces of which names are made, so that the rules meet in combinations nobody wrote down.
PIECES = st.sampled_from([
    "Film", "Show", ".", "-", "_", "[", "]", "(", ")", "{", "}", "1", "02", "103", "1999", "2049",
    "2024-05-03", "03.05.2024", "S01E02", "s1", "e2", "1x02", "1x02-03", "E01-E05", "Season",
    "Staffel", "Episode", "Part", "part1", "cd2", "v2", "1080p", "2160p", "x264", "BluRay",
    "German", "EXTENDED", "3d", "sbs", "-trailer", "sample", "[Group]", "[01]", "[tmdbid=5]",
    "{edition-Cut}", "{tmdb-7}", "OVA", "NCOP", "Сезон", "第3話", "第", "話", "www.a.com",
    "#", "Cap.201", "Specials", "extras", "VIDEO_TS", "0000", "99999", "S9999E99999", "½", "٣",
    "一", "第一季", ".mkv",
])  # fmt: skip
# Without dots, which would be a suffix as soon as the name is cut behind one.
WORDS = st.sampled_from(["Film ", "(1999) ", "S01E02 ", "- ", "[x] ", "12 ", "("])
MADE = st.lists(
    st.tuples(PIECES, st.sampled_from(["", " ", ".", " - ", "_"])), min_size=1, max_size=9
)
NAMES = st.one_of(
    BYTES, TEXT, MADE.map(lambda pairs: "".join(piece + gap for piece, gap in pairs) + ".mkv")
).filter(lambda name: name not in {".", ".."})
PATHS = st.lists(NAMES, min_size=1, max_size=4).map(lambda parts: PurePosixPath(*parts))


def words(reading: Reading) -> list[str]:
    return [
        reading.title,
        reading.episode_title,
        reading.version,
        reading.edition,
        reading.release.group,
        *(value for pair in reading.ids for value in pair),
    ]


@given(PATHS, LIBRARIES)
def test_any_name_gives_a_title_that_can_be_shown(
    path: PurePosixPath, library: LibraryKind
) -> None:
    reading = read(path, library=library)
    assert reading.title.strip() == reading.title != ""
    assert len(reading.title) <= TITLE_MAX
    for text in words(reading):
        assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Cn", "Co")]
        text.encode()


@given(PATHS, LIBRARIES)
def test_what_is_read_fits_together(path: PurePosixPath, library: LibraryKind) -> None:
    reading = read(path, library=library)
    assert (
        (reading.extra is None)
        is (reading.kind is not ReadingKind.EXTRA)
        is (reading.owner is None)
    )
    assert list(reading.episodes) == sorted(set(reading.episodes))
    assert reading.year is None or 1880 <= reading.year <= 2099
    if reading.kind is not ReadingKind.EPISODE:
        assert (reading.season, reading.episodes, reading.absolute) == (None, (), ())
    if library is LibraryKind.MOVIES:
        assert reading.kind in (ReadingKind.MOVIE, ReadingKind.EXTRA)
    if library is LibraryKind.SERIES:
        assert reading.kind in (ReadingKind.EPISODE, ReadingKind.EXTRA)


@given(PATHS, LIBRARIES)
def test_reading_twice_reads_the_same(path: PurePosixPath, library: LibraryKind) -> None:
    first = read(path, library=library)
    guessing.guess.cache_clear()
    assert read(path, library=library) == first


@given(st.lists(PATHS, max_size=12, unique=True), LIBRARIES, st.randoms())
def test_every_file_is_in_exactly_one_work(
    paths: list[PurePosixPath], library: LibraryKind, random: Random
) -> None:
    works = group(paths, library)
    assert sorted(path for work in works for path in work.files) == sorted(paths)
    random.shuffle(paths)
    assert group(paths, library) == works


@given(st.integers(1, 12), st.integers(1, 60), st.sampled_from(["S{s:02}E{e:02}", "{s}x{e:02}"]))
def test_numbers_are_read_as_they_were_written(season: int, episode: int, form: str) -> None:
    name = f"Harbour Watch - {form.format(s=season, e=episode)} - Fog.mkv"
    reading = read(PurePosixPath(name), library=LibraryKind.SERIES)
    assert (reading.title, reading.season, reading.episodes) == (
        "Harbour Watch",
        season,
        (episode,),
    )
    assert reading.episode_title == "Fog"


@given(st.text(min_size=NAME_MAX, max_size=4000))
def test_of_a_long_name_only_the_beginning_is_read(name: str) -> None:
    assert len(readable(name)) <= NAME_MAX
    assert len(stem(name + ".mkv")) <= NAME_MAX


@given(st.lists(WORDS, min_size=300).map("".join), LIBRARIES)
def test_no_pattern_sees_more_of_a_long_name(name: str, library: LibraryKind) -> None:
    shortened = PurePosixPath(name[:NAME_MAX], name[:NAME_MAX])
    long = PurePosixPath(name, name)
    assert replace(read(long, library=library), owner=None) == replace(
        read(shortened, library=library), owner=None
    )
    assert read_sidecar(name + ".en.srt", [name]) is None
    assert artwork_role(name + "-poster.jpg", [name]) is None


@given(st.binary(max_size=400))
def test_notes_of_any_bytes_are_read(data: bytes) -> None:
    text = decode_text(data)
    assert isinstance(text, str)
    read_plexmatch(data)
    ignore = Ignore.parse(text)
    ignore.matches(PurePosixPath("a/b.mkv"))
    strm = read_strm(data)
    if isinstance(strm, Strm):
        assert strm.url.partition(":")[0].lower() in SCHEMES


@given(NAMES, st.lists(NAMES, max_size=4))
def test_files_beside_films_belong_to_one_of_them(name: str, stems: list[str]) -> None:
    sidecar = read_sidecar(name + ".srt", stems)
    assert sidecar is None or sidecar.owner in stems
    art = artwork_role(name + ".jpg", stems)
    assert art is None or art.owner in ("", *stems)
    note = nfo_role(name + ".nfo", stems)
    assert note is None or note.owner in ("", *stems)


@given(
    NAMES, st.sampled_from(["en", "de", "pt-BR", "ja"]), st.sampled_from(["", ".forced", ".sdh"])
)
def test_the_language_of_a_subtitle_is_the_word_before_its_suffix(
    stem_: str, language: str, flag: str
) -> None:
    sidecar = read_sidecar(f"{stem_}{flag}.{language}.srt", [stem_])
    assert sidecar is not None
    assert (sidecar.owner, sidecar.language) == (stem_, language)
    assert (sidecar.forced, sidecar.hearing_impaired) == (flag == ".forced", flag == ".sdh")
