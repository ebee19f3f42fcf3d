"""Days that only trainees' measures need: dates of events, academic years, working days."""

from datetime import date, timedelta


def dated(text):
    """A date of an event, or None where it gives none."""
    return date.fromisoformat(text) if text else None


def academic_year(of):
    """The year in which a day's academic year, 1 September to 31 August, starts."""
    return of.year if of.month >= 9 else of.year - 1


def working_days_after(first, last):
    """Mondays to Fridays after `first`, up to and with `last`."""
    days = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
    return sum(1 for each in days if each.weekday() < 5)
