"""Whatever happens, every byte is accounted for once."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abr.likelihood import SOON_S
from abr.media import PresentationId, RepresentationId
from player.prefetch_ledger import HOUR_S, PrefetchLedger
from player.store import StoreKey

TITLES = st.sampled_from(["a", "b", "c"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("fetch"), TITLES, st.integers(-1, 4), st.integers(0, 10_000)),
        st.tuples(st.just("lose"), TITLES, st.just(0), st.integers(0, 10_000)),
        st.tuples(st.just("start"), TITLES, st.integers(0, 4), st.just(0)),
        st.tuples(st.just("evict"), TITLES, st.integers(-1, 4), st.just(0)),
    ),
    max_size=30,
)


def key(title_id: str, index: int) -> StoreKey:
    return StoreKey(PresentationId(title_id), RepresentationId("v"), index)


@given(STEPS)
def test_every_byte_is_accounted_for_once(steps: list[tuple[str, str, int, int]]) -> None:
    ledger, stored, spent = PrefetchLedger(), dict[StoreKey, int](), 0
    for at_s, (what, title_id, index, size_bytes) in enumerate(steps):
        where = key(title_id, index)
        if what == "fetch" and where not in stored:
            ledger.fetched(title_id, where, size_bytes, 0.8, at_s)
            stored[where] = size_bytes
            spent += size_bytes
        elif what == "lose":
            ledger.lost(size_bytes, at_s)
            spent += size_bytes
        elif what == "start":
            ledger.started(title_id, {where} & set(stored))
            stored = {k: v for k, v in stored.items() if k.presentation_id != title_id}
        elif what == "evict":
            stored.pop(where, None)
            ledger.settle(at_s, stored.__contains__)
        again = PrefetchLedger.from_json(json.loads(json.dumps(ledger.to_json())))
        assert again.to_json() == ledger.to_json()
        assert ledger.account.fetched_bytes == pytest.approx(spent)
        assert ledger.account.wasted_bytes <= spent + 1e-6
        assert ledger.spent_bytes(at_s) == spent

    ledger.settle(len(steps) + SOON_S + 1, stored.__contains__)
    assert ledger.held_bytes == 0
    assert ledger.hit_bytes + ledger.wasted_bytes == pytest.approx(spent)
    assert ledger.spent_bytes(len(steps) + HOUR_S + 1) == 0


def test_a_start_elsewhere_in_the_film_was_not_helped() -> None:
    ledger = PrefetchLedger()
    ledger.fetched("a", None, 5, 0.9, 0.0)
    for index in (-1, 7):
        ledger.fetched("a", key("a", index), 100, 0.9, 0.0)
    assert not ledger.started("a", {key("a", 3)})
    assert (ledger.hit_bytes, ledger.wasted_bytes) == (0, 205)


def test_a_start_where_it_was_expected_uses_manifest_and_inits_too() -> None:
    ledger = PrefetchLedger()
    ledger.fetched("a", None, 5, 0.9, 0.0)
    for index in (-1, 7, 8):
        ledger.fetched("a", key("a", index), 100, 0.9, 0.0)
    assert ledger.started("a", {key("a", 7)})
    assert (ledger.hit_bytes, ledger.wasted_bytes) == (205, 100)
    assert not ledger.holds("a")
