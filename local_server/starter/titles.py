"""What the starter library consists of, and how each title comes into being."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from local_server.contracts import TitleKind
from local_server.media.generated import Recipe, RecipeId, Scene, Sound, Subtitles
from local_server.starter import lines, scenes

_CLIP = Path(__file__).with_name("big_buck_bunny_30s.webm")
_BLENDER = "Big Buck Bunny (c) 2008 Blender Foundation, CC BY 3.0, peach.blender.org"
_OWN = "Drawn by Matinee on this machine; free to use for anything"
_YEAR = 2026


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterTitle:
    """A title to register at the first start.

    ``key`` never changes, so that a later version recognises it. ``source`` is a file or a
    recipe; the higher ``priority``, the sooner it is prepared. Series fields are set for episodes.
    """

    key: str
    name: str
    year: int
    kind: TitleKind
    synopsis: str
    attribution: str
    priority: int
    source: Path | RecipeId
    series_name: str | None = None
    season: int | None = None
    episode: int | None = None


def recipes() -> tuple[Recipe, ...]:
    """The films the studio draws itself."""
    return (_nowhere(), *(_episode(number) for number in (1, 2, 3)))


def starter_titles() -> tuple[StarterTitle, ...]:
    """The starter library, most urgent first."""
    bunny = StarterTitle(
        key="big-buck-bunny",
        name="Big Buck Bunny",
        year=2008,
        kind=TitleKind.MOVIE,
        synopsis="Half a minute from the Blender Foundation's open film about a very large, very "
        "gentle rabbit, and a morning that begins too well to last.",
        attribution=_BLENDER,
        priority=30,
        source=_CLIP,
    )
    nowhere = StarterTitle(
        key="postcards-from-nowhere",
        name="Postcards from Nowhere",
        year=_YEAR,
        kind=TitleKind.MOVIE,
        synopsis="Ten views of places that do not exist: coastlines without end, gardens that "
        "grow by three rules, weather woven from noise. Five minutes, no plot, and a clock in "
        "the corner for those who like to know exactly where they are.",
        attribution=_OWN,
        priority=20,
        source=RecipeId("postcards-from-nowhere-1"),
    )
    return (bunny, nowhere, *(_episode_title(number) for number in (1, 2, 3)))


_EPISODES = {
    1: (
        "The Garden",
        (
            "Cells are born, crowd each other out, and leave traces. Nobody planted them, and "
            "no two seasons are alike."
        ),
    ),
    2: (
        "The Coast",
        "The closer you come to this shore, the longer it gets. We come very close.",
    ),
    3: (
        "The Weather",
        "Clouds, rings and storms over a country without a map. Bring a coat in every colour.",
    ),
}


def _episode_title(number: int) -> StarterTitle:
    name, synopsis = _EPISODES[number]
    return StarterTitle(
        key=f"small-universes-s1e{number}",
        name=name,
        year=_YEAR,
        kind=TitleKind.EPISODE,
        synopsis=synopsis,
        attribution=_OWN,
        priority=10 - number,
        source=RecipeId(f"small-universes-{number}-1"),
        series_name="Small Universes",
        season=1,
        episode=number,
    )


def _nowhere() -> Recipe:
    seconds = 30
    return Recipe(
        id=RecipeId("postcards-from-nowhere-1"),
        width_px=1280,
        height_px=720,
        rate=24,
        scenes=(
            scenes.weather(seconds=seconds, seed=3, palette="magma"),
            scenes.coastline(seconds=seconds, x=-0.743643887, y=-0.131825904, depth=2e-5),
            scenes.garden(seconds=seconds, seed=7, soil="#0B1E2D", leaf="#FFE9A8", trace="#B5446E"),
            scenes.silk(seconds=seconds, seed=5, kind="spiral"),
            scenes.lattice(seconds=seconds, seed=4, kind="carpet", palette="plasma"),
            scenes.ripples(seconds=seconds, spread=256, drift=20),
            scenes.weather(seconds=seconds, seed=11, palette="viridis"),
            scenes.loom(seconds=seconds, seed=5, rule=110, palette="magma"),
            scenes.coastline(seconds=seconds, x=-0.1015, y=-0.9563, depth=2e-4),
            scenes.silk(seconds=seconds, seed=23, kind="circular"),
        ),
        sounds=(
            Sound(language="eng", label="English", expression=_tone(440.0)),
            Sound(language="ger", label="Deutsch", expression=_tone(330.0)),
        ),
        subtitles=(
            Subtitles(language="eng", label="English", text=lines.english),
            Subtitles(language="ger", label="Deutsch", text=lines.german),
        ),
    )


def _episode(number: int) -> Recipe:
    looks: dict[int, tuple[Scene, ...]] = {
        1: (
            scenes.garden(seconds=20, seed=17, soil="#07140D", leaf="#F2F7C9", trace="#3FA06B"),
            scenes.loom(seconds=20, seed=9, rule=30, palette="viridis"),
        ),
        2: (
            scenes.coastline(seconds=20, x=-0.77568377, y=0.13646737, depth=6e-4),
            scenes.lattice(seconds=20, seed=8, kind="triangle", palette="magma"),
        ),
        3: (
            scenes.weather(seconds=20, seed=29, palette="plasma"),
            scenes.ripples(seconds=20, spread=120, drift=34),
        ),
    }
    return Recipe(
        id=RecipeId(f"small-universes-{number}-1"),
        width_px=854,
        height_px=480,
        rate=24,
        scenes=looks[number],
        sounds=(Sound(language="eng", label="English", expression=_tone(220.0 + 55.0 * number)),),
        subtitles=(Subtitles(language="eng", label="English", text=lines.english),),
    )


def _tone(base_hz: float) -> str:
    """A soft, slowly breathing chord on ``base_hz``, left and right a little apart."""
    left = _chord(base_hz, breath_hz=0.11)
    right = _chord(base_hz, breath_hz=0.13)
    return f"{left}|{right}"


def _chord(base_hz: float, *, breath_hz: float) -> str:
    breath = f"(0.65+0.35*sin(2*PI*{breath_hz}*t))"
    tones = f"0.16*sin(2*PI*{base_hz}*t)+0.05*sin(3*PI*{base_hz}*t)"
    return f"{breath}*({tones})"
