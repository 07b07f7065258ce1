"""Reasons in words."""

from __future__ import annotations

import pytest

from local_server.services.recommendation.taste.sentences import sentence
from local_server.services.recommendation.taste.values import (
    Feature,
    FeatureKind,
    Reason,
    ReasonKind,
)

NAMES = {"a": "Alpha", "b": "Beta"}
ADA, BELA = (Feature(kind=FeatureKind.PERSON, name=name) for name in ("Ada", "Bela"))
WESTERN = Feature(kind=FeatureKind.GENRE, name="Western")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason(kind=ReasonKind.WATCHED, title_ids=("a",)), "Because you watched Alpha"),
        (
            Reason(kind=ReasonKind.WATCHED, title_ids=("a", "b"), features=(WESTERN,)),
            "Because you watched Alpha and Beta",
        ),
        (
            Reason(kind=ReasonKind.SHARED, title_ids=("b",), features=(ADA, BELA, WESTERN)),
            "More with Ada and Bela, like Beta",
        ),
        (
            Reason(kind=ReasonKind.SHARED, title_ids=("b",), features=(WESTERN,)),
            "More Western, like Beta",
        ),
        (Reason(kind=ReasonKind.HOUSE), "Popular in your house"),
        (Reason(kind=ReasonKind.TOGETHER), "Watched together in your house"),
        (Reason(kind=ReasonKind.NEW), "New in your library"),
        (Reason(kind=ReasonKind.UNSEEN), "Not watched yet"),
    ],
)
def test_reasons_are_said_in_one_sentence(reason: Reason, words: str) -> None:
    assert sentence(reason, name_of=NAMES.__getitem__) == words
