from __future__ import annotations

from local_server.contracts import Availability, JobState, Problem, TitleKind
from tests.helpers.screens import episode, job, resumed, title
from ui.viewmodel.cards import card_of, continue_card, episode_card, job_card, jobs_by_title


def absolute(url: str) -> str:
    return f"http://server/{url}"


def test_a_film_says_its_year_and_length_and_plays() -> None:
    card = card_of(title("b", "Bunny", poster_url="p.jpg"), absolute)
    assert (card.name, card.line, card.playable) == ("Bunny", "2008 · 10 min", True)
    assert card.poster_url == "http://server/p.jpg"
    assert card.still_url == ""


def test_a_series_opens_instead_of_playing() -> None:
    card = card_of(title("s", "Harbour", kind=TitleKind.SERIES, duration_s=0.0), absolute)
    assert not card.playable
    assert card.line == "2008 · Series"


def test_an_episode_to_go_on_with_goes_by_its_series() -> None:
    card = continue_card(episode(4, resume=resumed(0.7)), absolute)
    assert (card.name, card.line) == ("The Salt Harbour", "S1 E4 · 3 min left")
    assert card.watched == 0.7


def test_a_finished_film_is_marked_and_shows_no_bar() -> None:
    card = card_of(title("b", "Bunny", resume=resumed(0.99)), absolute)
    assert card.finished
    assert card.watched == 0.0


def test_a_title_in_preparation_says_how_far_it_is() -> None:
    summary = title("b", "Bunny", availability=Availability.PREPARING, progress=0.2)
    card = card_of(summary, absolute, job=job("b", 0.42))
    assert (card.line, card.progress, card.playable) == ("Encoding · 42 %", 0.42, False)
    waiting = card_of(summary, absolute, job=job("b", 0.0, state=JobState.QUEUED))
    assert waiting.line == "Waiting its turn"
    assert card_of(summary, absolute).line == "Preparing · 20 %"


def test_a_failed_title_says_why_and_what_to_do() -> None:
    problem = Problem(code="empty", message="This file is empty", hint="Copy it again.")
    card = card_of(title("b", "x", availability=Availability.FAILED, problem=problem), absolute)
    assert (card.failed, card.line, card.hint) == (True, "This file is empty", "Copy it again.")
    assert not card.playable
    silent = card_of(title("b", "x", availability=Availability.FAILED), absolute)
    assert silent.trouble
    assert silent.hint


def test_a_missing_file_is_told_apart_from_a_bad_one() -> None:
    card = card_of(title("b", "x", availability=Availability.MISSING), absolute)
    assert card.line == "The file is gone"


def test_a_name_without_a_single_letter_still_has_one() -> None:
    assert card_of(title("b", "\n\t"), absolute).name == "Untitled"


def test_episodes_are_numbered_and_tell_what_was_watched() -> None:
    assert episode_card(episode(2), absolute).line == "Episode 2 · 10 min"
    assert episode_card(episode(2, resume=resumed(0.5)), absolute).line == "Episode 2 · 5 min left"
    done = episode_card(episode(2, resume=resumed(1.0)), absolute)
    assert done.line == "Episode 2 · 10 min · Watched"


def test_work_alone_makes_a_card_that_does_not_play() -> None:
    card = job_card(job("soon", 0.25, title_name="Coming\nsoon"))
    assert (card.name, card.line, card.playable) == ("Coming soon", "Encoding · 25 %", False)


def test_only_work_that_goes_on_counts() -> None:
    work = jobs_by_title((job("a", 0.5), job("b", 1.0, state=JobState.DONE)))
    assert set(work) == {"a"}
