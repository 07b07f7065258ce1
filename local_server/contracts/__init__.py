"""Wire types of the edge server's API, version 1: what travels between it and any client.

Fields may be added; a field is never renamed, retyped or removed within ``/v1``. Unknown fields
are ignored, so that an old client reads a new server. Times are UTC, ISO 8601; positions and
durations are seconds.
"""

from __future__ import annotations

from local_server.contracts.base import Id, Name, Problem, Seconds, Wire
from local_server.contracts.home import (
    DeviceClass,
    Home,
    HomePlan,
    Moment,
    PlannedCard,
    PlannedRow,
    Row,
    RowKind,
)
from local_server.contracts.household import (
    EVERYTHING,
    Age,
    Country,
    Household,
    LanguageTag,
    Principal,
    Profile,
    Role,
    Viewer,
    Visibility,
)
from local_server.contracts.library import AddedPath, AddedPaths, AddPaths, Job, Jobs, JobState
from local_server.contracts.plans import Entitlements
from local_server.contracts.playback import (
    AskPrefetch,
    ContinueItem,
    ContinueKind,
    PlaybackGrant,
    PrefetchGrant,
    StartPlayback,
    Thumb,
    WatchEvent,
    WatchEvents,
    WatchKind,
)
from local_server.contracts.server import Health
from local_server.contracts.titles import (
    Availability,
    ResumePoint,
    TitleDetail,
    TitleFacts,
    TitleKind,
    TitlePage,
    TitleSummary,
)

__all__ = [
    "EVERYTHING",
    "AddPaths",
    "AddedPath",
    "AddedPaths",
    "Age",
    "AskPrefetch",
    "Availability",
    "ContinueItem",
    "ContinueKind",
    "Country",
    "DeviceClass",
    "Entitlements",
    "Health",
    "Home",
    "HomePlan",
    "Household",
    "Id",
    "Job",
    "JobState",
    "Jobs",
    "LanguageTag",
    "Moment",
    "Name",
    "PlannedCard",
    "PlannedRow",
    "PlaybackGrant",
    "PrefetchGrant",
    "Principal",
    "Problem",
    "Profile",
    "ResumePoint",
    "Role",
    "Row",
    "RowKind",
    "Seconds",
    "StartPlayback",
    "Thumb",
    "TitleDetail",
    "TitleFacts",
    "TitleKind",
    "TitlePage",
    "TitleSummary",
    "Viewer",
    "Visibility",
    "WatchEvent",
    "WatchEvents",
    "WatchKind",
    "Wire",
]
