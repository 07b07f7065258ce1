"""Files of other programs: recognised, read, refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from local_server.contracts import PortableEntry, Thumb, TitleKind, WatchKind
from local_server.errors import Refusal
from local_server.portability import files, reading
from tests.helpers.edge import EVENING

JELLYFIN = {
    "Items": [
        {
            "Id": "a1",
            "Type": "Movie",
            "Name": "The Quiet Sea",
            "ProductionYear": 2009,
            "RunTimeTicks": 60_000_000_000,
            "ProviderIds": {"Imdb": "tt0000001", "Tmdb": "77", "Bad Name": "x"},
            "UserData": {
                "Played": True,
                "PlayCount": 2,
                "PlaybackPositionTicks": 0,
                "LastPlayedDate": "2024-05-06T19:30:00.1234567Z",
                "IsFavorite": True,
            },
        },
        {
            "Id": "a2",
            "Type": "Episode",
            "Name": "Two",
            "SeriesName": "Harbour",
            "ParentIndexNumber": 1,
            "IndexNumber": 2,
            "RunTimeTicks": 30_000_000_000,
            "UserData": {
                "Played": True,
                "PlaybackPositionTicks": 12_000_000_000,
                "LastPlayedDate": "2024-05-07T19:30:00Z",
                "Likes": False,
            },
        },
        {"Id": "a3", "Type": "Movie", "Name": "Undated", "UserData": {"Played": True}},
        {"Id": "a4", "Type": "Movie", "Name": "Untouched", "UserData": {"Played": False}},
        {"Id": "a5", "Type": "Season", "UserData": {"Played": True}},
        {"Id": ["a6"], "Type": "Movie", "UserData": "odd", "ProviderIds": 7, "RunTimeTicks": "x"},
    ]
}

PLEX_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<MediaContainer size="3">
  <Video ratingKey="7" type="movie" title="The Quiet Sea" year="2009" duration="6000000"
         viewCount="1" lastViewedAt="1715023800" userRating="8.0" guid="plex://movie/5d77">
    <Guid id="imdb://tt0000001"/><Guid id="tmdb://77"/>
  </Video>
  <Video ratingKey="8" type="episode" title="Two" grandparentTitle="Harbour" parentIndex="1"
         index="2" duration="3000000" viewOffset="1200000" lastViewedAt="1715110200"/>
  <Directory ratingKey="9" type="show" title="Harbour" viewCount="1" userRating="10"
             guid="com.plexapp.agents.thetvdb://4242?lang=en"/>
  <Video ratingKey="10" type="clip" title="Trailer" viewCount="1"/>
</MediaContainer>"""

PLEX_HISTORY = {
    "MediaContainer": {
        "Metadata": [
            {
                "ratingKey": "7",
                "type": "movie",
                "title": "The Quiet Sea",
                "viewedAt": at,
                "accountID": 1,
            }
            for at in (1_715_023_800, 1_600_000_000)
        ]
    }
}

KODI = """<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>
<videodb>
  <version>1</version>
  <movie>
    <title>The Quiet Sea</title><userrating>3</userrating><playcount>2</playcount>
    <lastplayed>2024-05-06 19:30:00</lastplayed><runtime>100</runtime>
    <uniqueid type="imdb" default="true">tt0000001</uniqueid><year>2009</year>
    <resume><position>0.000000</position><total>0.000000</total></resume>
  </movie>
  <tvshow>
    <title>Harbour</title><premiered>2011-01-02</premiered><playcount>9</playcount>
    <uniqueid type="tvdb">4242</uniqueid>
    <episodedetails>
      <title>Two</title><season>1</season><episode>2</episode><playcount>0</playcount>
      <lastplayed>2024-05-07 19:30:00</lastplayed>
      <resume><position>1200.5</position><total>3000</total></resume>
    </episodedetails>
  </tvshow>
</videodb>"""

NFO = """<episodedetails><title>One</title><showtitle>Harbour</showtitle><season>1</season>
<episode>1</episode><playcount>1</playcount></episodedetails>
<episodedetails><title>Two</title><showtitle>Harbour</showtitle><season>1</season>
<episode>2</episode><playcount>1</playcount></episodedetails>"""

REPORT = (
    "2024-05-06 19:30:00.5\tuser\ta1\tMovie\tThe Quiet Sea\tDirectPlay\tWeb\tBrowser\t5400\n"
    "2024-05-07 19:30:00\tuser\ta2\tEpisode\tHarbour - s01e02 - Two\tDirectPlay\tWeb\tBrowser\t9\n"
    "2024-05-07 20:30:00\tuser\ta9\tAudio\tA Song\tDirectPlay\tWeb\tBrowser\t9\n"
)


def read(content: object) -> files.Contents:
    text = content if isinstance(content, str) else json.dumps(content)
    return files.read(text.encode(), now=EVENING, moment_of=two_hours_east)


def two_hours_east(wall_clock: datetime) -> datetime:
    return wall_clock.replace(tzinfo=UTC) - timedelta(hours=2)


def entries(content: object) -> dict[str, PortableEntry]:
    return {entry.title.name: entry for entry in read(content).document.titles}


def last(entry: PortableEntry) -> tuple[WatchKind, float, float, datetime]:
    (event,) = entry.events
    return (event.kind, event.position_s, event.duration_s, event.at)


