"""Reasons in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from local_server.services.recommendation.taste.values import FeatureKind, Reason, ReasonKind

_SHARED = {
    FeatureKind.PERSON: "with {}",
    FeatureKind.STUDIO: "from {}",
    FeatureKind.TAG: "about {}",
    FeatureKind.GENRE: "{}",
}


def sentence(reason: Reason, *, name_of: Callable[[str], str]) -> str:
    """A reason as a screen says it; ``name_of`` gives a title's name by its id."""
    match reason.kind:
        case ReasonKind.WATCHED:
            return f"Because you watched {_listed([name_of(i) for i in reason.title_ids])}"
        case ReasonKind.SHARED:
            first = reason.features[0]
            names = [one.name for one in reason.features if one.kind is first.kind]
            shared = _SHARED[first.kind].format(_listed(names))
            return f"More {shared}, like {_listed([name_of(i) for i in reason.title_ids])}"
        case ReasonKind.HOUSE:
            return "Popular in your house"
        case ReasonKind.TOGETHER:
            return "Watched together in your house"
        case ReasonKind.NEW:
            return "New in your library"
        case ReasonKind.UNSEEN:
            return "Not watched yet"


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
