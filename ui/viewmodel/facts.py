"""What is said about a title beside its name. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from local_server.contracts import TitleDetail, TitleKind
from ui.viewmodel import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """``plain`` words first, then ``badges``: short marks with a longer text for a tooltip."""

    plain: tuple[str, ...] = ()
    badges: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Particular:
    """A labelled line of a title's page."""

    label: str
    text: str


def facts_of(detail: TitleDetail) -> Facts:
    """Year, length or number of episodes; picture height, languages and subtitles as badges."""
    summary = detail.summary
    plain = [str(summary.year) if summary.year else "", words.spoken_duration(summary.duration_s)]
    if summary.kind is TitleKind.SERIES:
        plain.append(_count(len(seasons_of(detail)), "season"))
        plain.append(_count(len(detail.episodes), "episode"))
    badges: list[tuple[str, str]] = []
    if detail.max_height_px:
        badges.append((f"{detail.max_height_px}p", f"Up to {detail.max_height_px} lines"))
    languages = named(detail.audio_languages)
    if len(languages) > 1:
        spoken = words.listing(languages)
        badges.append((f"{len(languages)} languages", f"Spoken in {spoken}"))
    subtitles = named(detail.subtitle_languages)
    if subtitles:
        badges.append(("CC", f"Subtitles in {words.listing(subtitles)}"))
    return Facts(plain=tuple(part for part in plain if part), badges=tuple(badges))


def particulars_of(detail: TitleDetail) -> tuple[Particular, ...]:
    """The lines at the foot of a title's page; what is unknown is left out."""
    lines = (
        ("Audio", words.listing(named(detail.audio_languages))),
        ("Subtitles", words.listing(named(detail.subtitle_languages))),
        ("Picture", f"Up to {detail.max_height_px}p" if detail.max_height_px else ""),
        ("On disk", words.size(detail.size_bytes) if detail.size_bytes else ""),
        ("Added", words.date(detail.added_at)),
        ("Credit", words.one_line(detail.summary.attribution)),
    )
    return tuple(Particular(label=label, text=text) for label, text in lines if text)


def seasons_of(detail: TitleDetail) -> tuple[int, ...]:
    """Season numbers in order; episodes without one count as season 1."""
    return tuple(sorted({episode.season or 1 for episode in detail.episodes}))


def named(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Languages by name, each once; an unknown one says nothing and is left out."""
    return tuple(dict.fromkeys(words.language(tag) for tag in tags if tag not in {"", "und"}))


def _count(number: int, noun: str) -> str:
    if not number:
        return ""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
