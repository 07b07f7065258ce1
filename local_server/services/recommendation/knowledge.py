"""What recommendation knows at one moment, brought up to date when it is asked."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from local_server.contracts import TitleFacts, Viewer, Visibility
from local_server.services.recommendation.memory import Memory
from local_server.services.recommendation.ports import Profiles, Titles
from local_server.services.recommendation.shelf import OPENED_SHARE, Seen, Shelf
from local_server.services.recommendation.taste.content import Library
from local_server.services.recommendation.taste.model import TasteModel
from local_server.services.recommendation.taste.values import BoolArray, TitleFeatures, Viewing

_log = structlog.get_logger(__name__)

# Up to here placing every title anew takes less time than anybody notices.
PLACED_AT_ONCE = 500  # titles
_MASKS_KEPT = 16  # a household has a few sights of the library


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class State:
    """Everything known. ``version`` changes with it.

    ``viewings`` by profile; ``sharing``: profiles whose viewings shape what others are shown;
    ``begun``, ``finished`` and ``set_aside``: works, by profile; of a series one episode is enough.
    """

    version: int
    shelf: Shelf
    model: TasteModel
    viewings: Mapping[str, tuple[Viewing, ...]]
    sharing: frozenset[str]
    begun: Mapping[str, frozenset[str]]
    finished: Mapping[str, frozenset[str]]
    set_aside: Mapping[str, frozenset[str]]


class Knowledge:
    """Keeps a :class:`State` and renews what has changed. Any method from any thread.

    A large library whose titles are described anew is placed by a thread of its own; until that is
    done the places of before serve, and titles that have none are not ranked.
    """

    def __init__(self, memory: Memory, *, titles: Titles, profiles: Profiles) -> None:
        self._memory = memory
        self._titles = titles
        self._profiles = profiles
        self._lock = threading.RLock()
        self._version = 0
        self._titles_version = 0  # visibility depends on titles alone
        self._facts: dict[str, TitleFacts] | None = None
        self._changed: set[str] = set()
        self._stale_viewings = True
        self._features: tuple[TitleFeatures, ...] | None = None
        self._placing: threading.Thread | None = None
        self._state: State | None = None
        self._open: deque[tuple[tuple[object, ...], BoolArray]] = deque(maxlen=_MASKS_KEPT)
        self._visible: dict[Visibility, tuple[int, frozenset[str]]] = {}

    def titles_changed(self, title_ids: Iterable[str] | None) -> None:
        """These titles are described anew; ``None``: any may be."""
        with self._lock:
            self._version += 1
            self._titles_version += 1
            if title_ids is None:
                self._facts = None
            else:
                self._changed |= set(title_ids)

    def viewings_changed(self) -> None:
        """What was watched or said, or who shares it, is new."""
        with self._lock:
            self._version += 1
            self._stale_viewings = True

    def state(self) -> State:
        """Everything as it is now."""
        with self._lock:
            if self._state is None or self._state.version != self._version:
                self._state = self._renewed(self._state)
            return self._state

    def visible(self, visibility: Visibility) -> frozenset[str]:
        """Works that may be shown to whom this applies."""
        with self._lock:
            known = self._visible.get(visibility)
            if known is not None and known[0] == self._titles_version:
                return known[1]
            version = self._titles_version
        found = frozenset(self._titles.visible(visibility))
        with self._lock:
            if len(self._visible) > 64:  # a household has a few; rules that were changed go
                self._visible.clear()
            self._visible[visibility] = version, found
        return found

    def open(self, state: State, visible: frozenset[str]) -> BoolArray:
        """Of the model's titles, those that may be shown and can be played."""
        of = (state.shelf, state.model.library, visible)
        with self._lock:
            for known, mask in self._open:
                if all(one is other for one, other in zip(known, of, strict=True)):
                    return mask
        playable = (t.id for t in state.shelf.works if t.available and t.id in visible)
        mask = state.model.mask(playable)
        mask.flags.writeable = False
        with self._lock:
            self._open.appendleft((of, mask))
        return mask

    def settle(self) -> None:
        """Return once nothing is placed in the background any more."""
        self.state()
        thread = self._placing
        if thread is not None:
            thread.join()

    def _renewed(self, before: State | None) -> State:
        version = self._version
        shelf = self._shelf(before)
        seen, said = self._memory.everything()
        viewings = shelf.viewings(seen, said)
        sharing = frozenset(v.profile_id for v in self._profiles.viewers() if _shares(v))
        model = self._model(before, shelf, viewings, sharing)
        self._stale_viewings = False
        return State(
            version=version,
            shelf=shelf,
            model=model,
            viewings=_by_profile(viewings),
            sharing=sharing,
            begun=_works(shelf, (s for s in seen if not s.finished and s.share >= OPENED_SHARE)),
            finished=_works(shelf, (s for s in seen if s.finished)),
            set_aside=_grouped(
                (word.profile_id, shelf.work_of(word.title_id)) for word in said if not word.thumb
            ),
        )

    def _shelf(self, before: State | None) -> Shelf:
        if self._facts is None:
            self._facts = {title.id: title for title in self._titles.facts()}
        elif self._changed:
            found = {t.id: t for t in self._titles.facts(sorted(self._changed))}
            for title_id in self._changed - found.keys():
                self._facts.pop(title_id, None)
            self._facts |= found
        elif before is not None:
            return before.shelf
        self._changed.clear()
        return Shelf.of(self._facts.values())

    def _model(
        self,
        before: State | None,
        shelf: Shelf,
        viewings: Sequence[Viewing],
        sharing: Collection[str],
    ) -> TasteModel:
        known = before.shelf if before else None
        features = self._features if shelf is known and self._features else shelf.features()
        if before is None or (features != self._features and len(features) <= PLACED_AT_ONCE):
            self._features = features
            return TasteModel.fit(viewings, Library.of(features), sharing=sharing)
        if features != self._features:
            self._place(features)
        return before.model.refitted(viewings, sharing=sharing)

    def _place(self, features: tuple[TitleFeatures, ...]) -> None:
        if self._placing is not None and self._placing.is_alive():
            return  # it looks again when it is done

        def work() -> None:
            library = Library.of(features)
            with self._lock:
                self._features = features
                state = self._state
                if state is not None:
                    viewings = [v for each in state.viewings.values() for v in each]
                    model = TasteModel.fit(viewings, library, sharing=state.sharing)
                    self._state = replace(state, model=model)
                self._version += 1
            _log.info("recommendation.library_placed", titles=len(features))

        self._placing = threading.Thread(target=work, name="taste-library", daemon=True)
        self._placing.start()


def _shares(viewer: Viewer) -> bool:
    return viewer.shares_taste


def _by_profile(viewings: Iterable[Viewing]) -> dict[str, tuple[Viewing, ...]]:
    found: dict[str, list[Viewing]] = {}
    for viewing in viewings:
        found.setdefault(viewing.profile_id, []).append(viewing)
    return {profile: tuple(one) for profile, one in found.items()}


def _works(shelf: Shelf, seen: Iterable[Seen]) -> dict[str, frozenset[str]]:
    return _grouped((one.profile_id, shelf.work_of(one.title_id)) for one in seen)


def _grouped(pairs: Iterable[tuple[str, str | None]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for profile, work in pairs:
        if work is not None:
            found.setdefault(profile, set()).add(work)
    return {profile: frozenset(works) for profile, works in found.items()}
