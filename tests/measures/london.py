"""Instants as microseconds, and the days and weeks of London that they fall on."""

from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MICROSECOND = timedelta(microseconds=1)


def instant(text: str) -> int:
    """Microseconds since 1970 of an instant such as 2025-06-01T08:30:00.000001Z."""
    return (datetime.fromisoformat(text) - EPOCH) // MICROSECOND


def written(micros: int) -> str:
    """The instant as text, UTC, with microseconds."""
    return (EPOCH + micros * MICROSECOND).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@lru_cache(maxsize=None)
def day(micros: int) -> date:
    """The day in London on which an instant falls."""
    return (EPOCH + micros * MICROSECOND).astimezone(LONDON).date()


def week(of: date) -> str:
    """The Monday of a day's week."""
    return (of - timedelta(days=of.weekday())).isoformat()


def end_of(of: date) -> int:
    """The last microsecond of a day in London."""
    return start_of(of + timedelta(days=1)) - 1


def start_of(of: date) -> int:
    """The first microsecond of a day in London."""
    return (datetime.combine(of, time(), LONDON).astimezone(timezone.utc) - EPOCH) // MICROSECOND


def at(of: date, hour: int, minute: int = 0) -> int:
    """That time of that day in London; the first of the two where a clock goes back."""
    return (datetime.combine(of, time(hour, minute), LONDON).astimezone(timezone.utc) - EPOCH) // MICROSECOND
