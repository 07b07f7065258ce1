from __future__ import annotations

from abr.media import AdaptationSetId, RepresentationId
from abr.profiles import QualityProfileId
from player.snapshot import Snapshot, Track
from tests.helpers.screens import LADDER, film_snapshot
from ui.viewmodel.player_menus import menus_of, next_key, next_speed


def test_auto_comes_first_and_the_best_after_it() -> None:
    quality = menus_of(film_snapshot()).quality
    assert [option.label for option in quality] == [
        "Auto",
        "1080p · 4.6 Mbit/s",
        "720p · 2.4 Mbit/s",
        "480p · 900 kbit/s",
        "240p · 350 kbit/s",
    ]
    assert quality[0].chosen
    assert quality[0].note == "now 720p"


def test_the_plans_cap_is_visible_and_cannot_be_chosen() -> None:
    menus = menus_of(film_snapshot())
    assert menus.quality_note == "Your plan shows up to 720p"
    assert [o.enabled for o in menus.quality] == [True, False, True, True, True]
    free = menus_of(film_snapshot(allowed=tuple(r.id for r in LADDER)))
    assert free.quality_note == ""
    assert all(option.enabled for option in free.quality)


def test_a_fixed_representation_is_the_chosen_one() -> None:
    menus = menus_of(film_snapshot(fixed=RepresentationId("v480")))
    assert [option.key for option in menus.quality if option.chosen] == ["v480"]
    assert menus.quality_label == "480p"


def test_profiles_stand_beside_the_ladder_with_the_one_in_force_chosen() -> None:
    profiles = menus_of(film_snapshot(profile=QualityProfileId.DATA_SAVER)).profiles
    assert [(o.key, o.label, o.chosen) for o in profiles] == [
        ("balanced", "Balanced", False),
        ("data-saver", "Data saver", True),
        ("highest-quality", "Highest quality", False),
    ]


def test_subtitles_can_be_off() -> None:
    subtitles = menus_of(film_snapshot()).subtitles
    assert [(o.label, o.chosen) for o in subtitles] == [
        ("Off", True),
        ("English", False),
        ("German", False),
    ]
    assert menus_of(Snapshot()).subtitles == ()


def test_tracks_that_read_the_same_are_told_apart() -> None:
    twins = tuple(
        Track(id=AdaptationSetId(f"a{n}"), language=tag, label="Main")
        for n, tag in enumerate(("en", "de"))
    )
    labels = [option.label for option in menus_of(film_snapshot(audio_tracks=twins)).audio]
    assert labels == ["Main (English)", "Main (German)"]


def test_cycling_goes_round_and_a_single_track_stays() -> None:
    subtitles = menus_of(film_snapshot(subtitle=AdaptationSetId("s-de"))).subtitles
    assert next_key(subtitles) == ""
    assert next_key(subtitles[:1]) is None


def test_speeds_step_through_the_menu_and_stop_at_its_ends() -> None:
    assert next_speed(1.0, 1) == 1.25
    assert next_speed(2.0, 1) == 2.0
    assert next_speed(0.5, -1) == 0.5
    assert next_speed(1.1, -1) == 0.75
