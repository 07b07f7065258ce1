"""The segment store is a dictionary with a limit, whatever happens to its disk."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from abr.media import PresentationId, RepresentationId
from player.store import SegmentStore, StoreKey

keys = st.builds(
    StoreKey,
    st.sampled_from([PresentationId("a"), PresentationId("b")]),
    st.sampled_from([RepresentationId("v1"), RepresentationId("v2")]),
    st.integers(-1, 2),
)
bodies = st.binary(max_size=12)
LIMIT, SPARE = 40, 30


def _full(*_: object, **__: object) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


class StoreAgainstDictionary(RuleBasedStateMachine):
    """``model`` holds what was put last; the store may have less, never anything else."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name)
        self.model: dict[StoreKey, bytes] = {}
        self.on_disk: set[StoreKey] = set()

    @initialize()
    def start(self) -> None:
        self.store = SegmentStore(self.path, limit_bytes=LIMIT, spare_bytes=SPARE)

    @rule(key=keys, body=bodies, keep=st.sampled_from([(), ("a",), ("a", "b")]))
    def put(self, key: StoreKey, body: bytes, keep: tuple[PresentationId, ...]) -> None:
        self.store.put(key, body, keep=keep)
        self.model[key] = body
        self.on_disk.add(key)
        assert self.store.get(key, expected_bytes=len(body)) == body

    @rule(key=keys, body=bodies)
    def put_on_a_full_disk(self, key: StoreKey, body: bytes) -> None:
        with mock.patch.object(tempfile, "mkstemp", _full):
            self.store.put(key, body)
        self.model[key] = body
        self.on_disk.discard(key)
        assert self.store.get(key) == body

    @rule(key=keys)
    def get(self, key: StoreKey) -> None:
        known = key in self.store
        found = self.store.get(key)
        assert found in (None, self.model.get(key))
        assert (found is not None) == known

    @rule(key=keys)
    def get_of_another_size(self, key: StoreKey) -> None:
        assert self.store.get(key, expected_bytes=99) is None
        assert key not in self.store
        self.model.pop(key, None)

    @rule(key=keys)
    def discard(self, key: StoreKey) -> None:
        self.store.discard(key)
        assert self.store.get(key) is None
        self.model.pop(key, None)

    @rule(presentation=st.sampled_from(["a", "b"]))
    def discard_presentation(self, presentation: str) -> None:
        self.store.discard_presentation(PresentationId(presentation))
        self.model = {k: v for k, v in self.model.items() if k.presentation_id != presentation}

    @rule(key=keys)
    def somebody_deletes_the_file(self, key: StoreKey) -> None:
        path = self.path / key.presentation_id / key.representation_id / f"{key.index}.seg"
        path.unlink(missing_ok=True)

    @rule(half=st.booleans())
    def killed_and_started_again(self, half: bool) -> None:
        if half and (self.path / "a" / "v1").is_dir():
            (self.path / "a" / "v1" / "tmp1.part").write_bytes(b"half")
        self.model = {k: v for k, v in self.model.items() if k in self.on_disk}
        self.start()
        assert not list(self.path.rglob("*.part"))

    @invariant()
    def it_holds_no_more_than_it_may(self) -> None:
        largest = max(map(len, self.model.values()), default=0)
        assert self.store.used_bytes <= max(LIMIT, largest)
        on_disk = sum(p.stat().st_size for p in self.path.rglob("*.seg"))
        assert on_disk <= self.store.used_bytes
        in_memory = [len(data) for data in self.store._memory.values()]
        assert sum(in_memory) <= SPARE or len(in_memory) == 1
        assert not set(self.store._memory) & set(self.store._sizes)

    def teardown(self) -> None:
        self.folder.cleanup()


TestStoreAgainstDictionary = StoreAgainstDictionary.TestCase
TestStoreAgainstDictionary.settings = settings(max_examples=60, stateful_step_count=30)
