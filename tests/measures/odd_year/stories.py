"""What becomes of a partnership in the odd year, much of it at the very edge of a day, a week or a window."""

from datetime import timedelta

from .. import london
from .door import Form
from .ground import moved
from .recruiting import contested, nominated, recruited
from .year import DAY, HOUR, MINUTE, Act, Life, Year

REASONS = ("another_provider", "not_confirmed", "do_not_recognise", "no_ects", "mistake")
SUBJECTS = ("partnership-already-challenged", "partnership-issue")
OUTCOMES = ("partnership_broken", "partnership_stands", "answered", "closed")


def nothing(year: Year, life: Life, now: int) -> None:
    """Silence."""


def report(year: Year, life: Life, reason: str | None) -> Act:
    """The school reports; sometimes others do so again, and the school is recruited again."""
    partnership = life.partnership_id

    def act(now: int) -> None:
        body = {"partnership_id": partnership, "reason": reason,
                "came_by": year.chance.choice(("token", "signed_in", "service", None))}
        body = {name: value for name, value in body.items() if value is not None}
        answer = year.door.send("ReportPartnershipMistake", f"school_{life.urn}", body, year.channel())
        if answer["outcome"] == "accepted":
            was_broken(year, life, now)
        if year.chance.random() < 0.35:
            later = now + year.chance.choice((0, 1, MINUTE, 90 * MINUTE, 5 * DAY))
            year.at(later, report(year, life, year.chance.choice((*REASONS, None, "changed_our_mind"))))
    return act


def was_broken(year: Year, life: Life, now: int) -> None:
    """The school is free; often it is recruited again, at once or later, by the same or another."""
    life.broken = True
    if year.chance.random() < 0.55:
        claimant = life.lead_provider if year.chance.random() < 0.5 else None
        wait = year.chance.choice((0, 1, HOUR, DAY, 7 * DAY, 30 * DAY))
        year.at(now + wait, recruited(year, life, claimant))


def reported_in_time(year: Year, life: Life, now: int) -> None:
    """Some days later, at the edge of a day."""
    on = year.edge(london.day(now) + timedelta(days=year.chance.randrange(15)))
    year.at(max(on, now), report(year, life, year.chance.choice(REASONS)))


def reported_on_edge(year: Year, life: Life, now: int) -> None:
    """In the last microsecond of the window, or the first after it."""
    year.at(life.closes_at + year.chance.choice((-1, 0, 0, 1)), report(year, life, year.chance.choice(REASONS)))


def reported_late(year: Year, life: Life, now: int) -> None:
    """Too late, often more than once."""
    on = life.closes_at + year.chance.choice((1, DAY, DAY + 1, 11 * DAY, 40 * DAY))
    for _ in range(year.chance.choice((1, 1, 3))):
        year.at(on, report(year, life, year.chance.choice((*REASONS, None, ""))))
        on += year.chance.choice((0, HOUR, 3 * DAY))


def reported_by_mail(year: Year, life: Life, now: int) -> None:
    """By the link in a mail, on the page; readers of a shared inbox open it at once and send it one after the other."""
    partnership = life.partnership_id

    def act(later: int) -> None:
        for token in tokens(year, partnership)[-1:]:
            for _ in range(year.chance.choice((1, 1, 2, 3))):
                form = year.door.open_form(token)
                if form:
                    sent = later + year.chance.choice((0, 0, MINUTE, DAY, 12 * DAY))
                    year.at(sent, form_sent(year, form))
    for after in year.chance.choice(((3,), (3, 8), (8, 20), (20,))):
        year.at(now + after * DAY, act)


def form_sent(year: Year, form: Form) -> Act:
    """An open form is sent."""
    return lambda now: year.door.send_form(form, year.chance.choice(REASONS))


