"""Measures 1 to 6, 11, 16 and 17: recruitments, what schools report of them, breaks by support, and new partners."""

from ..arithmetic import largest, median, ninetieth, rate, ratio
from ..asking import Asked, Counted, Measure, Row, Unit
from .past import UNKNOWN, Past
from .slices import FIXED, STANDARD, WITHOUT_REASON, Turn, days, provisional, turns

Units = tuple[list[Unit], list[Unit]]
DAYS = (*(str(day) for day in range(14)), "14+")


def reported(past: Past, asked: Asked) -> Units:
    """Recruitments, and the reports on them."""
    bases = list(turns(past, asked))
    acts = [report(turn) for turn in bases if turn.reported]
    return [turn.unit() for turn in bases], acts


def report(turn: Turn) -> Unit:
    """A report, with its days since the round began."""
    after = days(turn.rounds[-1].at, turn.ended.at)
    return turn.unit(reason=turn.ended.reason, day=DAYS[min(after, 14)])


def recruitments(counted: Counted) -> Row:
    """Measure 1."""
    return {"recruitments": len(counted.bases)}


def reports(counted: Counted) -> Row:
    """Measure 2."""
    return {
        "recruitments": len(counted.bases),
        "reported": len(counted.acts),
        "provisional": provisional(counted),
    }


def report_rate(counted: Counted) -> Row:
    """Measure 3, and 15 by contact."""
    return reports(counted) | {"per_100": rate(len(counted.acts), len(counted.bases))}


def reason_mix(counted: Counted) -> Row:
    """Measure 4."""
    bases, all_acts, acts = len(counted.bases), len(counted.all_acts), len(counted.acts)
    return {
        "recruitments": bases,
        "all_reports": all_acts,
        "reports": acts,
        "share": rate(acts, all_acts),
        "per_100": rate(acts, bases),
        "provisional": provisional(counted),
    }


def time_to_report(counted: Counted) -> Row:
    """Measure 5."""
    turns_ = [it.what for it in counted.acts]
    after = [days(turn.rounds[-1].at, turn.ended.at) for turn in turns_]
    late, reminded = sum(it > 7 for it in after), sum(map(was_reminded, turns_))
    return {
        "reports": len(after),
        "all_reports": len(counted.all_acts),
        "share": rate(len(after), len(counted.all_acts)),
        "median_days": median(after),
        "ninetieth_percentile_days": ninetieth(after),
        "after_day_7": late,
        "after_day_7_share": rate(late, len(after)),
        "after_reminder": reminded,
        "after_reminder_share": rate(reminded, len(after)),
        "provisional": provisional(counted),
    }


def was_reminded(turn: Turn) -> bool:
    """The reminder of the round had been decided when the report came."""
    reminder = turn.rounds[-1].reminder()
    return reminder is not None and reminder.position < turn.ended.position


def broken_by_support(past: Past, asked: Asked) -> Units:
    """Recruitments, and breaks of them by support."""
    bases = list(turns(past, asked))
    acts = [turn.unit(reason=turn.ended.reason) for turn in bases if turn.ended and not turn.ended.by_school]
    return [turn.unit() for turn in bases], acts


def support_breaks(counted: Counted) -> Row:
    """Measure 6."""
    windows = [(it.what.rounds[-1].closes_at, it.what.ended.at) for it in counted.acts]
    after = [days(closes_at, at) for closes_at, at in windows if closes_at is not None]
    return {
        "recruitments": len(counted.bases),
        "broken_by_support": len(counted.acts),
        "per_100": rate(len(counted.acts), len(counted.bases)),
        "median_days_after_window": median(after),
        "longest_days_after_window": largest(after),
        "after_window": sum(closes_at is not None and at > closes_at for closes_at, at in windows),
    }


def trust_clustering(counted: Counted) -> Row:
    """Measure 11."""
    inside, outside = (part(counted, known) for known in (True, False))
    recruited, reporting = (len({it.what.recruitment.school for it in each}) for each in (counted.bases, counted.acts))
    return {
        "schools_recruited": recruited,
        "schools_reporting": reporting,
        "per_100": rate(reporting, recruited),
        "recruitments_in_trusts": inside[1],
        "reports_in_trusts": inside[0],
        "two_or_more": inside[0] >= 2,
        "in_trusts_per_100": rate(*inside),
        "recruitments_outside": outside[1],
        "reports_outside": outside[0],
        "outside_per_100": rate(*outside),
        "in_trusts_against_outside": ratio(inside, outside),
        "provisional": provisional(counted),
    }


def part(counted: Counted, known: bool) -> tuple[int, int]:
    """Reports and recruitments of schools whose trust is known, or is not."""
    number = (sum((it.value("trust") != UNKNOWN) == known for it in each) for each in (counted.acts, counted.bases))
    return tuple(number)


def not_recognised(past: Past, asked: Asked) -> Units:
    """Recruitments, and the reports that say the provider is not known."""
    bases, acts = reported(past, asked)
    return bases, [it for it in acts if it.value("reason") == "do_not_recognise"]


def unrecognised_providers(counted: Counted) -> Row:
    """Measure 16."""
    row = report_rate(counted)
    row["not_recognised"] = row.pop("reported")
    return row


def reported_after_change(past: Past, asked: Asked) -> Units:
    """Recruitments, and reports in a round that a change began."""
    bases = list(turns(past, asked))
    acts = [report(turn) for turn in bases if turn.reported and turn.rounds[-1] is not turn.recruitment.rounds[0]]
    return [turn.unit() for turn in bases], acts


def delivery_partner_changes(counted: Counted) -> Row:
    """Measure 17."""
    changed = [changes(it.what) for it in counted.bases]
    partnerships = {it.what.recruitment.partnership_id for it in counted.bases if changes(it.what)}
    return {
        "recruitments": len(counted.bases),
        "changes": sum(changed),
        "per_100": rate(sum(changed), len(counted.bases)),
        "partnerships": len(partnerships),
        "reported_after": len(counted.acts),
        "reported_after_per_100": rate(len(counted.acts), sum(changed)),
        "provisional": provisional(counted),
    }


def changes(turn: Turn) -> int:
    """How many of its rounds began with a change."""
    return sum(one is not turn.recruitment.rounds[0] for one in turn.rounds)


SO_FAR = ("recruitments", "reported")
MEASURES = (
    Measure("recruitments", STANDARD, reported, recruitments, fixed=FIXED),
    Measure("reports", STANDARD, reported, reports, fixed=FIXED, so_far=SO_FAR),
    Measure("report_rate", STANDARD, reported, report_rate, fixed=FIXED),
    Measure("reason_mix", STANDARD, reported, reason_mix, fixed=FIXED),
    Measure("time_to_report", (*STANDARD, "day"), reported, time_to_report, ("reason", "day"),
            FIXED | {"day": DAYS}, so_far=("reports",)),
    Measure("support_breaks", STANDARD, broken_by_support, support_breaks, fixed=FIXED),
    Measure("trust_clustering", STANDARD, reported, trust_clustering, fixed=FIXED),
    Measure("unrecognised_providers", WITHOUT_REASON, not_recognised, unrecognised_providers, fixed=FIXED),
    Measure("delivery_partner_changes", STANDARD, reported_after_change, delivery_partner_changes, fixed=FIXED),
)
