"""What was fetched before anyone asked for it, and what became of it. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from abr.likelihood import SOON_S
from abr.media import PresentationId, RepresentationId
from abr.prefetch import WHOLE, WasteAccount
from player.store import StoreKey

HOUR_S = 3600.0
HALVE_AT_BYTES = 400_000_000  # older than so many bytes, what was wasted says little of today


@dataclass(slots=True)
class _Entry:
    """The beginning of one title; ``other_bytes`` were for its manifest, which is not stored."""

    probability: float
    at_s: float
    parts: dict[StoreKey, int] = field(default_factory=dict)
    other_bytes: int = 0

    @property
    def size_bytes(self) -> int:
        return self.other_bytes + sum(self.parts.values())


class PrefetchLedger:
    """Accounts for every byte: outstanding until its title is played, then hit or wasted.

    Times are of one clock that goes on while the program does not run, in seconds. Threading: the
    player's event loop.
    """

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._spent: list[tuple[float, int]] = []  # within the last hour
        self.hit_bytes = 0.0
        self.wasted_bytes = 0.0

    def fetched(
        self, title_id: str, key: StoreKey | None, size_bytes: int, probability: float, at_s: float
    ) -> None:
        """A part of a title's beginning arrived; ``key`` is where it is stored."""
        entry = self._entries.setdefault(title_id, _Entry(probability=probability, at_s=at_s))
        entry.probability, entry.at_s = probability, at_s
        if key is None:
            entry.other_bytes += size_bytes
        else:
            entry.parts[key] = size_bytes
        self._spent.append((at_s, size_bytes))

    def holds(self, title_id: str) -> bool:
        """Whether something of the title is outstanding."""
        return title_id in self._entries

    def lost(self, size_bytes: int, at_s: float) -> None:
        """So much of a transfer had come when it was cancelled or broke."""
        self.wasted_bytes += size_bytes
        self._spent.append((at_s, size_bytes))

    def started(self, title_id: str, used: Collection[StoreKey]) -> bool:
        """The title was played, and its start took ``used`` out of the store; whether it helped.

        Init segments and the manifest count as used when any segment was.
        """
        entry = self._entries.pop(title_id, None)
        if entry is None:
            return False
        helped = any(key in used for key in entry.parts)
        self._settle(entry.other_bytes, hit=helped)
        for key, size_bytes in entry.parts.items():
            self._settle(size_bytes, hit=key in used or (helped and key.index == WHOLE))
        return helped

    def settle(self, at_s: float, is_stored: Callable[[StoreKey], bool]) -> tuple[StoreKey, ...]:
        """Give up what nobody played in time, or the store had no room for.

        The answer is what may be thrown away.
        """
        given_up: list[StoreKey] = []
        for title_id, entry in list(self._entries.items()):
            expired = at_s - entry.at_s > SOON_S
            gone = [key for key in entry.parts if expired or not is_stored(key)]
            for key in gone:
                self._settle(entry.parts.pop(key), hit=False)
            given_up += gone
            if expired or (gone and not entry.parts):
                self._settle(entry.other_bytes, hit=False)
                del self._entries[title_id]
        return tuple(given_up)

    @property
    def account(self) -> WasteAccount:
        """The bytes so far, with what is outstanding at its odds."""
        outstanding = self._entries.values()
        risk_bytes = sum(entry.size_bytes * (1 - entry.probability) for entry in outstanding)
        return WasteAccount(
            fetched_bytes=self.hit_bytes
            + self.wasted_bytes
            + sum(entry.size_bytes for entry in outstanding),
            wasted_bytes=self.wasted_bytes + risk_bytes,
        )

    @property
    def held_bytes(self) -> int:
        """Bytes in the store that nobody has played."""
        return sum(sum(entry.parts.values()) for entry in self._entries.values())

    def spent_bytes(self, at_s: float) -> int:
        """Bytes fetched within the last hour."""
        # A clock that was set back must not spend the budget for ever.
        self._spent = [(at, size) for at, size in self._spent if abs(at_s - at) < HOUR_S]
        return sum(size for _, size in self._spent)

    def to_json(self) -> dict[str, Any]:
        """All of it, as plain JSON."""
        return {
            "hit_bytes": self.hit_bytes,
            "wasted_bytes": self.wasted_bytes,
            "spent": [list(pair) for pair in self._spent],
            "entries": [
                {
                    "title": title_id,
                    "probability": entry.probability,
                    "at_s": entry.at_s,
                    "other_bytes": entry.other_bytes,
                    "parts": [
                        [k.presentation_id, k.representation_id, k.index, size]
                        for k, size in entry.parts.items()
                    ],
                }
                for title_id, entry in self._entries.items()
            ],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> PrefetchLedger:
        """As :meth:`to_json` wrote it; raises ``ValueError``, ``TypeError`` or ``KeyError``."""
        made = cls()
        made.hit_bytes = float(document["hit_bytes"])
        made.wasted_bytes = float(document["wasted_bytes"])
        made._spent = [(float(at), int(size)) for at, size in document["spent"]]
        for item in document["entries"]:
            made._entries[str(item["title"])] = _Entry(
                probability=float(item["probability"]),
                at_s=float(item["at_s"]),
                other_bytes=int(item["other_bytes"]),
                parts={
                    StoreKey(PresentationId(str(p)), RepresentationId(str(r)), int(n)): int(size)
                    for p, r, n, size in item["parts"]
                },
            )
        return made

    def _settle(self, size_bytes: int, *, hit: bool) -> None:
        if hit:
            self.hit_bytes += size_bytes
        else:
            self.wasted_bytes += size_bytes
        if self.hit_bytes + self.wasted_bytes > HALVE_AT_BYTES:
            self.hit_bytes, self.wasted_bytes = self.hit_bytes / 2, self.wasted_bytes / 2
