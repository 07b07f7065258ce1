"""View models serve three interfaces: none of their toolkits may come in with them."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import ui.viewmodel

TOOLKITS = ("PySide6", "shiboken6", "mpv", "textual", "httpx")

PROBE = """
import importlib, json, sys
for name in {modules!r}:
    importlib.import_module(name)
print(json.dumps(sorted(t for t in {toolkits!r} if t in sys.modules)))
"""


def test_no_view_model_imports_a_toolkit() -> None:
    names = [f"ui.viewmodel.{info.name}" for info in pkgutil.iter_modules(ui.viewmodel.__path__)]
    assert {"ui.viewmodel.app", "ui.viewmodel.player"} <= set(names)
    code = PROBE.format(modules=names, toolkits=TOOLKITS)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.strip() == "[]", done.stderr
