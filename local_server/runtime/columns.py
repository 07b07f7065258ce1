"""Column types the services share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# A moment of the last day there is lies beyond it in another zone: what is kept can be read.
_FIRST = (datetime(2, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST = (datetime(9998, 12, 31, tzinfo=UTC) - _EPOCH) // _MICROSECOND


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, kept as whole microseconds since 1970: exact, and ordered as time is."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Microseconds; a naive datetime is refused with ``TypeError``."""
        del dialect
        return None if value is None else min(_LAST, max(_FIRST, (value - _EPOCH) // _MICROSECOND))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """An aware datetime in UTC."""
        del dialect
        if value is None:
            return None
        return _EPOCH + min(_LAST, max(_FIRST, int(value))) * _MICROSECOND