def tokens(year: Year, partnership_id: str) -> list[str]:
    """The tokens of the links in the mails about a partnership, the newest last."""
    found = year.door.house.psql(
        "select payload::json ->> 'notice_id' from ledger.events where event_type = 'NoticeCreated' "
        f"and payload::json ->> 'partnership_id' = '{partnership_id}' order by position")
    taken = [year.carrier.taken[it] for it in found if it in year.carrier.taken]
    return [it.token for it in taken if it.token]


def partner_changes(year: Year, life: Life, now: int) -> None:
    """Another delivery partner, sometimes back again, in the window and after it, with a report in the new round."""
    when = now
    for _ in range(year.chance.choice((1, 1, 2, 3))):
        when += year.chance.choice((0, 1, HOUR, 3 * DAY, 14 * DAY, 16 * DAY))
        year.at(when, partner_changed(year, life))


def partner_changed(year: Year, life: Life) -> Act:
    """One change."""
    def act(now: int) -> None:
        others = year.ground.partners(life.lead_provider, life.cohort)[:3]
        partner = year.chance.choice(others)
        body = {"partnership_id": life.partnership_id, "delivery_partner_id": partner}
        answer = year.door.send("ChangeDeliveryPartner", f"lead-provider_{life.lead_provider}", body, year.channel())
        if answer["outcome"] == "accepted":
            life.closes_at = max(life.closes_at, london.end_of(london.day(now) + timedelta(days=14)))
            if year.chance.random() < 0.4:
                year.chance.choice((reported_in_time, reported_on_edge, reported_late))(year, life, now)
    return act


def broken_by_support(year: Year, life: Life, now: int) -> None:
    """Support breaks it, before, at or after the end of the window."""
    partnership = life.partnership_id

    def act(later: int) -> None:
        body = {"partnership_id": partnership, "reason": year.chance.choice(REASONS),
                "audit_reason": "The school showed its contract.", "authorised_by": "duty lead"}
        answer = year.door.send("BreakPartnershipAsSupport", "support_desk", body, year.channel())
        if answer["outcome"] == "accepted":
            was_broken(year, life, later)
            if year.chance.random() < 0.5:
                year.at(later + year.chance.choice((0, DAY)), report(year, life, "mistake"))
    year.at(year.chance.choice((now + HOUR, life.closes_at, life.closes_at + 1, life.closes_at + 20 * DAY)), act)


def asked_support(year: Year, life: Life, now: int) -> None:
    """A question to support, answered at the edge of a day or never."""
    partnership = life.partnership_id

    def act(later: int) -> None:
        body = {"partnership_id": partnership, "subject": year.chance.choice(SUBJECTS), "details": "Please look.",
                "reason": year.chance.choice((*REASONS, None)), "came_by": year.chance.choice(("token", "signed_in"))}
        answer = year.door.send("PassReportToSupport", f"school_{life.urn}", body)
        if answer["outcome"] == "accepted" and year.chance.random() < 0.7:
            until = year.edge(london.day(later) + timedelta(days=year.chance.choice((0, 1, 2, 3, 10, 33))))
            year.at(max(until, later), resolved(year, answer["id"]))
    year.at(now + year.chance.choice((HOUR, 5 * DAY, 15 * DAY)), act)


def resolved(year: Year, case_id: str) -> Act:
    """Support closes a case."""
    body = {"case_id": case_id, "outcome": year.chance.choice(OUTCOMES), "comment": "Both sides spoke."}
    return lambda now: year.door.send("ResolveSupportCase", "support_desk", body, "api")


def moves_away(year: Year, life: Life, now: int) -> None:
    """The school joins another trust in another authority, and names a tutor."""
    year.at(now + 2 * DAY, lambda later: moved(year.door, life.urn, year.chance))
    year.at(now + 3 * DAY, nominated(year, life.urn))


STORIES = (reported_in_time, reported_on_edge, reported_late, partner_changes, broken_by_support, asked_support,
           contested, reported_in_time, reported_by_mail, moves_away, nothing)
