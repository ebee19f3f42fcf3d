"""Measures 7, 8 and 18: what was refused, late, twice, or because the school was somebody else's."""

from fractions import Fraction

from .. import london
from ..arithmetic import largest, median, rate
from ..asking import Asked, Counted, Measure, Row, Unit
from ..export import Refusal
from .past import Past
from .records import Recruitment, Round
from .slices import FIXED, STANDARD, WITHOUT_REASON, Turn, days, last_turn, provisional, turns

HOUR = 3_600_000_000
CONTESTED = ("recruited_by_other_provider", "programme_not_confirmed")


def refused(past: Past, command: str, *codes: str) -> list[Refusal]:
    """Refusals of a command with one of these codes."""
    return [it for it in past.refusals if it.command == command and it.code in codes]


def late(past: Past, asked: Asked) -> tuple[list[Unit], list[Unit]]:
    """Recruitments, and reports of them that came after the window."""
    bases = list(turns(past, asked))
    latest = {turn.recruitment.partnership_id: turn for turn in bases} if not asked.in_rounds else {}
    acts = []
    for refusal in refused(past, "ReportPartnershipMistake", "window_closed"):
        recruitment = past.recruitments[refusal.given["partnership_id"]]
        turn = latest.get(recruitment.partnership_id) or Turn(recruitment, [round_at(recruitment, refusal.received_at)])
        acts.append(turn.unit((recruitment, refusal), refusal.given.get("reason")))
    return [turn.unit() for turn in bases], acts


def round_at(recruitment: Recruitment, at: int) -> Round:
    """The round of a partnership at an instant."""
    return [one for one in recruitment.rounds if one.at <= at][-1]


def late_attempts(counted: Counted) -> Row:
    """Measure 7."""
    overdue = [days(round_at(it.what[0], it.what[1].received_at).closes_at, it.what[1].received_at)
               for it in counted.acts]
    partnerships = {it.what[0].partnership_id for it in counted.acts}
    return {
        "recruitments": len(counted.bases),
        "late_attempts": len(counted.acts),
        "per_100": rate(len(counted.acts), len(counted.bases)),
        "partnerships": len(partnerships),
        "partnerships_per_100": rate(len(partnerships), len(counted.bases)),
        "median_days_late": median(overdue),
        "longest_days_late": largest(overdue),
        "with_reason": sum(bool(it.what[1].given.get("reason")) for it in counted.acts),
        "provisional": provisional(counted),
    }


def twice(past: Past, asked: Asked) -> tuple[list[Unit], list[Unit]]:
    """Reports of what was broken already."""
    acts = []
    for refusal in refused(past, "ReportPartnershipMistake", "already_reported"):
        recruitment = past.recruitments[refusal.given["partnership_id"]]
        tutor = any(at <= refusal.received_at for at in past.tutors.get(recruitment.urn, []))
        acts.append(last_turn(
            recruitment, london.day(refusal.received_at), (recruitment, refusal),
            reason=refusal.given.get("reason"), channel=refusal.channel,
            came_by=refusal.given.get("came_by") or "service", tutor="with" if tutor else "without",
        ))
    return [], acts


def duplicate_attempts(counted: Counted) -> Row:
    """Measure 8."""
    hours = [Fraction(refusal.received_at - recruitment.ended.at, HOUR)
             for recruitment, refusal in (it.what for it in counted.acts)]
    came_by, tutor = ([it.value(name) for it in counted.acts] for name in ("came_by", "tutor"))
    return {
        "duplicate_attempts": len(counted.acts),
        "partnerships": len({it.what[0].partnership_id for it in counted.acts}),
        "median_hours": median(hours),
        "by_token": came_by.count("token"),
        "signed_in": came_by.count("signed_in"),
        "another_way": len(came_by) - came_by.count("token") - came_by.count("signed_in"),
        "with_tutor": tutor.count("with"),
        "without_tutor": tutor.count("without"),
    }


def contested(past: Past, asked: Asked) -> tuple[list[Unit], list[Unit]]:
    """Recruitments that were refused because of another's, or because the school had not chosen."""
    return [], [contest(past, refusal) for refusal in refused(past, "ConfirmRecruitment", *CONTESTED)]


def contest(past: Past, refusal: Refusal) -> Unit:
    """A refused recruitment, under the provider that was refused."""
    given = refusal.given
    authority, trust = past.register.at(given["school_urn"], refusal.head)
    return Unit(london.day(refusal.received_at), {
        "lead_provider": refusal.actor.partition("_")[2],
        "delivery_partner": given["delivery_partner_id"],
        "cohort": given["cohort"],
        "local_authority": authority,
        "trust": trust,
        "channel": "csv" if given.get("upload") else refusal.channel,
        "code": refusal.code,
    }, refusal)


def contested_schools(counted: Counted) -> Row:
    """Measure 18."""
    codes = [it.value("code") for it in counted.acts]
    return {
        "refusals": len(codes),
        "held_by_another": codes.count(CONTESTED[0]),
        "programme_not_confirmed": codes.count(CONTESTED[1]),
        "schools": len({(it.what.given["school_urn"], it.what.given["cohort"]) for it in counted.acts}),
    }


MEASURES = (
    Measure("late_attempts", STANDARD, late, late_attempts, fixed=FIXED),
    Measure("duplicate_attempts", (*STANDARD, "came_by", "tutor"), twice, duplicate_attempts,
            fixed=FIXED | {"came_by": ("token", "signed_in", "service"), "tutor": ("with", "without")}),
    Measure("contested_schools", (*WITHOUT_REASON, "code"), contested, contested_schools, ("code",),
            FIXED | {"code": CONTESTED}),
)
