"""Brings a machine to where Matinee runs: system libraries, uv, the locked Python packages.

``bootstrap.py run`` installs what playing needs, ``bootstrap.py dev`` also what the checks and
tests need. Only what is missing is installed, so a second run is over at once and asks for no
rights. Uses the standard library alone and parses on old Pythons, to be able to say so.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / ".matinee-bootstrap"
UV_HOME = ROOT / ".bootstrap"
UV_VERSION = "0.13.9"
PYTHONS = ("3.13", "3.12", "3.11")  # as requires-python in pyproject.toml

MANAGERS = ("apt-get", "dnf", "pacman", "zypper", "brew")
INSTALL = {
    "apt-get": ["install", "-y", "--no-install-recommends"],
    "dnf": ["install", "-y"],
    "pacman": ["-S", "--needed", "--noconfirm"],
    "zypper": ["--non-interactive", "install"],
    "brew": ["install"],
}
# What must be there (any one of the names), why, and the package that brings it under each manager
# above. With Homebrew that is libmpv alone: the wheels for macOS bring the rest.
LIBRARIES = (
    ("libmpv.so.2 libmpv.so.1 libmpv.2.dylib", "plays film", "libmpv2 mpv-libs mpv libmpv2 mpv"),
    ("libEGL.so.1", "draws it", "libegl1 mesa-libEGL mesa Mesa-libEGL1"),
    ("libGL.so.1", "draws it", "libgl1 mesa-libGL mesa Mesa-libGL1"),
    ("libglib-2.0.so.0", "Qt's base", "libglib2.0-0 glib2 glib2 libglib-2_0-0"),
    ("libdbus-1.so.3", "talks to the desktop", "libdbus-1-3 dbus-libs dbus libdbus-1-3"),
    ("libfontconfig.so.1", "finds fonts", "libfontconfig1 fontconfig fontconfig fontconfig"),
    (
        "libxkbcommon-x11.so.0",
        "reads the keyboard",
        "libxkbcommon-x11-0 libxkbcommon-x11 libxkbcommon-x11 libxkbcommon-x11-0",
    ),
    (
        "libxcb-cursor.so.0",
        "opens windows",
        "libxcb-cursor0 xcb-util-cursor xcb-util-cursor libxcb-cursor0",
    ),
    ("libxcb-icccm.so.4", "opens windows", "libxcb-icccm4 xcb-util-wm xcb-util-wm libxcb-icccm4"),
    (
        "libxcb-keysyms.so.1",
        "opens windows",
        "libxcb-keysyms1 xcb-util-keysyms xcb-util-keysyms libxcb-keysyms1",
    ),
)
XVFB = (
    "Xvfb",
    "a screen in memory for the tests",
    "xvfb xorg-x11-server-Xvfb xorg-server-xvfb xorg-x11-server-Xvfb",
)
ENSUREPIP = ("ensurepip", "makes Python environments", "python3-venv python3 python python311")


class BootstrapError(Exception):
    """Setting up cannot go on; the text says why and what to do."""


def main(arguments: list[str]) -> int:
    """Set up for ``run`` or ``dev`` and return the exit code."""
    if arguments not in (["run"], ["dev"]):
        print("usage: bootstrap.py run|dev", file=sys.stderr)
        return 2
    dev = arguments == ["dev"]
    try:
        use_supported_python(arguments)
        install_system_packages(dev=dev)
        install_python_packages(dev=dev)
    except BootstrapError as error:
        print(f"\nMatinee could not be set up: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Running the same command again goes on from here.", file=sys.stderr)
        return 130
    return 0


def use_supported_python(arguments: list[str]) -> None:
    """Go on under a Python the packages support; does not return when that is another one."""
    if f"{sys.version_info[0]}.{sys.version_info[1]}" in PYTHONS:
        return
    for version in PYTHONS:
        other = shutil.which(f"python{version}")
        if other:
            os.execv(other, [other, str(Path(__file__)), *arguments])
    raise BootstrapError(
        f"it needs Python {PYTHONS[-1]} to {PYTHONS[0]}, and this is {sys.version.split()[0]}. "
        f"Install one of them; it is found by its name, for instance python{PYTHONS[-1]}."
    )


def install_system_packages(*, dev: bool) -> None:
    """Install the libraries and programs that no Python package brings, where missing."""
    missing = [need for need in LIBRARIES if not has_library(need[0])]
    if sys.platform == "darwin":
        missing = [need for need in missing if "dylib" in need[0]]
    else:
        if dev and not shutil.which("Xvfb"):
            missing.append(XVFB)
        if not UV_HOME.exists() and importlib.util.find_spec("ensurepip") is None:
            missing.append(ENSUREPIP)
    if not missing:
        return
    known = ("brew",) if sys.platform == "darwin" else MANAGERS[:-1]
    manager = next((name for name in known if shutil.which(name)), None)
    if manager is None:
        names = ", ".join(need[0].split()[0] for need in missing)
        raise BootstrapError(
            f"these are missing: {names}, and {' or '.join(known)} is not here to install them. "
            "Install them in the way of your system and run the command again."
        )
    column = MANAGERS.index(manager)
    packages = {need[2].split(" ")[column]: need[1] for need in missing}
    print(f"Installing system packages with {manager}:")
    for package, reason in packages.items():
        print(f"  {package:<22} {reason}")
    sys.stdout.flush()
    prefix = rights(manager, list(packages))
    if manager == "apt-get":
        apt(prefix, list(packages))
    else:
        run([*prefix, manager, *INSTALL[manager], *packages], "the system packages")


def has_library(names: str) -> bool:
    """Whether the loader finds one of ``names``."""
    return any(name in loader_cache() or loadable(name) for name in names.split())


@functools.cache
def loader_cache() -> str:
    """What ``ldconfig`` lists; empty where there is none."""
    ldconfig = shutil.which("ldconfig", path="/sbin:/usr/sbin:" + os.environ.get("PATH", ""))
    if ldconfig is None:
        return ""
    return subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=False).stdout


def loadable(name: str) -> bool:
    """Whether ``name`` loads from the search path or from where Homebrew keeps libraries."""
    for folder in ("", "/opt/homebrew/lib/", "/usr/local/lib/"):
        try:
            ctypes.CDLL(folder + name)
        except OSError:
            continue
        return True
    return False


def rights(manager: str, packages: list[str]) -> list[str]:
    """The command prefix that may install; Homebrew wants none."""
    if manager == "brew" or os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        return ["sudo"]
    command = " ".join([manager, *INSTALL[manager], *packages])
    raise BootstrapError(f"there is no sudo here. As root, run: {command}")


def apt(prefix: list[str], packages: list[str]) -> None:
    """Install with apt-get, one line of progress instead of its hundreds."""
    # The shell moves apt-get's own words to stderr and leaves stdout to its progress: apt-get makes
    # that pipe non-blocking, which breaks packages' scripts that write to it, and sudo closes any
    # further descriptor that it is handed.
    shell = [*prefix, "sh", "-c", 'exec 3>&1 1>&2; exec "$@"', "sh"]
    front = [*shell, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    options = ["-o", "APT::Status-Fd=3", "-o", "Dpkg::Use-Pty=0"]
    follow([*front, *options, "update"], "reading the package lists")
    follow([*front, *options, *INSTALL["apt-get"], *packages], "installing")


def follow(command: list[str], doing: str) -> None:
    """Run an apt-get command and show how far it is; its words appear only if it fails."""
    with tempfile.TemporaryFile("w+", errors="replace") as words:
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=words, text=True
        ) as process:
            show_progress(process.stdout or (), doing)
        if process.returncode != 0:
            words.seek(0)
            sys.stderr.writelines(words.readlines()[-20:])
            raise BootstrapError(f"apt-get failed while {doing}; the lines above say why.")
    print(f"  {doing}: done   ", flush=True)


def show_progress(lines: Iterable[str], doing: str) -> None:
    """Turn apt-get's status lines into one line of a terminal, or a few of a log."""
    terminal = sys.stdout.isatty()
    shown = ""
    for line in lines:
        # kind:package:percent:description, and names of packages may have a colon of their own
        found = re.match(r"(dl|pm)status:.*?:(\d+)\.\d+:", line)
        if found is None:
            continue
        step = "downloading" if found[1] == "dl" else doing
        percent = int(found[2]) if terminal else int(found[2]) // 25 * 25
        text = f"  {step}: {percent} %"
        if text != shown:
            print(text, end="   \r" if terminal else "\n", flush=True)
            shown = text


