"""The plot of the odd year: what happens to each school, much of it at the very edge of a day, a week or a window."""

import heapq
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any, Callable

from .. import london
from .carrier import Carrier
from .door import Door, Form
from .ground import Ground, moved

LEAD_PROVIDERS = ("teach-first", "ambition-institute", "best-practice-network", "ucl-institute-of-education")
REASONS = ("another_provider", "not_confirmed", "do_not_recognise", "no_ects", "mistake")
SUBJECTS = ("partnership-already-challenged", "partnership-issue")
OUTCOMES = ("partnership_broken", "partnership_stands", "answered", "closed")
ENDS = ("delivered",) * 5 + ("permanent-failure", "temporary-failure", "technical-failure", "sending", None)
SECOND = 1_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3_600 * SECOND, 86_400 * SECOND
FIRST = date(2025, 3, 3)
LAST = date(2025, 11, 24)
SETTLED = """
    do $$ begin
        while not ((select min(position) from gateway.processes where process in ('notices', 'hand-over', 'outbox'))
                   >= (select position from ledger.log_head)
               and not exists (select from gateway.timers where due_at <= '{now}')
               and not exists (select from gateway.outbox where state = 'waiting')) loop
            perform pg_sleep(0.005);
        end loop;
    end $$
"""


@dataclass
class Life:
    """A school's partnership in a cohort as the script knows it."""

    urn: str
    cohort: str
    partnership_id: str = ""
    lead_provider: str = ""
    delivery_partner: str = ""
    closes_at: int = 0
    broken: bool = False


@dataclass
class Year:
    """The script as it is played: what is still to come, in order."""

    door: Door
    carrier: Carrier
    ground: Ground
    chance: Random
    coming: list[tuple[int, int, Callable[[int], None]]] = field(default_factory=list)
    order: Any = field(default_factory=count)
    told: set[str] = field(default_factory=set)
    lives: dict[str, Life] = field(default_factory=dict)

    def at(self, instant: int, act: Callable[[int], None]) -> None:
        """Something happens at an instant."""
        heapq.heappush(self.coming, (instant, next(self.order), act))

    def play(self) -> None:
        """Everything, in order, each after all that was due before it."""
        end = london.end_of(LAST)
        for offset in range((LAST - FIRST).days):
            self.at(london.at(FIRST + timedelta(days=offset), 6), lambda now: None)
        while self.coming and self.coming[0][0] <= end:
            now = self.coming[0][0]
            self.door.set_clock(now)
            self.settle(now)
            while self.coming and self.coming[0][0] == now:
                heapq.heappop(self.coming)[2](now)
            self.settle(now)
            self.tell(now)

    def settle(self, now: int) -> None:
        """Waits until everything is done that is due."""
        self.door.house.psql(SETTLED.format(now=london.written(now)))

    def tell(self, now: int) -> None:
        """The carrier says later how the new mails ended; sometimes much later than it happened, sometimes twice."""
        for notice_id in self.carrier.taken.keys() - self.told:
            self.told.add(notice_id)
            status = self.chance.choice(ENDS)
            if status is None:
                continue
            happened = now + self.chance.choice((0, SECOND, HOUR, 2 * DAY))
            known = happened + self.chance.choice((0, 0, MINUTE, DAY, 13 * DAY, 20 * DAY))
            self.at(known, self.says(notice_id, status, happened))
            if status == "temporary-failure" and self.chance.random() < 0.5:
                self.at(known + DAY, self.says(notice_id, "delivered", known + HOUR))

    def says(self, notice_id: str, status: str, happened: int) -> Callable[[int], None]:
        """What the carrier will say."""
        return lambda now: self.carrier.say(self.door.house.address, notice_id, status, happened) and None

    def edge(self, day: date) -> int:
        """An instant on a day: often its first or last microsecond."""
        start, end = london.start_of(day), london.end_of(day)
        return self.chance.choice((start, start + 1, end, end - 1, start + 9 * HOUR + self.chance.randrange(8 * HOUR)))

    def channel(self) -> str:
        """A way to send a command."""
        return self.chance.choice(("nats", "nats", "nats", "queue", "api"))


def write(year: Year) -> None:
    """Puts every school's story into the year."""
    chance = year.chance
    schools = chance.sample(year.ground.schools, len(year.ground.schools))
    for urn in schools[:150]:
        year.at(london.start_of(FIRST) - DAY + chance.randrange(HOUR), registered(year, urn))
    for urn in schools[:200] + year.ground.centres:
        day = FIRST + timedelta(days=chance.choice((0, 6, 7, 20, 26, 27, 41, 97, 98, 180, 237, 238)))
        year.at(year.edge(day), recruited(year, Life(urn, "2025")))
    for urn in schools[:25]:
        year.at(london.start_of(FIRST) + HOUR, recruited(year, Life(urn, "2024"), "teach-first"))
    clock_back = london.instant("2025-10-26T00:30:00Z")
    for number, urn in enumerate(schools[200:208]):
        year.at(clock_back + number % 2 * HOUR, recruited(year, Life(urn, "2025")))
    for number in range(9):
        day = FIRST + timedelta(days=chance.randrange(200))
        rows = chance.sample(schools, 9)
        year.at(year.edge(day), uploaded(year, rows))


def registered(year: Year, urn: str) -> Callable[[int], None]:
    """The register knows a school's trust, and not always how to write to it."""
    def act(now: int) -> None:
        kind = year.chance.random()
        changes: dict[str, Any] = {}
        if kind < 0.15:
            changes = {"main_email": "", "alternative_email": f"second@school-{urn}.example.invalid"}
        elif kind < 0.3:
            changes = {"main_email": ""}
        moved(year.door, urn, year.chance, **changes)
    return act


