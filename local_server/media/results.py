"""What the studio hands over, kept inside the folder itself so that folder and facts never part."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from abr import manifest
from abr.media import MediaKind, Presentation, PresentationId
from local_server.media.workfolder import tree_bytes

FACTS = "studio.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioResult:
    """A finished presentation.

    Languages are BCP 47 tags, the default first. ``notice`` is one sentence for a person when
    the film is not all it claims to be (it ends early), else empty.
    """

    presentation_id: PresentationId
    folder: Path
    duration_s: float
    max_height_px: int
    audio_languages: tuple[str, ...]
    subtitle_languages: tuple[str, ...]
    size_bytes: int
    poster_path: Path
    still_path: Path
    average_colour: str
    notice: str = ""


def write_result(
    folder: Path, presentation: Presentation, average_colour: str, notice: str
) -> None:
    """Leave in ``folder`` what the manifest does not say."""
    facts = {
        "presentation_id": presentation.id,
        "average_colour": average_colour,
        "notice": notice,
        "size_bytes": tree_bytes(path for path in folder.rglob("*") if path.is_file()),
    }
    (folder / FACTS).write_text(json.dumps(facts, indent=1), encoding="utf-8")


def read_result(folder: Path) -> StudioResult:
    """The result that ``folder`` holds; ``OSError`` or ``ValueError`` when it holds none."""
    presentation = manifest.load((folder / manifest.FILE_NAME).read_bytes())
    facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    video = presentation.video
    return StudioResult(
        presentation_id=presentation.id,
        folder=folder,
        duration_s=presentation.duration_s,
        max_height_px=max((r.height_px for r in video.representations), default=0) if video else 0,
        audio_languages=_languages(presentation, MediaKind.AUDIO),
        subtitle_languages=_languages(presentation, MediaKind.SUBTITLE),
        size_bytes=int(facts["size_bytes"]),
        poster_path=folder / "poster.jpg",
        still_path=folder / "still.jpg",
        average_colour=str(facts["average_colour"]),
        notice=str(facts["notice"]),
    )


def _languages(presentation: Presentation, kind: MediaKind) -> tuple[str, ...]:
    sets = sorted(presentation.of_kind(kind), key=lambda entry: not entry.default)
    return tuple(dict.fromkeys(entry.language for entry in sets))
