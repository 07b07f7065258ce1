"""What a presentation says of itself."""

from __future__ import annotations

import pytest

from abr.media import AdaptationSet, AdaptationSetId, MediaKind, Presentation, PresentationId
from tests.helpers.films import rung


def presentation(*marked: bool) -> Presentation:
    sets = [
        AdaptationSet(
            id=AdaptationSetId(f"a{n}"),
            kind=MediaKind.AUDIO,
            default=default,
            segment_durations_s=(4.0,),
            representations=(rung(0, 64_000, [32_000]),),
        )
        for n, default in enumerate(marked)
    ]
    return Presentation(id=PresentationId("p"), duration_s=4.0, adaptation_sets=tuple(sets))


@pytest.mark.parametrize(
    ("marked", "begins_with"),
    [((False, True, False), "a1"), ((False, False), "a0"), ((True, True), "a0"), ((), None)],
)
def test_sound_begins_with_what_its_maker_marked(
    marked: tuple[bool, ...], begins_with: str | None
) -> None:
    chosen = presentation(*marked).default_audio

    assert (chosen and chosen.id) == begins_with
