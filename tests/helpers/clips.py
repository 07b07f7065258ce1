"""Small film files made for a test, each with a trait of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

from local_server.media.tools import find_tools

BEST_SOUND = ("-c:a", "aac", "-b:a", "64k")
FAST_PICTURE = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "24", "-pix_fmt", "yuv420p")


def ffmpeg(*arguments: str) -> None:
    """Run FFmpeg and fail loudly."""
    head = (find_tools().ffmpeg, "-hide_banner", "-nostdin", "-loglevel", "error", "-y")
    subprocess.run([*head, *arguments], check=True)


def picture(*, seconds: float, size: str = "320x180", rate: str = "24") -> tuple[str, ...]:
    """Input arguments for a moving picture with something in every corner."""
    return ("-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}")


def tone(*, seconds: float, hz: float = 440.0, channels: str = "stereo") -> tuple[str, ...]:
    """Input arguments for a tone."""
    source = f"sine=f={hz}:r=48000:d={seconds},aformat=channel_layouts={channels}"
    return ("-f", "lavfi", "-i", source)


def make_clip(
    path: Path, *, seconds: float = 3.0, size: str = "320x180", rate: str = "24", sound: bool = True
) -> Path:
    """An ordinary film: one picture, at most one tone."""
    inputs = picture(seconds=seconds, size=size, rate=rate)
    inputs += tone(seconds=seconds) if sound else ()
    ffmpeg(*inputs, *FAST_PICTURE, *BEST_SOUND, f"file:{path}")
    return path
