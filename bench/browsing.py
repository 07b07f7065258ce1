"""Browsing recorded through the real view models: what the screens tell a prefetcher, and plays.

The viewers are not people. Six scripted ones with different habits, driven by a seeded random
generator, walk the home, search, library and title pages of a made-up library: they move the focus
from card to card, rest on some, open pages, back out, play, stop early, go on with the next episode
or leave, on several days and at different hours, now and then after watching on another device. How
long they dwell, what they like and how sure they are was written by hand, from nobody's data. What
the screens then say is the view models' own, unchanged. So figures over these recordings tell
whether a planner copes with varied and noisy viewers; they do not tell what real households do.

``python -m bench.prefetch --record`` writes the files anew.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from abr.likelihood import Signal
from local_server.contracts import Home, ResumePoint, Row, TitleDetail, TitleKind, TitleSummary
from local_server.services.playback.continuing import Viewing, to_continue
from local_server.services.playback.rules import ResumeRules
from player.snapshot import PlayerState
from tests.helpers.screens import FakeCatalog, FakeControl, title
from tests.helpers.view_stage import Stage
from ui.viewmodel.navigation import Screen

DATA = Path(__file__).parent / "data" / "browsing"
DAYS = 35
_DAY_S = 86_400.0
_FIRST_DAY = datetime(2025, 3, 3, tzinfo=UTC)
_FILM_S, _EPISODE_S = 5700.0, 1500.0
_FINISHED = 0.95  # of the length


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a viewer is. Shares are probabilities."""

    hours: tuple[int, ...]  # when a sitting may begin
    sittings_a_day: float
    go_on: float  # begins with what was begun
    search: float  # else looks for something by name
    roam: float  # cards passed on the way to one of interest, mean
    page: float  # opens the page before deciding
    decide: float  # plays what was of interest
    binge: float  # goes on with the next episode
    finish: float  # watches to the end
    series: float  # likes series rather than films
    elsewhere: float  # watched on another device since


VIEWERS = {
    "binger": Habits(
        hours=(20, 21, 22), sittings_a_day=1.2, go_on=0.85, search=0.1, roam=3, page=0.2,
        decide=0.8, binge=0.75, finish=0.9, series=0.95, elsewhere=0.1,
    ),
    "browser": Habits(
        hours=(19, 20, 21, 23), sittings_a_day=1.0, go_on=0.25, search=0.1, roam=9, page=0.8,
        decide=0.35, binge=0.3, finish=0.6, series=0.3, elsewhere=0.1,
    ),
    "searcher": Habits(
        hours=(18, 20, 22), sittings_a_day=0.9, go_on=0.3, search=0.8, roam=3, page=0.5,
        decide=0.7, binge=0.4, finish=0.7, series=0.4, elsewhere=0.15,
    ),
    "child": Habits(
        hours=(7, 8, 16, 17), sittings_a_day=1.8, go_on=0.6, search=0.0, roam=4, page=0.1,
        decide=0.85, binge=0.6, finish=0.6, series=0.8, elsewhere=0.2,
    ),
    "undecided": Habits(
        hours=(13, 21, 22), sittings_a_day=1.3, go_on=0.2, search=0.25, roam=12, page=0.7,
        decide=0.15, binge=0.3, finish=0.4, series=0.4, elsewhere=0.05,
    ),
    "mixed": Habits(
        hours=(12, 17, 20, 21), sittings_a_day=1.4, go_on=0.5, search=0.3, roam=6, page=0.5,
        decide=0.5, binge=0.55, finish=0.75, series=0.6, elsewhere=0.15,
    ),
}  # fmt: skip


