"""Every package that is locked has its licence named."""

from __future__ import annotations

import re
import tomllib

from tests.helpers.project import ROOT


def test_notices_name_every_locked_package_and_no_other() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    locked = {package["name"] for package in lock["package"]} - {"matinee"}
    notices = (ROOT / "NOTICE.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (\S.*?) \| (.+) \|$", notices.partition("## Python packages")[2], re.MULTILINE
    )
    named = {name: licence for licence, names in rows for name in names.split(", ")}
    assert named["httpx"] == "BSD-3-Clause"
    assert named.keys() - {"packages", "---"} == locked
