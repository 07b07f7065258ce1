"""What the routes stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from local_server.portability.desk import ProfileDesk
from local_server.preparation import StudioDesk
from local_server.runtime.vitals import Vitals
from local_server.services.billing.service import Billing
from local_server.services.catalog.finding import Finder
from local_server.services.catalog.library import Library
from local_server.services.catalog.service import Catalog
from local_server.services.playback.service import Playback
from local_server.services.recommendation.experiments.desk import ExperimentDesk
from local_server.services.recommendation.service import Recommendation
from local_server.services.users.allowances import Allowances
from local_server.services.users.devices import Devices
from local_server.services.users.pins import Locks
from local_server.services.users.requests import Requests
from local_server.services.users.service import Users
from local_server.services.users.setup import Setup


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a request can reach. ``vitals`` by service, for the health report."""

    catalog: Catalog
    library: Library
    finder: Finder
    users: Users
    locks: Locks
    allowances: Allowances
    requests: Requests
    devices: Devices
    setup: Setup
    recommendation: Recommendation
    experiments: ExperimentDesk
    playback: Playback
    portability: ProfileDesk
    billing: Billing
    jobs: StudioDesk
    vitals: Mapping[str, Vitals]