def install_python_packages(*, dev: bool) -> None:
    """Make ``.venv`` hold what ``uv.lock`` says, unless the stamp says that it does."""
    fingerprint = hashlib.sha256()
    for name in ("uv.lock", "pyproject.toml"):
        fingerprint.update((ROOT / name).read_bytes())
    wanted = fingerprint.hexdigest()
    stamp = STAMP.read_text().split() if STAMP.exists() else []
    python = VENV / "bin" / "python"
    if wanted in stamp and (not dev or "dev" in stamp) and python.exists():
        return
    uv = private_uv()
    # Without the group of the checks, but without taking it away from who has it.
    scope = [] if dev else ["--no-dev", "--inexact"]
    choice = [] if python.exists() else ["--python", sys.executable]
    print("Installing the Python packages of uv.lock:", flush=True)
    run([str(uv), "sync", "--frozen", *scope, *choice], "the Python packages", uv_environment())
    STAMP.write_text(f"{wanted} {'dev' if dev else 'run'}\n")


def private_uv() -> Path:
    """The pinned uv in an environment of its own: the system's Python stays as it is."""
    uv = UV_HOME / "bin" / "uv"
    marker = UV_HOME / f"uv-{UV_VERSION}"
    if uv.exists() and marker.exists():
        return uv
    print(f"Installing uv {UV_VERSION}, which installs the Python packages:", flush=True)
    run([sys.executable, "-m", "venv", "--clear", str(UV_HOME)], "a Python environment")
    pip = [str(UV_HOME / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    run([*pip, "install", f"uv=={UV_VERSION}"], "uv")
    marker.touch()
    return uv


def uv_environment() -> dict[str, str]:
    """Our environment, with uv kept to this folder and to the Python that is here."""
    environment = {k: v for k, v in os.environ.items() if k not in {"VIRTUAL_ENV", "UV_PROJECT"}}
    environment["UV_PROJECT_ENVIRONMENT"] = str(VENV)
    environment["UV_PYTHON_DOWNLOADS"] = "never"
    # Hard links cannot cross file systems, and uv warns on every try.
    cache = Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    if not cache.exists() or cache.stat().st_dev != ROOT.stat().st_dev:
        environment.setdefault("UV_LINK_MODE", "copy")
    return environment


def run(command: list[str], what: str, environment: dict[str, str] | None = None) -> None:
    """Run a command that speaks for itself."""
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode != 0:
        raise BootstrapError(f"installing {what} failed; the lines above say why.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
