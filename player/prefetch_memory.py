"""What the prefetcher knows beyond one run: a JSON file that may be lost without harm."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path

import structlog

from abr.likelihood import Likelihood
from player.prefetch_ledger import PrefetchLedger

log = structlog.get_logger()

FILE_NAME = "prefetch.json"


class PrefetchMemory:
    """The likelihood and the ledger of this device, in the file ``path``.

    What cannot be read starts anew. Threading: the player's event loop.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written = ""
        self.likelihood, self.ledger = Likelihood(), PrefetchLedger()
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            self.ledger = PrefetchLedger.from_json(document["ledger"])
            self.likelihood = Likelihood.from_json(document["likelihood"])
        except FileNotFoundError:
            pass  # the first run
        except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            log.warning("prefetch.memory_lost", error=repr(error))

    def save(self) -> None:
        """Write the file, whole or not at all; a disk that takes none is put up with."""
        document = {"likelihood": self.likelihood.to_json(), "ledger": self.ledger.to_json()}
        try:
            text = json.dumps(document, allow_nan=False)
            if text == self._written:
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent, suffix=".part")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                Path(name).replace(self._path)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(name).unlink(missing_ok=True)
                raise
            self._written = text
        except (OSError, ValueError) as error:
            log.warning("prefetch.memory_not_saved", error=repr(error))
