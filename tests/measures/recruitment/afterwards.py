"""Measures 9 and 10: what became of schools whose partnership was broken."""

from .. import london
from ..arithmetic import largest, median, rate
from ..asking import Asked, Counted, Measure, Row, Unit
from .past import Past
from .records import Recruitment
from .slices import FIXED, STANDARD, days, last_turn


def broken(past: Past) -> list[tuple[Recruitment, Recruitment | None]]:
    """Broken partnerships, each with the next of the same school and cohort."""
    by_school: dict[tuple[str, str], list[Recruitment]] = {}
    for recruitment in past.recruitments.values():
        by_school.setdefault(recruitment.school, []).append(recruitment)
    pairs = (pair for each in by_school.values() for pair in zip(each, [*each[1:], None]))
    return [(it, following) for it, following in pairs if it.ended]


def breaks(past: Past, asked: Asked) -> tuple[list[Unit], list[Unit]]:
    """Breaks, with what followed."""
    return [], [last_turn(it, london.day(it.ended.at), (it, following), reason=it.ended.reason)
                for it, following in broken(past)]


def repeat_recruitment(counted: Counted) -> Row:
    """Measure 9."""
    pairs = [it.what for it in counted.acts]
    followed = [(it, following) for it, following in pairs if following]
    same = sum(it.lead_provider == following.lead_provider for it, following in followed)
    again = sum(following.ended is not None for _, following in followed)
    return {
        "broken": len(pairs),
        "followed": len(followed),
        "followed_share": rate(len(followed), len(pairs)),
        "by_same": same,
        "by_same_share": rate(same, len(pairs)),
        "by_another": len(followed) - same,
        "by_another_share": rate(len(followed) - same, len(pairs)),
        "median_days_between": median(days(it.ended.at, following.rounds[0].at) for it, following in followed),
        "broken_again": again,
        "broken_again_share": rate(again, len(followed)),
    }


def left_free(past: Past, asked: Asked) -> tuple[list[Unit], list[Unit]]:
    """Schools whose latest partnership is broken."""
    return [], [last_turn(it, london.day(it.ended.at), (it, weeks(it, past)), reason=it.ended.reason,
                          age_weeks=str(weeks(it, past)))
                for it, following in broken(past) if not following]


def weeks(it: Recruitment, past: Past) -> int:
    """Whole weeks since the break."""
    return days(it.ended.at, past.as_of) // 7


def schools_left_free(counted: Counted) -> Row:
    """Measure 10."""
    ages = [age for _, age in (it.what for it in counted.acts)]
    by_school = sum(it.what[0].ended.by_school for it in counted.acts)
    return {
        "schools": len(ages),
        "after_report": by_school,
        "after_support_break": len(ages) - by_school,
        "median_weeks": median(ages),
        "longest_weeks": largest(ages),
    }


MEASURES = (
    Measure("repeat_recruitment", STANDARD, breaks, repeat_recruitment, fixed=FIXED),
    Measure("schools_left_free", (*STANDARD, "age_weeks"), left_free, schools_left_free, fixed=FIXED),
)
