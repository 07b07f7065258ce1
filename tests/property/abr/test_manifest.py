"""The manifest: what is written reads back, and what was damaged is refused in words."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abr.manifest import ManifestError, dump, load
from abr.media import AdaptationSet, Presentation, PresentationId
from tests.helpers.films import scenic_film
from tests.helpers.strategies import films

SOUND = dump(
    Presentation(id=PresentationId("film"), duration_s=12.0, adaptation_sets=(scenic_film(3),))
)


@given(st.lists(films(), min_size=1, max_size=3), st.text(max_size=20), st.floats(0.1, 1e5))
def test_a_presentation_reads_back_equal(
    sets: list[AdaptationSet], name: str, duration_s: float
) -> None:
    presentation = Presentation(
        id=PresentationId(name), duration_s=duration_s, adaptation_sets=tuple(sets)
    )

    assert load(dump(presentation)) == presentation


@given(st.text() | st.binary())
def test_what_is_no_manifest_is_refused(text: str | bytes) -> None:
    with pytest.raises(ManifestError):
        load(text)


@pytest.mark.parametrize("score", [math.nan, math.inf])
def test_a_vmaf_that_is_no_number_is_refused(score: float) -> None:
    document = json.loads(SOUND)
    document["adaptation_sets"][0]["representations"][0]["segment_vmaf"] = [90.0, score, 91.0]

    with pytest.raises(ManifestError, match="VMAF"):
        load(json.dumps(document))


def test_brackets_without_end_are_refused() -> None:
    with pytest.raises(ManifestError):
        load("[" * 100_000)


@given(st.integers(0, len(SOUND) - 1))
def test_a_truncated_manifest_is_refused(length: int) -> None:
    with pytest.raises(ManifestError):
        load(SOUND[:length])


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_json_of_another_shape_is_refused(document: Any) -> None:
    with pytest.raises(ManifestError):
        load(json.dumps(document))


def _paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = node.items() if isinstance(node, dict) else enumerate(node)
    found = []
    for key, child in children:
        found.append((*path, key))
        if isinstance(child, dict | list):
            found += _paths(child, (*path, key))
    return found


PATHS = _paths(json.loads(SOUND))
FIELDS = [path for path in PATHS if isinstance(path[-1], str)]


@pytest.mark.parametrize("path", FIELDS, ids=lambda path: ".".join(map(str, path)))
def test_a_missing_field_is_named(path: tuple[Any, ...]) -> None:
    document = json.loads(SOUND)
    del _parent(document, path)[path[-1]]

    with pytest.raises(ManifestError, match=str(path[-1])):
        load(json.dumps(document))


@given(st.sampled_from(PATHS), st.sampled_from([None, "x", -1, math.nan, math.inf, [], {}, [None]]))
def test_a_damaged_field_is_refused_or_yields_a_presentation_that_holds_together(
    path: tuple[Any, ...], damage: Any
) -> None:
    document = json.loads(SOUND)
    _parent(document, path)[path[-1]] = copy.deepcopy(damage)
    try:
        presentation = load(json.dumps(document))
    except ManifestError:
        return
    assert 0 < presentation.duration_s < math.inf
    for entry in presentation.adaptation_sets:
        assert all(0 < duration < math.inf for duration in entry.segment_durations_s)
        for rung in entry.representations:
            assert len(rung.segment_bytes) == len(entry.segment_durations_s)
            assert min(rung.segment_bytes) > 0
            assert all(math.isfinite(score) for score in rung.segment_vmaf)


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../../x", "a/../../x", "http://elsewhere/x", "\\\\host\\x", "a\\..\\x"]
)
def test_a_path_out_of_the_folder_is_refused(path: str) -> None:
    document = json.loads(SOUND)
    document["adaptation_sets"][0]["representations"][0]["segment_path"] = path

    with pytest.raises(ManifestError, match="outside"):
        load(json.dumps(document))


def _parent(document: Any, path: tuple[Any, ...]) -> Any:
    for key in path[:-1]:
        document = document[key]
    return document