EVENING_OF_6TH = datetime(2024, 5, 6, 19, 30, tzinfo=UTC)


def test_jellyfin() -> None:
    found = entries(JELLYFIN)
    assert set(found) == {"The Quiet Sea", "Two", "Undated"}
    film, episode = found["The Quiet Sea"], found["Two"]
    assert film.title.kind is TitleKind.MOVIE
    assert film.title.year == 2009
    assert film.title.external_ids == {"imdb": "tt0000001", "tmdb": "77"}
    kind, position_s, duration_s, at = last(film)
    assert (kind, position_s, duration_s) == (WatchKind.END, 6000, 6000)
    assert at == EVENING_OF_6TH + timedelta(microseconds=123_456)
    assert film.rating is not None
    assert film.rating.thumb is Thumb.LOVE
    told = episode.title
    assert (told.series, told.season, told.episode) == ("Harbour", 1, 2)
    at = EVENING_OF_6TH + timedelta(days=1)
    assert last(episode) == (WatchKind.STOP, 1200, 3000, at)
    assert episode.mark is not None
    assert (episode.mark.watched, episode.mark.at) == (True, reading.UNDATED)
    assert episode.rating is not None
    assert episode.rating.thumb is Thumb.DOWN
    assert found["Undated"].mark is not None
    assert read(JELLYFIN).skipped == ("1 of type Season",)
    assert read(JELLYFIN["Items"]).document.titles == read(JELLYFIN).document.titles


def test_jellyfins_playback_report() -> None:
    found = entries(REPORT)
    assert set(found) == {"The Quiet Sea", "Two"}
    assert found["Two"].title.series == "Harbour"
    assert read(REPORT).skipped == ("1 lines",)
    with pytest.raises(Refusal, match="several people"):
        read(REPORT.replace("user\ta2", "other\ta2"))


def test_plex_library() -> None:
    found = entries(PLEX_LIBRARY)
    film, episode, series = found["The Quiet Sea"], found["Two"], found["Harbour"]
    assert film.title.external_ids == {"imdb": "tt0000001", "tmdb": "77"}
    assert last(film) == (WatchKind.END, 6000, 6000, EVENING_OF_6TH)
    assert film.rating is not None
    assert film.rating.thumb is Thumb.UP
    assert last(episode)[:3] == (WatchKind.STOP, 1200, 3000)
    assert episode.mark is None
    assert series.events == ()
    assert series.title.external_ids == {"tvdb": "4242"}
    assert read(PLEX_LIBRARY).skipped == ("1 of type clip",)


def test_plex_history_is_every_viewing_and_the_library_adds_none_of_them_twice() -> None:
    views = read(PLEX_HISTORY).document.titles
    assert len({entry.events[0].id for entry in views}) == 2
    assert views[0].events[0].id == entries(PLEX_LIBRARY)["The Quiet Sea"].events[0].id
    both = json.loads(json.dumps(PLEX_HISTORY))
    both["MediaContainer"]["Metadata"][0]["accountID"] = 2
    with pytest.raises(Refusal, match="2 accounts"):
        read(both)


def test_kodi_export() -> None:
    found = entries(KODI)
    film, episode = found["The Quiet Sea"], found["Two"]
    assert set(found) == {"The Quiet Sea", "Two"}
    at = EVENING_OF_6TH - timedelta(hours=2)
    assert last(film) == (WatchKind.END, 6000, 6000, at)
    assert film.rating is not None
    assert film.rating.thumb is Thumb.DOWN
    assert last(episode)[:3] == (WatchKind.STOP, 1200.5, 3000)
    assert (episode.title.series, episode.title.series_year) == ("Harbour", 2011)
    assert episode.title.series_external_ids == {"tvdb": "4242"}


def test_kodi_nfo_with_two_episodes() -> None:
    found = entries(NFO)
    assert {name: entry.title.episode for name, entry in found.items()} == {"One": 1, "Two": 2}


@pytest.mark.parametrize(
    ("rating", "thumb"),
    [
        (10, Thumb.LOVE),
        (9, Thumb.LOVE),
        (8.5, Thumb.UP),
        (6, Thumb.UP),
        (5, None),
        (4.5, None),
        (4, Thumb.DOWN),
        (1, Thumb.DOWN),
        (0, None),
        (None, None),
    ],
)
def test_what_a_rating_means(rating: float | None, thumb: Thumb | None) -> None:
    assert reading.thumb(rating) is thumb


BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<videodb><movie><title>&b;</title></movie></videodb>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<MediaContainer><Video type="movie" title="&a;"/></MediaContainer>"""


@pytest.mark.parametrize(
    "content",
    [
        BOMB,
        OUTSIDE,
        "",
        "words",
        "\x00\x01\x02",
        "<videodb><movie>",
        "<html><body/></html>",
        "{",
        "[]",
        "[1, 2]",
        '{"Items": 7}',
        '{"format": "matinee-profile", "version": 2}',
        '{"format": "matinee-profile", "version": 1, "exported_at": "yesterday"}',
        "[" * 200_000,
        "<a>" * 2_000,
    ],
    ids=lambda content: content[:20],
)
def test_what_is_refused_says_why_and_what_to_do(content: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(content)
    assert refused.value.code == "import_unreadable"
    assert refused.value.title
    assert refused.value.hint
