"""Where a command works, and where its log goes."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import structlog
from cyclopts import Parameter

from ui.places import Places, places

HomeOption = Annotated[
    Path | None,
    Parameter(name="--home", help="Folder for everything Matinee keeps (else MATINEE_HOME)."),
]


def prepared(home: Path | None) -> Places:
    """The folders of this run, and a log that goes to stderr when it is asked for."""
    level = os.environ.get("MATINEE_LOG", "error").upper()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping().get(level, logging.ERROR)
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    return places(home)
