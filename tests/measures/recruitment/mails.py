"""Measures 12 to 15: the mails that tell schools, whether they arrive, and to whom they go."""

from .. import london
from ..arithmetic import largest, median, rate
from ..asking import Asked, Counted, Measure, Row, Unit
from .past import Past
from .records import Mail, NoContact, Recruitment
from .reports import report, report_rate
from .slices import FIXED, STANDARD, WITHOUT_REASON, Turn, days, of, provisional, turns

UNDELIVERED = ("permanent-failure", "temporary-failure", "technical-failure")
STATUSES = ("created", "sending", *UNDELIVERED, "delivered", "withheld")
CONTACTS = ("tutor", "main_email", "alternative_email", "no_contact", "not_yet")


def notices(past: Past, asked: Asked) -> tuple[list[Unit], list[Unit]]:
    """Notices and reminders to schools."""
    rounds = ((recruitment, one) for recruitment in past.recruitments.values() for one in recruitment.rounds)
    mails = ((recruitment, one, mail) for recruitment, one in rounds for mail in one.mails if isinstance(mail, Mail))
    return [], [notice(recruitment, one.delivery_partner, mail) for recruitment, one, mail in mails]


def notice(recruitment: Recruitment, delivery_partner: str, mail: Mail) -> Unit:
    """A mail, on the day on which it was decided."""
    values = {"status": "withheld" if mail.withheld else mail.status, "occasion": mail.occasion,
              "contact": mail.contact}
    return Unit(london.day(mail.at), of(recruitment, delivery_partner) | values, mail)


def notices_by_status(counted: Counted) -> Row:
    """Measure 12."""
    statuses = [it.value("status") for it in counted.acts]
    sent = len(statuses) - statuses.count("created") - statuses.count("withheld")
    permanent, temporary, technical = (statuses.count(status) for status in UNDELIVERED)
    return {
        "notices": len(statuses),
        "sent": sent,
        "delivered": statuses.count("delivered"),
        "permanent": permanent,
        "temporary": temporary,
        "technical": technical,
        "undelivered": permanent + temporary + technical,
        "undelivered_share": rate(permanent + temporary + technical, sent),
    }


def untold(past: Past, asked: Asked) -> tuple[list[Unit], list[Unit]]:
    """Recruitments; and those whose first notice had nobody to go to, under the reason of their break if any."""
    bases = list(turns(past, asked))
    nobody = [turn for turn in bases if isinstance(turn.round.first_mail(), NoContact)]
    return [turn.unit() for turn in bases], [turn.unit(reason=reason(turn)) for turn in nobody]


def reason(turn: Turn) -> str | None:
    """Why it was broken, if it was."""
    return turn.ended.reason if turn.ended else None


def expired(past: Past, asked: Asked) -> tuple[list[Unit], list[Unit]]:
    """Recruitments; and those whose deadline passed without a mail that arrived, under the reason of their break."""
    bases = list(turns(past, asked))
    silent = [turn for turn in bases if is_past_deadline(turn, past.as_of) and not was_told(turn)]
    return [turn.unit() for turn in bases], [turn.unit(reason=reason(turn)) for turn in silent]


def no_contact(counted: Counted) -> Row:
    """Measure 13."""
    nobody = [it.what for it in counted.acts]
    waits = [days(turn.round.first_mail().at, counted.as_of) for turn in nobody if is_waiting(turn)]
    return {
        "recruitments": len(counted.bases),
        "no_contact": len(nobody),
        "per_100": rate(len(nobody), len(counted.bases)),
        "childrens_centres": sum(turn.round.first_mail().reason == "childrens_centre" for turn in nobody),
        "waiting": len(waits),
        "median_days_waiting": median(waits),
        "longest_days_waiting": largest(waits),
    }


def is_waiting(turn: Turn) -> bool:
    """Nobody has been found since, and the round goes on."""
    superseded = turn.followed_by is not None or len(turn.rounds) > 1
    return turn.ended is None and not superseded and not any(isinstance(mail, Mail) for mail in turn.round.mails)


def silent_expiry(counted: Counted) -> Row:
    """Measure 14."""
    return {
        "recruitments": len(counted.bases),
        "past_deadline": sum(is_past_deadline(it.what, counted.as_of) for it in counted.bases),
        "silent": len(counted.acts),
        "per_100": rate(len(counted.acts), len(counted.bases)),
        "provisional": provisional(counted),
    }


def is_past_deadline(turn: Turn, as_of: int) -> bool:
    """Its deadline passed while it stood."""
    closes_at = turn.rounds[-1].closes_at
    if closes_at is None or closes_at >= as_of:
        return False
    superseded = turn.followed_by is not None and turn.followed_by.at <= closes_at
    return turn.recruitment.stands_alone(closes_at) and not superseded


def was_told(turn: Turn) -> bool:
    """A mail about the partnership had arrived by the deadline."""
    mails = (mail for one in turn.recruitment.rounds for mail in one.mails if isinstance(mail, Mail))
    return any(at <= turn.rounds[-1].closes_at for mail in mails for at in mail.delivered_at)


def by_contact(past: Past, asked: Asked) -> tuple[list[Unit], list[Unit]]:
    """Recruitments, and the reports on them, by who was told first."""
    bases = list(turns(past, asked))
    acts = [(turn, report(turn)) for turn in bases if turn.reported]
    return ([turn.unit(contact=contact(turn)) for turn in bases],
            [Unit(it.day, it.values | {"contact": contact(turn)}, it.what) for turn, it in acts])


def contact(turn: Turn) -> str:
    """The rule by which the first notice of the round found its recipient."""
    first = turn.round.first_mail()
    if first is None:
        return "not_yet"
    return first.contact if isinstance(first, Mail) else "no_contact"


MEASURES = (
    Measure("notices_by_status", (*WITHOUT_REASON[:-1], "status", "occasion", "contact"), notices, notices_by_status,
            fixed={"status": STATUSES, "occasion": ("notice", "reminder"), "contact": CONTACTS}),
    Measure("no_contact", STANDARD, untold, no_contact, fixed=FIXED),
    Measure("silent_expiry", STANDARD, expired, silent_expiry, fixed=FIXED),
    Measure("recipient_effect", (*STANDARD, "contact"), by_contact, report_rate, fixed=FIXED | {"contact": CONTACTS}),
)
