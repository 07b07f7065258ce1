"""A model that is fitted again after a restart is the same model."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.helpers.project import ROOT

FIT = """
import hashlib
from local_server.services.recommendation.taste.model import TasteModel
from tests.helpers.tastes import LIBRARY, NOW_S, PROFILES, seen, written
house = seen("ann", "t01", "t05", "t02") + seen("ben", "t05", "t02", "t09") + seen("cem", "t03")
model = TasteModel.fit(house, LIBRARY, sharing=PROFILES)
found = model.rank(seen("ann", "t01", "t05"), shares=True, now_s=NOW_S, limit=9, seed=4)
print(hashlib.sha256(written(model) + written(found)).hexdigest())
"""


def test_neither_model_nor_list_depends_on_the_process() -> None:
    printed = {
        subprocess.run(
            [sys.executable, "-c", FIT],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            timeout=100,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(printed) == 1
