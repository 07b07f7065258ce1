"""The transfer under way: its rate, and for how long it has been slow."""

from __future__ import annotations

import pytest

from abr.context import TransferProgress
from abr.media import RepresentationId
from abr.pace import TransferMeter


def test_the_meter_notices_that_bytes_stopped_coming() -> None:
    meter = TransferMeter()
    rates = [
        meter.pace(_progress(elapsed_s=t, received=min(t, 3.0) * 1_000_000), t, None).lowest_bps
        for t in (2.5, 3.0, 3.5, 4.0)
    ]

    assert rates[1] == pytest.approx(8e6)
    assert rates[2] == pytest.approx(4e6)  # half of the last second
    assert rates[3] == 0.0


def test_the_meter_starts_anew_with_every_transfer() -> None:
    meter = TransferMeter()
    meter.pace(_progress(elapsed_s=9.0, received=9_000_000), 9.0, None)

    pace = meter.pace(_progress(elapsed_s=1.0, received=250_000), 10.0, None)

    assert pace.overall_bps == pace.recent_bps == pytest.approx(2e6)


def test_the_meter_has_no_rate_before_the_first_byte() -> None:
    progress = TransferProgress(
        representation_id=RepresentationId("v720"),
        segment_index=1,
        received_bytes=0,
        total_bytes=10,
        ttfb_s=None,
        elapsed_s=3.0,
    )

    pace = TransferMeter().pace(progress, 3.0, None)

    assert pace.overall_bps is pace.recent_bps is pace.lowest_bps is None


def test_a_spell_of_slowness_lasts_over_transfers_and_ends_with_a_good_one() -> None:
    meter = TransferMeter()
    usual_bps = 8e6

    assert meter.pace(_progress(elapsed_s=2.0, received=2_000_000), 2.0, usual_bps).slow_s == 0
    began = meter.pace(_progress(elapsed_s=4.0, received=2_100_000), 4.0, usual_bps)
    other = meter.pace(_progress(elapsed_s=0.5, received=20_000), 5.0, usual_bps)
    meter.finished(6e6)
    after = meter.pace(_progress(elapsed_s=0.6, received=600_000), 7.0, usual_bps)

    assert 0.5 <= began.slow_s <= 2.0
    assert other.slow_s == pytest.approx(began.slow_s + 1.0)
    assert after.slow_s == 0


def _progress(*, elapsed_s: float, received: float) -> TransferProgress:
    return TransferProgress(
        representation_id=RepresentationId("v720"),
        segment_index=1,
        received_bytes=int(received),
        total_bytes=20_000_000,
        ttfb_s=0.0,
        elapsed_s=elapsed_s,
    )
