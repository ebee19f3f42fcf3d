"""Recommendations that stand: measure 23, how late they come, and 24, how long the award takes."""

from ..arithmetic import largest, median, ninetieth, rate
from ..london import day
from .days import working_days_after
from .slices import TRAINEE, Fact, Measure, of_act

LATE_AFTER_DAYS = 30
PENDING_AFTER_WORKING_DAYS = 5


def standing(past):
    """Recommendations that had not been rescinded, on their day."""
    return [Fact(of_act(it.act), it.act.on, it) for it in past.of_each("recommendations") if not it.rescinded]


def lateness(part, _whole, _named, _asked):
    """Days from the date standards met and from the expected end."""
    made = [fact.about for fact in part]
    days = [(it.act.on - it.standards_met).days for it in made]
    from_end = [(it.act.on - it.act.expected_end).days for it in made if it.act.expected_end]
    late = sum(1 for each in days if each > LATE_AFTER_DAYS)
    return {
        "recommendations": len(made),
        "median_days": median(days),
        "ninetieth_percentile_days": ninetieth(days),
        "over_30_days": late,
        "over_30_days_share": rate(late, len(made)),
        "with_expected_end": len(from_end),
        "median_days_from_end": median(from_end),
        "ninetieth_percentile_days_from_end": ninetieth(from_end),
    }


def wait(part, _whole, _named, asked):
    """Days until the award, and who still waits."""
    made = [fact.about for fact in part]
    days = [(it.awarded_on - it.act.on).days for it in made if it.awarded_on]
    pending = [it for it in made if not it.awarded_on]
    today = day(asked.as_of)
    waiting = (working_days_after(it.act.on, today) for it in pending)
    return {
        "recommendations": len(made),
        "awarded": len(days),
        "median_days": median(days),
        "ninetieth_percentile_days": ninetieth(days),
        "longest_days": largest(days),
        "pending": len(pending),
        "over_5_working_days": sum(1 for each in waiting if each > PENDING_AFTER_WORKING_DAYS),
    }


MEASURES = (
    Measure(23, "lateness_of_recommendation", TRAINEE, standing, lateness),
    Measure(24, "wait_for_award", TRAINEE, standing, wait),
)