class DemoLibrary(FakeCatalog):
    """24 films and 10 series of 10 episodes, with one profile's resume points."""

    def __init__(self) -> None:
        super().__init__()
        self.films = [title(f"f{n}", f"Film {n:02}", duration_s=_FILM_S) for n in range(24)]
        self.series: dict[str, TitleSummary] = {}
        self.episodes: dict[str, tuple[TitleSummary, ...]] = {}
        for n in range(10):
            name = f"Series {n}"
            self.series[f"s{n}"] = title(f"s{n}", name, kind=TitleKind.SERIES, duration_s=0.0)
            self.episodes[f"s{n}"] = tuple(_episode(f"s{n}", name, k) for k in range(1, 11))
        self.resume: dict[str, ResumePoint] = {}  # in the order they were watched, oldest first

    def home(self, profile_id: str) -> Home:
        """Rows as the recommendation service builds them."""
        viewings = (
            Viewing(
                title_id=title_id,
                group_id=self.summary(title_id).series_id or title_id,
                resume_s=ResumeRules().resume_s(
                    point.position_s, point.duration_s, finished=point.finished
                ),
                finished=point.finished,
            )
            for title_id, point in reversed(self.resume.items())
        )
        steps = to_continue(viewings, episode_after=self.episode_after)
        begun = [step.next_title_id or step.viewing.title_id for step in steps]
        rows = (
            Row(id="continue", name="Continue watching", items=self._with_resume(begun)),
            Row(id="new", name="New here", items=self._with_resume([*self.series, "f3", "f7"])),
            Row(id="films", name="Films", items=self._with_resume([f.id for f in self.films])),
            Row(id="series", name="Series", items=self._with_resume(self.series)),
        )
        return Home(profile_id=profile_id, rows=tuple(row for row in rows if row.items))

    def title(self, title_id: str, *, profile_id: str | None = None) -> TitleDetail:
        """A film, a series with its episodes, or an episode."""
        del profile_id
        (summary,) = self._with_resume([title_id])
        episodes = self._with_resume([e.id for e in self.episodes.get(title_id, ())])
        return TitleDetail(summary=summary, episodes=episodes, added_at=_FIRST_DAY)

    def summary(self, title_id: str) -> TitleSummary:
        """Without a resume point."""
        if title_id in self.series:
            return self.series[title_id]
        if title_id.startswith("f"):
            return self.films[int(title_id[1:])]
        series_id = title_id.partition("e")[0]
        return next(e for e in self.episodes[series_id] if e.id == title_id)

    def episode_after(self, title_id: str) -> str | None:
        """What follows an episode."""
        summary = self.summary(title_id)
        found = [e.id for e in self.episodes.get(summary.series_id or "", ())]
        at = found.index(title_id) + 1 if title_id in found else len(found)
        return found[at] if at < len(found) else None

    def watched(self, title_id: str, position_s: float, at: datetime) -> None:
        """The profile stopped there."""
        duration_s = self.summary(title_id).duration_s
        self.resume.pop(title_id, None)
        self.resume[title_id] = ResumePoint(
            position_s=position_s,
            duration_s=duration_s,
            finished=position_s >= _FINISHED * duration_s,
            watched_at=at,
        )

    def start_s(self, title_id: str) -> float:
        """Where it goes on."""
        point = self.resume.get(title_id)
        return 0.0 if point is None or point.finished else point.position_s

    def _with_resume(self, ids: Any) -> tuple[TitleSummary, ...]:
        return tuple(self.summary(i).model_copy(update={"resume": self.resume.get(i)}) for i in ids)


def _episode(series_id: str, name: str, number: int) -> TitleSummary:
    return title(
        f"{series_id}e{number}",
        f"Part {number}",
        kind=TitleKind.EPISODE,
        duration_s=_EPISODE_S,
        series_id=series_id,
        series_name=name,
        season=1,
        episode=number,
    )


