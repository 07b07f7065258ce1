"""Which title a person means by a few words on the command line."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from local_server.client import EdgeClient
from local_server.contracts import TitleKind, TitleSummary
from ui.cli.words import CommandError

_PAGE = 200


def all_titles(client: EdgeClient) -> list[TitleSummary]:
    """Everything that can be played or is on its way: films and episodes."""
    found: list[TitleSummary] = []
    for kind in (TitleKind.MOVIE, TitleKind.EPISODE):
        while True:
            page = client.titles(kind=kind, limit=_PAGE, offset=sum(t.kind == kind for t in found))
            found += page.items
            if not page.items or sum(t.kind == kind for t in found) >= page.total:
                break
    return found


def full_name(title: TitleSummary) -> str:
    """A title's name, an episode's with its series and number."""
    if title.kind is not TitleKind.EPISODE:
        return title.name
    return f"{title.series_name} S{title.season or 0:02}E{title.episode or 0:02} {title.name}"


def choose(titles: Sequence[TitleSummary], wanted: str) -> TitleSummary:
    """The one title meant by an id, a name or a part of a name.

    Raises :class:`CommandError` for none and for several.
    """
    words = wanted.casefold().strip()
    for test in (
        lambda t: t.id == wanted,
        lambda t: words in (t.name.casefold(), full_name(t).casefold()),
        lambda t: full_name(t).casefold().startswith(words),
        lambda t: words in full_name(t).casefold(),
    ):
        matches = [title for title in titles if test(title)]
        if len(matches) == 1:
            return matches[0]
        if matches:
            names = ", ".join(full_name(title) for title in matches[:5])
            raise CommandError(
                f"{wanted!r} fits {len(matches)} titles.",
                detail=names,
                hint="Give more of the name, or the id that 'matinee titles' shows.",
            )
    close = difflib.get_close_matches(wanted, [full_name(t) for t in titles], n=1, cutoff=0.5)
    raise CommandError(
        f"There is no title {wanted!r}.",
        hint=f"Did you mean {close[0]!r}?" if close else "'matinee titles' lists what there is.",
    )
