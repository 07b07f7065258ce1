"""The corpus of names: every one of them is read as it must be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local_server.services.catalog.naming import (
    ArtRole,
    NfoRole,
    Sidecar,
    artwork_role,
    nfo_role,
    read,
    read_sidecar,
)
from tests.helpers.naming import cases, differences, table, told

CASES = list(cases())
FLAGS = ("default", "forced", "hearing_impaired", "commentary")


def test_the_corpus_is_large() -> None:
    beside = len(table("sidecars.toml")["names"]) + len(table("artwork.toml")["pictures"])
    assert len(CASES) >= 700
    assert len(CASES) + beside >= 850


@pytest.mark.parametrize("subject", sorted({case.subject for case in CASES}))
def test_every_name_is_read_right(subject: str) -> None:
    found = {
        case.name: different
        for case in CASES
        if case.subject == subject
        and (different := differences(case, told(read(case.path, library=case.library))))
    }
    assert found == {}


def sidecar_told(sidecar: Sidecar | None) -> str:
    if sidecar is None:
        return "none"
    words = [f"{sidecar.kind} {sidecar.owner}"]
    words += [f"language {sidecar.language}"] if sidecar.language else []
    words += [flag for flag in FLAGS if getattr(sidecar, flag)]
    words += [f"title {sidecar.title}"] if sidecar.title else []
    return " | ".join(words)


def test_every_sidecar_finds_its_film() -> None:
    corpus = table("sidecars.toml")
    found = {name: sidecar_told(read_sidecar(name, corpus["videos"])) for name in corpus["names"]}
    assert found == corpus["names"]


def role_told(role: ArtRole | NfoRole | None) -> str:
    if role is None:
        return "none"
    words = [role.kind.value] + ([f"owner {role.owner}"] if role.owner else [])
    if isinstance(role, ArtRole):
        words += [f"season {role.season}"] if role.season is not None else []
        words += [f"index {role.index}"] if role.index else []
    return " | ".join(words)


@pytest.mark.parametrize(("what", "reader"), [("pictures", artwork_role), ("notes", nfo_role)])
def test_every_picture_and_note_has_its_place(
    what: str, reader: Callable[[str, list[str]], ArtRole | NfoRole | None]
) -> None:
    corpus = table("artwork.toml")
    found = {name: role_told(reader(name, corpus["videos"])) for name in corpus[what]}
    assert found == corpus[what]
