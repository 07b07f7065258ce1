"""Reasons in words a viewer reads on a card. Pure."""

from __future__ import annotations

from collections.abc import Callable

from local_server.contracts import ContinueItem, ContinueKind
from local_server.services.recommendation.taste.sentences import sentence
from local_server.services.recommendation.taste.values import Reason, ReasonKind

_MINUTE_S = 60.0

NEW = "New in your library"
UNSEEN = "Not watched yet"
LISTED = "On your list"


def reason_text(reason: Reason, name: Callable[[str], str]) -> str:
    """A reason in one short sentence; ``name`` gives a title's name."""
    if reason.kind is ReasonKind.SHARED and not reason.title_ids:
        return ", ".join(feature.name for feature in reason.features)  # like the one asked about
    return sentence(reason, name_of=name)


def continue_text(item: ContinueItem, name: Callable[[str], str]) -> str:
    """Why a title is one to go on with."""
    if item.kind is ContinueKind.NEXT:
        after = item.after_title_id
        return f"Next after {name(after)}" if after else "Next episode"
    if item.resume is None:
        return "Where you left off"
    left_s = max(0.0, item.resume.duration_s - item.resume.position_s)
    return f"{max(1, round(left_s / _MINUTE_S))} min left"
