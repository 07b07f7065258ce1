"""The household and its profiles: how they look and read, and what they may see."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from local_server.contracts.base import Id, Name, Wire
from local_server.contracts.household import Age, Country, LanguageTag
from local_server.contracts.times import WatchTimes

BLOCKED_MAX = 5_000
LANGUAGES_MAX = 10
PROFILES_MAX = 32

# What people call each other and their devices: one line of a few words, nothing that moves a
# terminal's cursor.
ShortName = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$"
    ),
]
Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
ZoneName = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_+/-]+$")]  # IANA
# Never shown again by anything that carries it.
Pin = Annotated[str, Field(pattern=r"^[0-9]{4,8}$", repr=False)]


class Avatar(StrEnum):
    """The pictures every client has."""

    BEAR = "bear"
    CAT = "cat"
    DRAGON = "dragon"
    FOX = "fox"
    MOON = "moon"
    OWL = "owl"
    PANDA = "panda"
    ROBOT = "robot"
    ROCKET = "rocket"
    STAR = "star"
    TIGER = "tiger"
    WHALE = "whale"


class CaptionEdge(StrEnum):
    """How the letters of captions stand out from the picture."""

    NONE = "none"
    OUTLINE = "outline"
    SHADOW = "shadow"
    RAISED = "raised"
    DEPRESSED = "depressed"


class CaptionPosition(StrEnum):
    """Where captions stand that do not say so themselves."""

    BOTTOM = "bottom"
    TOP = "top"


class CaptionStyle(Wire):
    """How captions look. ``size_percent`` is of the size a film's maker meant."""

    size_percent: Annotated[int, Field(ge=50, le=300)] = 100
    colour: Colour = "#FFFFFF"
    background: Colour = "#000000"
    background_opacity: Annotated[float, Field(ge=0, le=1)] = 0.0
    edge: CaptionEdge = CaptionEdge.OUTLINE
    position: CaptionPosition = CaptionPosition.BOTTOM


class ProfileStyle(Wire):
    """What a profile decides for itself. A picture goes before the avatar."""

    name: ShortName
    colour: Colour = "#7CB8FF"
    avatar: Avatar = Avatar.FOX
    picture_id: Id | None = None
    language: LanguageTag = "en"
    captions: CaptionStyle = CaptionStyle()
    audio_languages: Annotated[tuple[LanguageTag, ...], Field(max_length=LANGUAGES_MAX)] = ()
    subtitle_languages: Annotated[tuple[LanguageTag, ...], Field(max_length=LANGUAGES_MAX)] = ()
    shares_taste: bool = True


class Restrictions(Wire):
    """What the household's owner decides for a profile.

    A kids profile sees nothing rated above 12 unless ``max_age`` says otherwise, and nothing
    that carries no rating. ``libraries``: ``None`` is all of them.
    """

    kids: bool = False
    max_age: Age | None = None
    unrated: bool = True
    libraries: Annotated[tuple[Id, ...], Field(max_length=100)] | None = None
    blocked_titles: Annotated[tuple[Id, ...], Field(max_length=BLOCKED_MAX)] = ()
    blocked_tags: Annotated[tuple[Name, ...], Field(max_length=500)] = ()
    times: WatchTimes = WatchTimes()


class ProfileSettings(Wire):
    """All settings of a profile but its PIN: what an export carries."""

    style: ProfileStyle
    restrictions: Restrictions = Restrictions()


class Profile(ProfileStyle):
    """A viewer of the household. ``locked``: it has a PIN."""

    id: Id
    name: Name
    kids: bool = False
    locked: bool = False


class Household(Wire):
    """The household this server belongs to. ``time_zone`` is where its days begin."""

    id: Id
    name: Name
    region: Country | None = None
    time_zone: ZoneName = "UTC"
    parental_pin: bool = False  # whether there is one
    profiles: tuple[Profile, ...]

    def seen_by(self, profile_id: str | None) -> Household:
        """As a device kept to that profile may know it; ``None`` is kept to none."""
        theirs = tuple(p for p in self.profiles if profile_id in (None, p.id))
        return self.model_copy(update={"profiles": theirs})


class ChangeHousehold(Wire):
    """New facts of the household; ``time_zone``: ``None`` is that of the server's machine."""

    name: ShortName
    region: Country | None = None
    time_zone: ZoneName | None = None


class ProfileOrder(Wire):
    """All profiles in the order they are shown in."""

    profile_ids: Annotated[tuple[Id, ...], Field(max_length=PROFILES_MAX)]


class GivenPin(Wire):
    """A PIN somebody typed."""

    pin: Pin


class Unlocked(Wire):
    """How long what was unlocked stays so on this device, if nobody locks it before."""

    for_s: Annotated[float, Field(ge=0, allow_inf_nan=False)]