@dataclass
class Recording:
    """Lines of a recording; a prefetcher as far as the view models see it."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    base_s: float = 0.0
    stage: Stage | None = None
    _held: tuple[Signal, ...] = ()

    @property
    def now_s(self) -> float:
        """Since midnight of the first day."""
        return self.base_s + (0.0 if self.stage is None else self.stage.clock.now_s)

    def show(self, signals: tuple[Signal, ...]) -> None:
        """Note what came and what went."""
        gone = [_words(s) for s in self._held if s not in signals]
        come = [_words(s) for s in signals if s not in self._held]
        self._held = signals
        self.note(**({"-": gone} if gone else {}), **({"+": come} if come else {}))

    def note(self, **fields: Any) -> None:
        """One line."""
        self.lines.append({"at_s": round(self.now_s, 2), **fields})


def _words(signal: Signal) -> str:
    return f"{signal.kind} {signal.title_id} {signal.rank}"


class _Viewer:
    """One sitting after the other."""

    def __init__(self, habits: Habits, seed: int) -> None:
        self._habits, self._random = habits, random.Random(seed)
        self._library, self.recording = DemoLibrary(), Recording()
        liked = self._random.sample(sorted(self._library.series), 5)
        self._liked = [liked[0], liked[0], *liked]

    def live(self) -> None:
        """All days."""
        for day in range(DAYS):
            whole, rest = divmod(self._habits.sittings_a_day, 1)
            count = int(whole) + (self._random.random() < rest)
            for hour in sorted(self._random.sample(self._habits.hours, int(count))):
                self._sit_down(day * _DAY_S + (hour + self._random.random() * 0.8) * 3600)

    def _sit_down(self, at_s: float) -> None:
        recording = self.recording
        if recording.now_s >= at_s:
            return  # the last sitting was a long one
        recording.base_s, recording.stage = at_s, None
        self._watch_elsewhere()
        self._control = FakeControl()
        self._stage = Stage(catalog=self._library, control=self._control, prefetcher=recording)
        recording.stage = self._stage
        self._stage.app.start()
        self._pass(self._dwell(1.8))
        for _ in range(3):
            if not self._choose_and_play() or self._random.random() < 0.7:
                break
        self._stage.app.close()
        recording.show(())

    def _watch_elsewhere(self) -> None:
        begun = list(self._library.resume)
        if not begun or self._random.random() > self._habits.elsewhere:
            return
        last = begun[-1]
        title_id = last
        if self._library.resume[last].finished:
            title_id = self._library.episode_after(last) or last
        reached_s = self._random.random() * self._library.summary(title_id).duration_s
        self._library.watched(title_id, reached_s, self._date())
        self.recording.note(elsewhere=title_id, position_s=round(reached_s, 1))

    def _choose_and_play(self) -> bool:
        """Whether something was played."""
        habits, roll = self._habits, self._random.random
        begun = self._cards("continue")
        if begun and roll() < habits.go_on:
            rank = min(len(begun) - 1, int(self._random.expovariate(1.2)))
            for card in begun[:rank]:
                self._look(card, 0.5)
            return self._consider(begun[rank], sure=True)
        if roll() < habits.search:
            return self._search()
        return any(self._roam() for _ in range(self._random.randint(1, 4)))

    def _roam(self) -> bool:
        series = self._random.random() < self._habits.series
        cards = self._cards("series" if series else self._random.choice(("films", "new")))
        if not cards:
            return False
        start = self._random.randrange(len(cards))
        steps = int(self._random.expovariate(1 / self._habits.roam))
        passed = (cards + cards)[start : start + steps]
        for card in passed:
            self._look(card, 0.45)
        liked = self._random.choice(self._liked)
        found = (passed[-1:] or cards[start : start + 1])[0]
        return self._consider(liked if series else found)

    def _search(self) -> bool:
        app = self._stage.app
        app.navigator.go(Screen.SEARCH)
        series = self._random.random() < self._habits.series
        wanted = f"f{self._random.randrange(24)}"
        if series:
            wanted = self._random.choice(self._liked)
        name = self._library.summary(wanted).name
        self._library.everything = (*self._library.films, *self._library.series.values())
        for length in range(1, len(name) + 1):
            app.search.type(name[:length])
            self._pass(0.1 + self._random.random() * 0.3)
        self._pass(self._dwell(0.8))
        if self._consider(wanted):
            return True
        app.navigator.go(Screen.HOME)
        self._pass(self._dwell(1.0))
        return False

    def _consider(self, title_id: str, *, sure: bool = False) -> bool:
        """Look closer, perhaps on its page, then play it or not."""
        app, library = self._stage.app, self._library
        self._look(title_id, 1.6, keep=True)
        series = title_id in library.series
        if series or self._random.random() < self._habits.page:
            app.navigator.open_title(title_id)
            self._pass(self._dwell(4.0))
            target = app.title.state.action.title_id
        else:
            target = title_id
        likes = 0.95 if sure else self._habits.decide
        if target and self._random.random() < likes:
            self._play(target)
            app.navigator.go(Screen.HOME)
            self._pass(self._dwell(2.5))
            return True
        if app.navigator.place.screen is Screen.TITLE:
            app.back()
        app.likely.look(title_id, at=False)
        return False

    def _play(self, title_id: str) -> None:
        app, library = self._stage.app, self._library
        while True:
            start_s = library.start_s(title_id)
            self.recording.note(play=title_id, position_s=round(start_s, 1))
            app.play(title_id)
            self._stage.settle()
            duration_s = library.summary(title_id).duration_s
            self._control.show(state=PlayerState.PLAYING, duration_s=duration_s)
            whole = self._random.random() < self._habits.finish
            left_s = duration_s - start_s
            watched_s = left_s if whole else left_s * self._random.random()
            for part_s in (min(watched_s, 0.75 * left_s), max(0.0, watched_s - 0.75 * left_s)):
                self._stage.clock.advance(part_s)
                start_s += part_s
                self._control.show(position_s=start_s)
                self._stage.settle()
            reached_s = start_s
            library.watched(title_id, reached_s, self._date())
            self.recording.note(stop=title_id, position_s=round(reached_s, 1))
            following = app.player.upcoming_id
            if not (whole and following and self._random.random() < self._habits.binge):
                app.back()
                self._control.show(state=PlayerState.IDLE, title_id="")
                self._stage.settle()
                return
            self._pass(self._dwell(3.0))
            title_id = following

    def _look(self, title_id: str, mean_s: float, *, keep: bool = False) -> None:
        self._stage.app.likely.look(title_id, at=True)
        self._pass(self._dwell(mean_s))
        if not keep:
            self._stage.app.likely.look(title_id, at=False)

    def _cards(self, row_id: str) -> list[str]:
        rows = self._stage.app.home.state.rows
        return [card.id for row in rows if row.id == row_id for card in row.cards]

    def _dwell(self, median_s: float) -> float:
        return median_s * self._random.lognormvariate(0.0, 0.6)

    def _pass(self, seconds: float) -> None:
        self._stage.pass_time(seconds)

    def _date(self) -> datetime:
        return _FIRST_DAY + timedelta(seconds=self.recording.now_s)


def record_viewer(name: str, part: str) -> str:
    """The text of one recording: ``tune`` is there to tune with, ``held-out`` to judge by."""
    seed = list(VIEWERS).index(name) + (100 if part == "held-out" else 0)
    viewer = _Viewer(VIEWERS[name], seed)
    viewer.live()
    lines = (json.dumps(line, separators=(",", ":")) for line in viewer.recording.lines)
    return "\n".join(lines) + "\n"


def record(folder: Path = DATA) -> None:
    """Write both parts of every viewer."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in VIEWERS:
        for part in ("tune", "held-out"):
            path = folder / f"{name}.{part}.jsonl"
            path.write_text(record_viewer(name, part), encoding="utf-8")


def recordings(part: str, folder: Path = DATA) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Name and lines of every recording of a part, ``tune`` or ``held-out``."""
    for path in sorted(folder.glob(f"*.{part}.jsonl")):
        text = path.read_text(encoding="utf-8")
        yield path.name.partition(".")[0], [json.loads(line) for line in text.splitlines()]
