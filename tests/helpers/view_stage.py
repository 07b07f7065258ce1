"""All view models of an interface, on time and threads that a test drives by hand."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.helpers.screens import (
    FakeCatalog,
    FakeControl,
    FakeServer,
    HandClock,
    HandQueue,
    household_catalog,
)
from ui.viewmodel.app import AppModel
from ui.viewmodel.ports import Prefetcher


@dataclass
class Stage:
    """Everything around the view models; :meth:`settle` lets all work and results through."""

    catalog: FakeCatalog = field(default_factory=household_catalog)
    control: FakeControl = field(default_factory=FakeControl)
    server: FakeServer = field(default_factory=FakeServer)
    clock: HandClock = field(default_factory=HandClock)
    elsewhere: HandQueue = field(default_factory=HandQueue)
    home_queue: HandQueue = field(default_factory=HandQueue)
    prefetcher: Prefetcher | None = None

    def __post_init__(self) -> None:
        self.app = AppModel(
            client=self.catalog,
            control=self.control,
            scheduler=self.clock,
            submit=self.elsewhere.submit,
            post=self.home_queue.submit,
            server=self.server,
            prefetcher=self.prefetcher,
        )

    def settle(self) -> None:
        for _ in range(4):  # results ask for more: a film's detail, then its series'
            self.elsewhere.run()
            self.home_queue.run()

    def pass_time(self, seconds: float) -> None:
        end_s = self.clock.now_s + seconds
        while self.clock.now_s < end_s:
            self.clock.advance(min(0.25, end_s - self.clock.now_s))
            self.settle()
