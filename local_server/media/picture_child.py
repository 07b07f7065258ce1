"""Opens picture files: ``python -m local_server.media.picture_child MEDIA_DIR LISTING.json``.

Runs as a child of :mod:`local_server.media.pictures`, because a hostile file may hang or crash a
decoder; there it may do so without harm. Prints one line of JSON for each picture of the listing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import sys
import tempfile
import warnings
from pathlib import Path

from PIL import Image, ImageOps

from local_server.media.artwork import POSTER_PX, average_colour, fill, still_size
from local_server.media.workfolder import flush

FILE_MAX_BYTES = 50 << 20
# A poster scanned at 600 dpi has 35 million.
PIXELS_MAX = 64_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "MPO")
_LOGO_PX = (800, 320)
_BANNER_PX = (1000, 185)
_JPEG_QUALITY = 88
# Goes into the name of what is made: with another one, everything is made anew.
_VERSION = "1"


class Unusable(Exception):
    """A picture cannot be taken; the message is the problem's code."""


def take(path: Path, role: str, media_dir: Path) -> dict[str, str]:
    """Make the picture that ``path`` gives in ``role``; raises :class:`Unusable`."""
    data = _read(path)
    digest = hashlib.sha256(f"{_VERSION} {role} ".encode() + data).hexdigest()[:40]
    folder, name = f"art-{digest}", f"{role}.png" if role == "logo" else f"{role}.jpg"
    target = media_dir / folder / name
    if not target.exists():
        _publish(_shaped(path, role), target)
    with Image.open(target) as ours:
        colour = average_colour(ours.convert("RGB"))
    return {"reference": f"{folder}/{name}", "colour": colour}


def _read(path: Path) -> bytes:
    try:
        # Without O_NONBLOCK a pipe in a picture's place would be waited for.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise Unusable("not_a_picture")
            if facts.st_size > FILE_MAX_BYTES:
                raise Unusable("picture_too_large")
            return file.read(FILE_MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise Unusable("picture_not_found") from error
    except OSError as error:
        raise Unusable("picture_unreadable") from error


def _shaped(path: Path, role: str) -> Image.Image:
    try:
        with Image.open(path, formats=_FORMATS) as image:
            if image.width * image.height > PIXELS_MAX:
                raise Unusable("picture_too_many_pixels")
            if role == "poster":
                image.draft("RGB", (POSTER_PX[0] * 2, POSTER_PX[1] * 2))
            upright = ImageOps.exif_transpose(image)
            if role == "logo":
                return ImageOps.contain(upright.convert("RGBA"), _LOGO_PX)
            return _cropped(_flat(upright), role)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unusable("picture_too_many_pixels") from error
    except Unusable:
        raise
    except Exception as error:
        raise Unusable("not_a_picture") from error


def _flat(image: Image.Image) -> Image.Image:
    """Without transparency: what shines through is black, as the screens are."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layered = image.convert("RGBA")
        ground = Image.new("RGBA", layered.size, (0, 0, 0, 255))
        return Image.alpha_composite(ground, layered).convert("RGB")
    return image.convert("RGB")


def _cropped(image: Image.Image, role: str) -> Image.Image:
    if min(image.size) < 2:
        raise Unusable("not_a_picture")
    if role == "banner":
        return ImageOps.contain(image, _BANNER_PX)
    return fill(image, POSTER_PX if role == "poster" else still_size(image))


def _publish(image: Image.Image, target: Path) -> None:
    """The folder appears with its file in it, or not at all."""
    unfinished = Path(tempfile.mkdtemp(prefix=".art-", dir=target.parent.parent))
    try:
        unfinished.chmod(0o755)
        file = unfinished / target.name
        if target.suffix == ".png":
            image.save(file, optimize=True)
        else:
            image.save(file, quality=_JPEG_QUALITY, optimize=True, progressive=True)
        flush(file)
        unfinished.rename(target.parent)
    except OSError:
        if not target.exists():  # else another process was faster
            raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def main(arguments: list[str]) -> None:
    """Take every picture of the listing."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    media_dir, listing = Path(arguments[0]), Path(arguments[1])
    for path, role in json.loads(listing.read_text()):
        try:
            answer = take(Path(path), role, media_dir)
        except Unusable as error:
            answer = {"problem": str(error)}
        except MemoryError:
            answer = {"problem": "picture_too_many_pixels"}
        print(json.dumps(answer), flush=True)  # noqa: T201 - how a child answers


if __name__ == "__main__":
    main(sys.argv[1:])
