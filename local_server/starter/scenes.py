"""Moving pictures drawn by FFmpeg's own sources: filter graphs, each a look of its own.

All are chosen to be restless: fine detail, grain, and motion without a direction, which is what
encoders find hard. What repeats on a small canvas is drawn small and enlarged, for speed.
"""

from __future__ import annotations

from local_server.media.generated import Scene

_RATE = 24


def coastline(*, seconds: int, x: float, y: float, depth: float) -> Scene:
    """A dive into the edge of the Mandelbrot set."""
    frames = seconds * _RATE
    return _scene(
        f"mandelbrot=s=640x360:r={_RATE}:maxiter=220:start_x={x}:start_y={y}:start_scale=1.6"
        f":end_scale={depth}:end_pts={frames}:inner=mincol:outer=normalized_iteration_count"
        ",hue=h=t*9,noise=alls=6:allf=t",
        seconds,
    )


def garden(*, seconds: int, seed: int, soil: str, leaf: str, trace: str) -> Scene:
    """Conway's life in three colours, with fading traces."""
    return _scene(
        f"life=s=160x90:r={_RATE}:mold=10:ratio=0.32:seed={seed}"
        f":death_color={soil}:life_color={leaf}:mold_color={trace}"
        ",scale=1280:720:flags=neighbor,noise=alls=10:allf=t",
        seconds,
    )


def weather(*, seconds: int, seed: int, palette: str) -> Scene:
    """Rolling clouds of Perlin noise under false colours."""
    return _scene(
        f"perlin=s=384x216:r={_RATE}:octaves=5:persistence=0.75:xscale=5:yscale=3.4:tscale=1.1"
        f":random_mode=seed:seed={seed},eq=contrast=2.4,format=gbrp,pseudocolor=preset={palette}"
        ",scale=1280:720:flags=bicubic,noise=alls=14:allf=t",
        seconds,
    )


def silk(*, seconds: int, seed: int, kind: str) -> Scene:
    """Slow gradients under film grain."""
    return _scene(
        f"gradients=s=640x360:r={_RATE}:n=7:seed={seed}:speed=0.02:type={kind}"
        ",scale=1280:720:flags=bilinear,noise=alls=22:allf=t",
        seconds,
    )


def loom(*, seconds: int, seed: int, rule: int, palette: str) -> Scene:
    """A cellular automaton scrolling by like cloth from a loom."""
    return _scene(
        f"cellauto=s=160x90:r={_RATE}:rule={rule}:seed={seed}:ratio=0.4:scroll=1,negate,format=gbrp"
        f",lagfun=decay=0.7,pseudocolor=preset={palette},scale=1280:720:flags=neighbor"
        ",noise=alls=8:allf=t",
        seconds,
    )


def ripples(*, seconds: int, spread: int, drift: int) -> Scene:
    """Rings that grow finer towards the edge, until they are finer than the picture."""
    return _scene(
        f"zoneplate=s=960x540:r={_RATE}:kx2={spread}:ky2={spread}:kt={drift}:ku=200:kv=110:kt2=2"
        ",hue=h=t*14,noise=alls=8:allf=t",
        seconds,
    )


def lattice(*, seconds: int, seed: int, kind: str, palette: str) -> Scene:
    """A Sierpinski lattice wandering past, with after-images."""
    return _scene(
        f"sierpinski=s=640x360:r={_RATE}:seed={seed}:jump=40:type={kind},format=gbrp"
        f",lagfun=decay=0.9,pseudocolor=preset={palette}"
        ",scale=1280:720:flags=bicubic,noise=alls=10:allf=t",
        seconds,
    )


def _scene(graph: str, seconds: int) -> Scene:
    return Scene(graph=graph, frames=seconds * _RATE)
