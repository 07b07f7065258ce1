"""Files become works: versions, parts, extras."""

from __future__ import annotations

from pathlib import PurePath, PurePosixPath

from local_server.contracts import LibraryKind
from local_server.services.catalog.naming import Work, group, stack


def grouped(*names: str, library: LibraryKind = LibraryKind.MOVIES) -> tuple[Work, ...]:
    return group(map(PurePosixPath, names), library)


def shape(works: tuple[Work, ...]) -> list[list[list[str]]]:
    """Works as lists of versions, which are lists of file names."""
    return [[[path.name for path in version.files] for version in work.versions] for work in works]


def extras(work: Work) -> list[str]:
    return [extra.path.name for extra in work.extras]


def test_a_film_of_one_file_is_a_work_of_one_version() -> None:
    (work,) = grouped("Heat (1995)/Heat (1995).mkv")
    assert (work.reading.title, work.reading.year) == ("Heat", 1995)
    assert [version.label for version in work.versions] == [""]


def test_labels_after_the_folders_name_are_versions_the_sharpest_first() -> None:
    works = grouped(
        "Heat (1995)/Heat (1995) - 720p.mkv",
        "Heat (1995)/Heat (1995) - Director's Cut.mkv",
        "Heat (1995)/Heat (1995) - 2160p.mkv",
        "Heat (1995)/Heat (1995) - 1080p.mkv",
        "Heat (1995)/Heat (1995) - apple.mkv",
    )
    (work,) = works
    assert [version.label for version in work.versions] == [
        "2160p",
        "1080p",
        "720p",
        "apple",
        "Director's Cut",
    ]


def test_the_file_named_as_the_folder_comes_first() -> None:
    (work,) = grouped("Heat/Heat - 2160p.mkv", "Heat/Heat.mkv", "Heat/Heat_bluray.mkv")
    assert [version.files[0].name for version in work.versions] == [
        "Heat.mkv",
        "Heat - 2160p.mkv",
        "Heat_bluray.mkv",
    ]


def test_releases_of_one_film_and_year_in_one_folder_are_versions() -> None:
    (work,) = grouped("Heat.1995.720p.mkv", "Heat.1995.1080p.BluRay.mkv", "Heat (1995).avi")
    assert [version.label for version in work.versions] == ["1080p", "720p", ""]


def test_editions_are_versions() -> None:
    (work,) = grouped(
        "Heat (1995)/Heat (1995) {edition-Extended}.mkv", "Heat (1995)/Heat (1995).mkv"
    )
    assert [version.label for version in work.versions] == ["", "Extended"]


def test_the_same_title_in_two_years_is_two_films() -> None:
    assert len(grouped("Heat/Heat.mkv", "Heat/Heat (1995).mkv", "Heat/Heat (2005).mkv")) == 3


def test_numbers_after_a_title_make_other_films() -> None:
    assert len(grouped(*(f"Movie/Movie {n}.mkv" for n in range(1, 8)))) == 7
    assert len(grouped("M/Movie 1.mkv", "M/Movie 2.mkv")) == 2


def test_films_without_a_folder_of_their_own_are_not_mixed_up() -> None:
    assert len(grouped("Four Rooms - A.avi", "Four Rooms - B.avi")) == 2
    assert len(grouped("Four Rooms - A.avi", "Four Rooms - A.mp4")) == 2


def test_parts_become_one_version() -> None:
    works = grouped("Heat (1995)/Heat (1995)-cd2.avi", "Heat (1995)/Heat (1995)-cd1.avi")
    assert shape(works) == [[["Heat (1995)-cd1.avi", "Heat (1995)-cd2.avi"]]]
    assert works[0].reading.title == "Heat"


def test_parts_in_words_that_a_title_may_have_are_parts_beside_each_other() -> None:
    (work,) = grouped("Long River Part 1.mkv", "Long River Part 2.mkv")
    assert work.reading.title == "Long River"
    assert len(work.versions[0].files) == 2


def test_a_sequel_with_a_year_is_no_part() -> None:
    works = grouped("The Hallows Part 1 (2010).mkv", "The Hallows Part 2 (2011).mkv")
    assert [work.reading.title for work in works] == ["The Hallows Part 1", "The Hallows Part 2"]


def test_a_single_part_word_is_no_stack() -> None:
    (work,) = grouped("The Godparents Part 2.mkv")
    assert work.reading.title == "The Godparents Part 2"


def test_two_discs_in_folders_of_their_own_are_parts() -> None:
    works = grouped("Heat (1995)/CD2/heat.avi", "Heat (1995)/CD1/heat.avi")
    assert [[path.parent.name for path in works[0].versions[0].files]] == [["CD1", "CD2"]]
    assert (len(works), works[0].reading.title) == (1, "Heat")


def test_the_files_of_a_disc_are_one_version() -> None:
    names = [f"Heat (1995)/BDMV/STREAM/0000{n}.m2ts" for n in range(4)]
    (work,) = grouped(*names, "Heat (1995)/trailers/teaser.mkv")
    assert len(work.versions[0].files) == 4
    assert extras(work) == ["teaser.mkv"]


def test_parts_of_one_version_beside_another_version() -> None:
    (work,) = grouped(
        "Heat (1995)/Heat (1995) - 720p-part1.mkv",
        "Heat (1995)/Heat (1995) - 720p-part2.mkv",
        "Heat (1995)/Heat (1995) - 1080p.mkv",
    )
    assert shape((work,)) == [
        [
            ["Heat (1995) - 1080p.mkv"],
            ["Heat (1995) - 720p-part1.mkv", "Heat (1995) - 720p-part2.mkv"],
        ]
    ]


