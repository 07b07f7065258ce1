"""When to fetch and when to show: how much film ahead of the picture is enough.

Startup shows as soon as there is a picture; after the buffer ran dry a little more is gathered
first, so that one stall does not become a row of them; in steady state fetching pauses when
the buffer is full.
"""

from __future__ import annotations

from dataclasses import dataclass

from abr.context import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadControl:
    """Thresholds in seconds of film ahead of the picture."""

    max_buffer_s: float = 60.0
    # One segment of ours: enough to go on with, short enough not to prolong the wait.
    after_rebuffer_s: float = 4.0
    steady_again_s: float = 10.0  # caution ends here after a rebuffer
    # Two segments of ours: with less, all that the network carries goes to film that is missing.
    replace_above_s: float = 8.0

    def may_fetch(self, buffer_level_s: float) -> bool:
        """Whether the next segment should be fetched now."""
        return buffer_level_s < self.max_buffer_s

    def may_replace(self, phase: Phase, buffer_level_s: float) -> bool:
        """Whether the network can be spared for film that is buffered already."""
        return phase is Phase.STEADY and buffer_level_s >= self.replace_above_s

    def may_show(self, phase: Phase, buffer_level_s: float, *, to_the_end: bool) -> bool:
        """Whether film may be handed to the engine; ``to_the_end``: there is no more to fetch."""
        if phase is not Phase.AFTER_REBUFFER or to_the_end:
            return True
        return buffer_level_s >= self.after_rebuffer_s

    def next_phase(self, phase: Phase, buffer_level_s: float) -> Phase:
        """Back to steady once the buffer has recovered."""
        if phase is Phase.AFTER_REBUFFER and buffer_level_s >= self.steady_again_s:
            return Phase.STEADY
        return phase