def recruited(year: Year, life: Life, lead_provider: str | None = None) -> Callable[[int], None]:
    """A lead provider confirms; then comes what comes of it."""
    def act(now: int) -> None:
        chance = year.chance
        if chance.random() < 0.3:
            nominated(year, life.urn)(now)
        claimant = lead_provider or chance.choice(LEAD_PROVIDERS)
        partner = chance.choice(year.ground.partners(claimant, life.cohort)[:3])
        answer = confirmed(year, life, claimant, partner)
        if answer["outcome"] == "accepted":
            took(life, answer, claimant, partner, now)
            year.lives[life.urn] = life
            afterwards(year, life, now)
    return act


def confirmed(year: Year, life: Life, claimant: str, partner: str, upload: dict[str, Any] | None = None) -> dict:
    """Sends a confirmation."""
    body = {"school_urn": life.urn, "cohort": life.cohort, "delivery_partner_id": partner}
    if upload:
        body["upload"] = upload
    return year.door.send("ConfirmRecruitment", f"lead-provider_{claimant}", body, year.channel())


def took(life: Life, answer: dict, claimant: str, partner: str, now: int) -> None:
    """The partnership is there."""
    life.partnership_id, life.lead_provider, life.delivery_partner = answer["id"], claimant, partner
    life.closes_at, life.broken = london.end_of(london.day(now) + timedelta(days=14)), False


def afterwards(year: Year, life: Life, now: int) -> None:
    """What becomes of a partnership: one or two of many things, and echoes of them."""
    stories = (reported_in_time, reported_on_edge, reported_late, partner_changes, broken_by_support, asked_support,
               contested, reported_in_time, reported_by_mail, moves_away, nothing)
    for story in year.chance.sample(stories, year.chance.choice((1, 1, 2, 3))):
        story(year, life, now)


def nothing(year: Year, life: Life, now: int) -> None:
    """Silence."""


def report(year: Year, life: Life, reason: str | None) -> Callable[[int], None]:
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
    for after in (3 * DAY, 8 * DAY, 20 * DAY)[: year.chance.choice((1, 2, 3))]:
        year.at(now + after, act)


def form_sent(year: Year, form: Form) -> Callable[[int], None]:
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


def partner_changed(year: Year, life: Life) -> Callable[[int], None]:
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


def resolved(year: Year, case_id: str) -> Callable[[int], None]:
    """Support closes a case."""
    body = {"case_id": case_id, "outcome": year.chance.choice(OUTCOMES), "comment": "Both sides spoke."}
    return lambda now: year.door.send("ResolveSupportCase", "support_desk", body, "api") and None


def contested(year: Year, life: Life, now: int) -> None:
    """Others, and the same once more, claim the school too."""
    for after in (0, 1, DAY)[: year.chance.choice((1, 2, 3))]:
        claimant = year.chance.choice(LEAD_PROVIDERS)
        partner = year.chance.choice(year.ground.partners(claimant, life.cohort)[:3])
        year.at(now + after, claimed(year, life, claimant, partner))


def claimed(year: Year, life: Life, claimant: str, partner: str) -> Callable[[int], None]:
    """One more claim; what it brings if the school is free by then is nobody's story."""
    return lambda now: confirmed(year, life, claimant, partner) and None


def moves_away(year: Year, life: Life, now: int) -> None:
    """The school joins another trust in another authority, and names a tutor."""
    year.at(now + 2 * DAY, lambda later: moved(year.door, life.urn, year.chance))
    year.at(now + 3 * DAY, nominated(year, life.urn))


def nominated(year: Year, urn: str) -> Callable[[int], None]:
    """The school names its induction tutor."""
    number = year.chance.randrange(10**9)
    body = {"school_urn": urn, "name": f"Example Tutor {number}", "email": f"tutor-{number}@example.invalid"}
    return lambda now: year.door.send("NominateInductionTutor", f"school_{urn}", body) and None


def uploaded(year: Year, urns: list[str]) -> Callable[[int], None]:
    """A file is checked; its rows are confirmed at once or days later, when some are lost."""
    def act(now: int) -> None:
        claimant = year.chance.choice(LEAD_PROVIDERS)
        partner = year.chance.choice(year.ground.partners(claimant, "2025")[:3])
        upload_id, bad = str(uuid.UUID(int=year.chance.getrandbits(128), version=4)), year.chance.randrange(4)
        body = {"upload_id": upload_id, "cohort": "2025", "delivery_partner_id": partner, "rows": len(urns) + bad,
                "valid": len(urns), "refused": [{"code": "school_unknown", "rows": bad}] if bad else []}
        year.door.send("RecordUploadPreview", f"lead-provider_{claimant}", body)
        later = now + year.chance.choice((0, HOUR, DAY))
        for number, urn in enumerate(urns):
            year.at(later, row_confirmed(year, urn, (claimant, partner), (upload_id, number + 1)))
    return act


def row_confirmed(year: Year, urn: str, pair: tuple[str, str], row: tuple[str, int]) -> Callable[[int], None]:
    """One row of a file."""
    def act(now: int) -> None:
        life = Life(urn, "2025")
        upload = {"upload_id": row[0], "row": row[1], "held": urn}
        answer = confirmed(year, life, *pair, upload)
        if answer["outcome"] == "accepted":
            took(life, answer, *pair, now)
            afterwards(year, life, now)
    return act
