"""Two rankings in one row: team-draft interleaving. Pure.

Radlinski, Kurup & Joachims, "How Does Clickthrough Data Reflect Retrieval Quality?", CIKM 2008.
Every viewer compares both rankings at every look, so that a home of four learns within weeks what
splitting it into two groups of two could never tell.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Team(StrEnum):
    """The ranking that brought a card."""

    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A card of the row. Without a team it earns nobody a credit."""

    title_id: str
    team: Team | None


def draw_seed(experiment_id: str, profile_id: str, draw_id: str) -> int:
    """The seed of one draw, ``draw_id`` telling a profile's draws apart (such as the day)."""
    words = json.dumps([experiment_id, profile_id, draw_id]).encode()
    return int.from_bytes(hashlib.blake2b(words, digest_size=8).digest())


def team_draft(
    first: Sequence[str], second: Sequence[str], *, seed: int, length: int
) -> tuple[Drafted, ...]:
    """At most ``length`` titles of both rankings, each once, best first."""
    return draft(first, second, coins=_coins(seed), length=length)


def draft(
    first: Sequence[str], second: Sequence[str], *, coins: Iterable[bool], length: int
) -> tuple[Drafted, ...]:
    """The draft with these coins; a coin that shows ``True`` lets the first ranking pick first.

    The teams pick in rounds of two, a coin choosing who begins, each its best title that is not
    taken yet. A place in the row is thus as likely the one's as the other's. Where that would end,
    because one has no title left, the rest fills the row without a team: a play there would say
    how long a ranking is, not how good.
    """
    taken: dict[str, Team | None] = {}
    for coin in coins:
        leader, follower = (first, second) if coin else (second, first)
        picks = _round(leader, follower, taken)
        teams = (Team.FIRST, Team.SECOND) if coin else (Team.SECOND, Team.FIRST)
        taken.update(zip(picks, teams, strict=False))
        if len(picks) < 2 or len(taken) >= length:
            break
    for title_id in itertools.chain(first, second):
        taken.setdefault(title_id, None)
    cards = (Drafted(title_id=title_id, team=team) for title_id, team in taken.items())
    return tuple(itertools.islice(cards, length))


def credit(cards: Iterable[Drafted], played: Collection[str]) -> dict[Team, int]:
    """Titles played of each team; a title played twice counts once."""
    teams = [card.team for card in cards if card.title_id in played]
    return {team: teams.count(team) for team in Team}


def _round(leader: Sequence[str], follower: Sequence[str], taken: Collection[str]) -> list[str]:
    """What the two pick: one title each; one alone, or none, when that would not be fair."""
    own, other = (
        list(itertools.islice(dict.fromkeys(t for t in ranking if t not in taken), 2))
        for ranking in (leader, follower)
    )
    if not own or not other:
        return []
    if own[0] != other[0]:
        return [own[0], other[0]]
    # Both want the same title. Whoever does not get it needs another, whichever way the coin fell.
    return [own[0], other[1]] if len(own) == len(other) == 2 else own[:1]


def _coins(seed: int) -> Iterator[bool]:
    for block in itertools.count():
        for byte in hashlib.blake2b(f"{seed} {block}".encode()).digest():
            yield from (bool(byte >> bit & 1) for bit in range(8))
