"""Profiles as documents."""

from __future__ import annotations

import base64
from datetime import timedelta

from local_server.client.calls import Caller, segment
from local_server.contracts import (
    IMPORT_MAX_BYTES,
    ImportFile,
    ImportReport,
    Problem,
    ProfileDocument,
)
from local_server.errors import EdgeRefused

# Years of watching, written to a slow disk.
PROFILE_TIMEOUT = timedelta(minutes=5)


_TOO_LARGE = Problem(
    code="request_too_large",
    message=f"This file is larger than {IMPORT_MAX_BYTES // 2**20} MiB",
    hint="Export one library or one year at a time.",
)


class PortabilityCalls(Caller):
    """Taking profiles elsewhere and in."""

    def export_profile(self, profile_id: str) -> ProfileDocument:
        """Everything of a profile."""
        path = f"v1/profiles/{segment(profile_id)}/export"
        return self._ask("GET", path, ProfileDocument, timeout_s=self._patience_s)

    def import_profile(
        self, profile_id: str, data: bytes, *, name: str = "", settings: bool = False
    ) -> ImportReport:
        """Take in a profile of Matinee, or what Jellyfin, Plex or Kodi know of it.

        ``data`` is the file as it is, at most 64 MiB. ``settings``: those of the file take the
        place of the profile's own, which the owner alone may do.
        """
        if len(data) > IMPORT_MAX_BYTES:
            raise EdgeRefused(_TOO_LARGE, status=413)
        body = ImportFile(name=name, data=base64.b64encode(data), settings=settings)
        path = f"v1/profiles/{segment(profile_id)}/import"
        return self._ask("POST", path, ImportReport, body=body, timeout_s=self._patience_s)

    @property
    def _patience_s(self) -> float:
        return max(self._timeout_s, PROFILE_TIMEOUT.total_seconds())