def test_extras_belong_to_the_film_of_their_folder() -> None:
    (work,) = grouped(
        "Heat (1995)/Heat (1995).mkv",
        "Heat (1995)/Heat (1995)-trailer.mkv",
        "Heat (1995)/featurettes/Making Of.mkv",
        "Heat (1995)/sample.mkv",
    )
    assert extras(work) == ["Heat (1995)-trailer.mkv", "Making Of.mkv", "sample.mkv"]


def test_extras_among_many_films_belong_to_the_one_they_are_named_after() -> None:
    works = grouped(
        "Batman part1.mkv",
        "Batman part2.mkv",
        "Batman-trailer.mkv",
        "Looper.2012.bluray.720p.x264.mkv",
        "Looper (2012)-trailer.mkv",
        "Willy-trailer.mkv",
        "trailer.mkv",
    )
    owned = {work.reading.title: extras(work) for work in works if work.versions}
    assert owned == {
        "Batman": ["Batman-trailer.mkv"],
        "Looper": ["Looper (2012)-trailer.mkv"],
    }
    assert [extras(work) for work in works if not work.versions] == [
        ["Willy-trailer.mkv"],
        ["trailer.mkv"],
    ]


def test_extras_of_a_series_are_works_of_their_own_that_name_their_folder() -> None:
    works = grouped(
        "Show/Season 1/Show S01E01.mkv",
        "Show/Season 1/extras/Bloopers.mkv",
        "Show/extras/Pitch.mkv",
        library=LibraryKind.SERIES,
    )
    alone = {str(work.reading.owner): extras(work) for work in works if not work.versions}
    assert alone == {"Show": ["Pitch.mkv"], "Show/Season 1": ["Bloopers.mkv"]}


def test_extras_named_after_an_episode_are_its_own() -> None:
    works = grouped(
        "Show/Season 1/Show S01E01 - 1080p.mkv",
        "Show/Season 1/Show S01E02.mkv",
        "Show/Season 1/Show S01E02-deleted.mkv",
        "Show/Season 1/Show S01E01-trailer.mkv",
        library=LibraryKind.SERIES,
    )
    assert [extras(work) for work in works] == [
        ["Show S01E01-trailer.mkv"],
        ["Show S01E02-deleted.mkv"],
    ]


def test_files_of_one_episode_are_versions() -> None:
    works = grouped(
        "Show/Season 1/Show S01E01 - 720p.mkv",
        "Show/Season 1/Show S01E01 - 1080p.mkv",
        "Show/Season 1/Show S01E02.mkv",
        library=LibraryKind.SERIES,
    )
    assert [[version.label for version in work.versions] for work in works] == [
        ["1080p", "720p"],
        [""],
    ]


def test_a_double_episode_is_another_work_than_its_first_half() -> None:
    names = ("Show/Season 1/S01E01.mkv", "Show/Season 1/S01E01-E02.mkv")
    assert len(grouped(*names, library=LibraryKind.SERIES)) == 2


def test_episodes_without_numbers_are_works_by_themselves() -> None:
    names = ("Show/Specials/Home.mkv", "Show/Specials/Away.mkv")
    assert len(grouped(*names, library=LibraryKind.SERIES)) == 2


def test_halves_of_an_episode_are_parts() -> None:
    works = grouped(
        "Show/Season 1/Show S01E01-part1.mkv",
        "Show/Season 1/Show S01E01-part2.mkv",
        library=LibraryKind.SERIES,
    )
    assert [len(work.versions[0].files) for work in works] == [2]


def test_files_called_by_their_part_alone_are_a_film_or_episodes() -> None:
    names = ("Long River (1970)/Part 1.mkv", "Long River (1970)/Part 2.mkv")
    (film,) = grouped(*names)
    assert (film.reading.title, film.reading.year) == ("Long River", 1970)
    episodes = grouped(*names, library=LibraryKind.SERIES)
    assert [work.reading.episodes for work in episodes] == [(1,), (2,)]


def test_parts_in_the_name_of_a_series_are_its_episodes() -> None:
    works = grouped(
        "Old Lighthouse/Old Lighthouse Part 1.mkv",
        "Old Lighthouse/Old Lighthouse Part 2.mkv",
        library=LibraryKind.SERIES,
    )
    assert [work.reading.episodes for work in works] == [(1,), (2,)]


def test_the_order_of_the_files_does_not_matter() -> None:
    names = [
        "Heat (1995)/Heat (1995) - 720p.mkv",
        "Heat (1995)/Heat (1995).mkv",
        "Heat (1995)/Heat (1995)-trailer.mkv",
        "Long River cd1.avi",
        "Long River cd2.avi",
    ]
    assert grouped(*names) == grouped(*reversed(names))


def stacked(*names: str) -> dict[str, list[str]]:
    return {s.name: [path.name for path in s.files] for s in stack(map(PurePath, names))}


def test_parts_stack_by_number_and_by_letter_but_not_across() -> None:
    assert stacked(
        "Film part1.mkv", "Film part2.mkv", "Other parta.mkv", "Other partb.mkv", "300a.mkv"
    ) == {
        "Film": ["Film part1.mkv", "Film part2.mkv"],
        "Other": ["Other parta.mkv", "Other partb.mkv"],
    }


def test_the_tenth_part_follows_the_ninth() -> None:
    names = [f"Film-cd{n}.avi" for n in range(1, 12)]
    assert stacked(*sorted(names)) == {"Film": names}


def test_a_number_that_occurs_twice_makes_no_stack() -> None:
    assert stacked("Film cd1.avi", "Film cd1.mkv") == {}


def test_parts_lie_in_one_folder() -> None:
    assert stacked("a/Film cd1.avi", "b/Film cd2.avi") == {}
