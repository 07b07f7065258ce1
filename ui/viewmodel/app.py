"""All view models of an interface, wired: where one is decides what is loaded and what plays."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from local_server.contracts import AddedPath
from player.control import PlaybackControl
from ui.viewmodel import words
from ui.viewmodel.home import HomeModel
from ui.viewmodel.library import LibraryModel
from ui.viewmodel.likely import LikelyTitles
from ui.viewmodel.navigation import Navigator, Place, Screen
from ui.viewmodel.observable import Observable
from ui.viewmodel.player import PlayerModel, PlayerView
from ui.viewmodel.ports import Catalog, Prefetcher, Scheduler, ServerStatus, ServerWatch
from ui.viewmodel.problems import Trouble
from ui.viewmodel.profile import CurrentProfile
from ui.viewmodel.search import SearchModel
from ui.viewmodel.tasks import Changed, Post, Tasks, Topic
from ui.viewmodel.title import TitleModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A short word to a person at the foot of the window; ``number`` tells repeats apart."""

    text: str = ""
    hint: str = ""
    trouble: bool = False
    number: int = 0


class Messages(Observable[Message]):
    """The newest message."""

    def __init__(self) -> None:
        super().__init__(Message())

    def say(self, text: str, hint: str = "", *, trouble: bool = False) -> None:
        """Show ``text``."""
        number = self.state.number + 1
        self._set(Message(text=text, hint=hint, trouble=trouble, number=number))

    def report(self, trouble: Trouble) -> None:
        """Show what went wrong."""
        self.say(trouble.title, trouble.hint, trouble=True)


class AppModel:
    """The interface without its pictures.

    Threading: one thread, the screen's. ``submit`` runs work elsewhere, ``post`` runs a callable
    on the screen's thread and may be called from any.
    """

    def __init__(
        self,
        *,
        client: Catalog,
        control: PlaybackControl,
        scheduler: Scheduler,
        submit: Post,
        post: Post,
        server: ServerWatch,
        profile_id: str | None = None,
        prefetcher: Prefetcher | None = None,
    ) -> None:
        """Without a ``prefetcher`` nothing is fetched before it is asked for."""
        self._client = client
        self._post = post
        self._server = server
        self._profile = CurrentProfile(client, profile_id)
        self.tasks = Tasks(submit=submit, post=post)
        self.navigator = Navigator()
        self.messages = Messages()
        self.home = HomeModel(
            client=client, profile=self._profile, tasks=self.tasks, scheduler=scheduler
        )
        self.library = LibraryModel(
            client=client, profile=self._profile, tasks=self.tasks, scheduler=scheduler
        )
        self.search = SearchModel(
            client=client, profile=self._profile, tasks=self.tasks, scheduler=scheduler
        )
        self.title = TitleModel(
            client=client, profile=self._profile, tasks=self.tasks, scheduler=scheduler
        )
        self.player = PlayerModel(
            control=control, client=client, tasks=self.tasks, scheduler=scheduler, post=post
        )
        self.likely = LikelyTitles(
            navigator=self.navigator,
            home=self.home,
            library=self.library,
            search=self.search,
            title=self.title,
            player=self.player,
            prefetcher=prefetcher,
        )
        self._place = self.navigator.place
        self._ended = False
        self.navigator.listen(self._moved)
        self.player.listen(self._played)
        self._stop_watching = server.listen(lambda status: post(lambda: self._follow(status)))

    def start(
        self, opening: Callable[[], str | None] | None = None, *, start_s: float | None = None
    ) -> None:
        """Load the first screen; play what ``opening`` finds, which may wait for it elsewhere."""
        self._follow(self._server.status)
        if opening is not None:
            self.tasks.load(
                opening,
                lambda found: None if found is None else self.play(found, start_s=start_s),
                self.messages.report,
            )

    def close(self) -> None:
        """Stop listening to what is closed after this."""
        self._stop_watching()
        self.player.close()

    def activate(self, title_id: str, *, playable: bool) -> None:
        """A card was clicked: play what can be played, show the page of the rest."""
        if playable:
            self.play(title_id)
        else:
            self.navigator.open_title(title_id)

    def play(self, title_id: str, *, start_s: float | None = None) -> None:
        """Play on top of the screen."""
        self.navigator.open_player(title_id)
        self.player.play(title_id, start_s=start_s)

    def play_upcoming(self) -> None:
        """Play the next episode, when there is one."""
        if self.player.upcoming_id:
            self.play(self.player.upcoming_id, start_s=0.0)

    def back(self) -> bool:
        """One step back; ``False`` when there is nowhere to go."""
        return self.navigator.back()

    def add_paths(self, paths: Iterable[str | Path]) -> None:
        """Take files or folders into the library."""
        wanted = tuple(paths)
        if wanted:
            self.tasks.perform(lambda: self._add(wanted), self.messages.report)

    def _add(self, paths: tuple[str | Path, ...]) -> Changed:
        results = self._client.add_paths(paths)
        self._post(lambda: self._report_added(results))
        return Changed({Topic.HOME, Topic.LIBRARY})

    def _report_added(self, results: tuple[AddedPath, ...]) -> None:
        accepted = [result for result in results if result.problem is None]
        refused = [result for result in results if result.problem is not None]
        if not results:
            self.messages.say("No film in there", "Folders are searched for video files.")
        for result in refused[:1]:
            name = words.one_line(Path(result.path).name)
            more = f" and {len(refused) - 1} more" if len(refused) > 1 else ""
            if result.problem is not None:
                text = f"{name}{more}: {result.problem.message}"
                self.messages.say(text, result.problem.hint, trouble=True)
        if accepted and not refused:
            count = "1 file" if len(accepted) == 1 else f"{len(accepted)} files"
            self.messages.say(f"{count} added", "Each appears as soon as it can be played.")

    def _follow(self, status: ServerStatus) -> None:
        self.home.server_changed(status)

    def _moved(self, places: tuple[Place, ...]) -> None:
        before, after = self._place, places[-1]
        self._place = after
        if before.screen is Screen.PLAYER and after.screen is not Screen.PLAYER:
            self.player.stop()
            self.home.playback_ended()
        if before.screen is not Screen.PLAYER and after.screen is Screen.PLAYER:
            self.home.playback_began()
        if before.screen is Screen.LIBRARY:
            self.library.hide()
        if after.screen is Screen.LIBRARY:
            self.library.show()
        if after.screen is Screen.TITLE:
            self.title.show(after.title_id)
        elif not any(place.screen is Screen.TITLE for place in places):
            self.title.hide()

    def _played(self, view: PlayerView) -> None:
        ended = view.transport.ended
        just_ended = ended and not self._ended
        self._ended = ended
        # With a next episode the screen offers it; without one the film gives way by itself.
        if just_ended and view.upcoming is None and self._place.screen is Screen.PLAYER:
            self.navigator.back()
