"""What goes into the model of a house's taste and what comes out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing:
    """A profile and a title: what became of it.

    ``at_s``: seconds since 1970. ``weight``: 1 for a film seen to its end, less for a part of it,
    below zero for a title the profile does not want; within -1 and 1.
    """

    profile_id: str
    title_id: str
    at_s: float
    weight: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.at_s) and -1 <= self.weight <= 1):
            raise ValueError("a viewing has a time, and a weight within -1 and 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleFeatures:
    """What is known of a title without anybody having watched it.

    ``language``: a code or a name. ``added_at_s``: seconds since 1970.
    """

    title_id: str
    name: str
    genres: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    studios: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    year: int | None = None
    language: str | None = None
    synopsis: str = ""
    added_at_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prior:
    """Knowledge from outside the house: rows of numbers, one column for each of ``title_ids``.

    A row counts as the history of one more household member: titles that are large in the same
    rows go together. The factor of an item-item matrix serves, and so do coordinates of an
    embedding. ``weight`` is the number of histories that a row stands for.
    """

    title_ids: tuple[str, ...]
    rows: FloatArray
    weight: float = 1.0

    def __post_init__(self) -> None:
        if self.rows.ndim != 2 or self.rows.shape[1] != len(self.title_ids):
            raise ValueError("a prior has one column for each of its titles")
        if not np.isfinite(self.rows).all() or not self.weight >= 0:
            raise ValueError("a prior is made of finite numbers")


class FeatureKind(StrEnum):
    """What two titles can have in common, the most telling first."""

    PERSON = "person"
    STUDIO = "studio"
    TAG = "tag"
    GENRE = "genre"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """Something two titles have in common, as the title writes it."""

    kind: FeatureKind
    name: str


class ReasonKind(StrEnum):
    """Why a title is in a list."""

    WATCHED = "watched"  # it goes with titles this profile has watched
    SHARED = "shared"  # it has something in common with titles this profile has watched
    HOUSE = "house"  # others here watch it, and this profile shares what it watches
    TOGETHER = "together"  # somebody here who shares what they watch has watched both
    NEW = "new"  # it came into the library lately
    UNSEEN = "unseen"  # nothing speaks for it but that it has not been watched


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a title is in a list. ``title_ids`` are of the profile's own history and no other."""

    kind: ReasonKind
    title_ids: tuple[str, ...] = ()
    features: tuple[Feature, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A title of a list.

    ``propensity``: how likely this title was to come at this place, given those before it. It is
    what an evaluation that reweights by propensity divides by.
    """

    title_id: str
    score: float
    reason: Reason
    propensity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TasteSettings:
    """Numbers of the model.

    Half-lives of a history are counted in titles: the title seen that many titles ago counts half.
    The weights of transitions, popularity and novelty are in standard deviations against one of
    what histories and content say together.
    """

    regularisation: float = 400.0
    content_weight: float = 400.0  # histories a dimension of content stands for
    history_half_life_titles: float = 5.0
    transition_lags: int = 5  # titles: how far apart "next" may be
    transition_lag_decay: float = 0.8
    transition_backward: float = 0.5  # of the weight forward: what came before also goes together
    transition_pseudo_count: float = 4.0
    transition_half_life_titles: float = 1.5
    transition_weight: float = 0.8  # once there are many histories, and
    transition_trust_histories: float = 100.0  # half of it at so many: neighbours repeat by chance
    popularity_weight: float = 0.1
    popularity_half_life_s: float = 90 * DAY_S
    novelty_weight: float = 0.05
    novelty_half_life_s: float = 14 * DAY_S
    diversity: float = 0.15  # share of a place decided by how unlike the others a title is
    calibration: float = 0.15  # share decided by how well the list keeps the profile's genres
    exploration: float = 0.05  # share of places that are drawn
