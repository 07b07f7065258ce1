from __future__ import annotations

from local_server.contracts import Problem
from local_server.errors import EdgeRefused
from tests.helpers.screens import HandQueue
from ui.viewmodel.problems import Trouble
from ui.viewmodel.tasks import Changed, Tasks, Topic


class Both:
    """Tasks whose other thread and whose way home are queues."""

    def __init__(self) -> None:
        self.elsewhere, self.home = HandQueue(), HandQueue()
        self.tasks = Tasks(submit=self.elsewhere.submit, post=self.home.submit)
        self.seen: list[object] = []

    def run(self) -> None:
        self.elsewhere.run()
        self.home.run()


def test_a_result_comes_home_only_by_post() -> None:
    both = Both()
    both.tasks.load(lambda: 7, both.seen.append, both.seen.append)
    both.elsewhere.run()
    assert both.seen == []
    both.home.run()
    assert both.seen == [7]


def test_a_dropped_task_says_nothing_even_when_its_result_is_on_its_way() -> None:
    both = Both()
    ticket = both.tasks.load(lambda: 7, both.seen.append, both.seen.append)
    both.elsewhere.run()
    ticket.drop()
    both.home.run()
    assert both.seen == []


def test_a_failure_arrives_in_words() -> None:
    both = Both()
    error = EdgeRefused(Problem(code="gone", message="It is gone", hint="Add it."), status=404)

    def fail() -> None:
        raise error

    both.tasks.load(fail, both.seen.append, both.seen.append)
    both.run()
    (trouble,) = both.seen
    assert isinstance(trouble, Trouble)
    assert (trouble.title, trouble.hint) == ("It is gone", "Add it.")


def test_an_error_without_words_gets_plain_ones() -> None:
    both = Both()

    def fail() -> None:
        raise ZeroDivisionError

    both.tasks.load(fail, both.seen.append, both.seen.append)
    both.run()
    assert both.seen == [
        Trouble(
            title="Something went wrong",
            detail="ZeroDivisionError",
            hint="Try again. The log of Matinee says more.",
            code="ZeroDivisionError",
        )
    ]


def test_an_action_refreshes_those_who_show_what_it_changed() -> None:
    both = Both()
    both.tasks.subscribe(Changed({Topic.HOME}), lambda: both.seen.append("home"))
    stop = both.tasks.subscribe(Changed({Topic.LIBRARY}), lambda: both.seen.append("library"))
    both.tasks.perform(lambda: Changed({Topic.HOME, Topic.LIBRARY}), both.seen.append)
    both.run()
    assert both.seen == ["home", "library"]
    stop()
    both.tasks.announce(Changed({Topic.LIBRARY}))
    assert both.seen == ["home", "library"]
