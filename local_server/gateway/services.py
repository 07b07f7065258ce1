"""What the routes stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from local_server.contracts import Job
from local_server.runtime.database import Database
from local_server.services.billing.service import Billing
from local_server.services.catalog.library import Library
from local_server.services.catalog.service import Catalog
from local_server.services.playback.service import Playback
from local_server.services.recommendation.service import Recommendation
from local_server.services.users.allowances import Allowances
from local_server.services.users.devices import Devices
from local_server.services.users.pins import Locks
from local_server.services.users.requests import Requests
from local_server.services.users.service import Users
from local_server.services.users.setup import Setup


class JobBoard(Protocol):
    """The studio's work, as far as clients see it."""

    def jobs(self) -> tuple[Job, ...]:
        """All jobs, newest first."""

    def cancel(self, job_id: str) -> None:
        """Take a job back; :class:`~local_server.errors.NotFound`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a request can reach. ``databases`` by service, for the health report."""

    catalog: Catalog
    library: Library
    users: Users
    locks: Locks
    allowances: Allowances
    requests: Requests
    devices: Devices
    setup: Setup
    recommendation: Recommendation
    playback: Playback
    billing: Billing
    jobs: JobBoard
    databases: Mapping[str, Database]
