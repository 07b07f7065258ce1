from pathlib import Path

from local_server.contracts import TitleKind
from local_server.media.generated import subtitle_text, timecode
from local_server.starter import recipes, starter_titles


def test_the_library_is_a_film_a_long_one_and_a_series() -> None:
    titles = starter_titles()
    assert [title.kind for title in titles] == [TitleKind.MOVIE] * 2 + [TitleKind.EPISODE] * 3
    assert [(t.season, t.episode) for t in titles[2:]] == [(1, 1), (1, 2), (1, 3)]
    assert len({title.series_name for title in titles[2:]}) == 1
    assert len({title.key for title in titles}) == len(titles)
    assert all(title.name and title.synopsis and title.attribution for title in titles)


def test_what_is_shipped_comes_first_and_says_whose_it_is() -> None:
    first = max(starter_titles(), key=lambda title: title.priority)
    assert isinstance(first.source, Path)
    assert first.source.is_file()
    assert "Blender Foundation" in first.attribution
    assert "CC BY 3.0" in first.attribution


def test_every_drawn_title_has_its_recipe() -> None:
    drawn = {title.source for title in starter_titles() if not isinstance(title.source, Path)}
    assert drawn == {recipe.id for recipe in recipes()}


def test_the_long_film_has_two_languages_of_each_kind() -> None:
    film = recipes()[0]
    assert film.duration_s == 300
    assert (film.width_px, film.height_px, film.rate) == (1280, 720, 24)
    assert [sound.language for sound in film.sounds] == ["eng", "ger"]
    assert len({sound.expression for sound in film.sounds}) == 2
    assert [track.language for track in film.subtitles] == ["eng", "ger"]


def test_cues_say_the_time_they_come() -> None:
    film = recipes()[0]
    text = subtitle_text(film, film.subtitles[0])
    assert "16\n00:01:01,000 --> 00:01:04,000\n00:01:01\n" in text
    assert text.count(" --> ") == 75


def test_the_timecode_counts_frames() -> None:
    assert timecode(0, 24) == "00:00:00:00"
    assert timecode(7199, 24) == "00:04:59:23"
