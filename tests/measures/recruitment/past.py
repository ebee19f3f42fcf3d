"""Schools' partnerships as they stood at an instant, folded from the events that had happened by then."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .. import london
from ..export import Event, Log, Refusal
from .records import Break, Case, Mail, NoContact, Recruitment, Round, Upload

BREAKS = {"PartnershipMistakeReported": True, "PartnershipBrokenBySupport": False}
UNKNOWN = "unknown"


@dataclass
class Past:
    """All that had happened by an instant."""

    as_of: int
    register: "Register"
    recruitments: dict[str, Recruitment] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)
    mails: dict[str, tuple[Recruitment, Mail]] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    tutors: dict[str, list[int]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    units: dict[Any, Any] = field(default_factory=dict)


class Register:
    """Where schools belonged, by position of the log."""

    def __init__(self, log: Log) -> None:
        self.entries: dict[str, list[tuple[int, str, str]]] = {}
        for event in log.events:
            if event.kind == "SchoolImported":
                entry = event.payload["entry"]
                trust, authority = entry.get("trust_name") or UNKNOWN, entry.get("la_code") or UNKNOWN
                self.entries.setdefault(entry["urn"], []).append((event.position, authority, trust))

    def at(self, urn: str, position: int) -> tuple[str, str]:
        """Local authority and trust of a school as the register had them at a position."""
        known = [(la, trust) for imported, la, trust in self.entries.get(urn, []) if imported <= position]
        return known[-1] if known else (UNKNOWN, UNKNOWN)


def fold(log: Log, as_of: int, register: Register) -> Past:
    """The past as of an instant."""
    past = Past(as_of, register)
    for event in log.events:
        take = TAKEN.get(event.kind)
        if take and event.happened_at <= as_of:
            take(past, event, event.payload)
    past.refusals = [refusal for refusal in log.refusals if refusal.received_at <= as_of]
    return past


def confirmed(past: Past, event: Event, it: dict[str, Any]) -> None:
    """A recruitment and its first round."""
    authority, trust = past.register.at(it["school_urn"], event.position)
    past.recruitments[it["partnership_id"]] = Recruitment(
        partnership_id=it["partnership_id"],
        urn=it["school_urn"],
        cohort=it["cohort"],
        lead_provider=it["lead_provider"]["id"],
        channel="csv" if it.get("upload") else event.channel,
        position=event.position,
        local_authority=authority,
        trust=trust,
        rounds=[begun(past, event, it)],
    )


def begun(past: Past, event: Event, it: dict[str, Any]) -> Round:
    """A round begins."""
    window = it.get("window")
    past.rounds[event.event_id] = Round(
        event_id=event.event_id,
        delivery_partner=it["delivery_partner"]["id"],
        at=event.happened_at,
        position=event.position,
        closes_at=london.instant(window["closes_at"]) if window else None,
        last_day=date.fromisoformat(window["last_day"]) if window else None,
    )
    return past.rounds[event.event_id]


def partner_changed(past: Past, event: Event, it: dict[str, Any]) -> None:
    """Another delivery partner: the next round."""
    past.recruitments[it["partnership_id"]].rounds.append(begun(past, event, it))


def broken(past: Past, event: Event, it: dict[str, Any]) -> None:
    """The end of a partnership."""
    ended = Break(BREAKS[event.kind], it["reason"], event.happened_at, event.position)
    past.recruitments[it["partnership_id"]].ended = ended


def mail_decided(past: Past, event: Event, it: dict[str, Any]) -> None:
    """A mail to a school; those to providers' users and nominating ones are no notices."""
    if it["occasion"] in ("notice", "reminder"):
        mail = Mail(it["notice_id"], it["occasion"], it["contact"], event.position, event.happened_at)
        past.rounds[it["cause"]].mails.append(mail)
        past.mails[it["notice_id"]] = (past.recruitments[it["partnership_id"]], mail)


def nobody_found(past: Past, event: Event, it: dict[str, Any]) -> None:
    """A mail that had nobody to go to."""
    if it["occasion"] in ("notice", "reminder"):
        none = NoContact(it["occasion"], it["reason"], event.position, event.happened_at)
        past.rounds[it["cause"]].mails.append(none)


def mail_moved(past: Past, event: Event, it: dict[str, Any]) -> None:
    """What the carrier said of a mail."""
    if it["notice_id"] in past.mails:
        mail = past.mails[it["notice_id"]][1]
        mail.status = it["status"]
        if it["status"] == "delivered":
            mail.delivered_at.append(london.instant(it["at"]))


def mail_withheld(past: Past, event: Event, it: dict[str, Any]) -> None:
    """A mail that was not sent after all."""
    if it["notice_id"] in past.mails:
        past.mails[it["notice_id"]][1].withheld = True


def passed_to_support(past: Past, event: Event, it: dict[str, Any]) -> None:
    """A case is opened, under the partner of that time."""
    recruitment = past.recruitments[it["partnership_id"]]
    case = Case(it["subject"], it["partnership_id"], it.get("reason"), it["came_by"], event.happened_at,
                recruitment.rounds[-1])
    past.cases[it["case_id"]] = case


def case_resolved(past: Past, event: Event, it: dict[str, Any]) -> None:
    """A case ends; tasks about trainees are none of ours."""
    if it["case_id"] in past.cases:
        case = past.cases[it["case_id"]]
        case.resolved_at, case.outcome = event.happened_at, it["outcome"]


def checked(past: Past, event: Event, it: dict[str, Any]) -> None:
    """A file was checked."""
    refused = {refused["code"]: refused["rows"] for refused in it["refused"]}
    past.uploads[it["upload_id"]] = Upload(it["lead_provider_id"], it["delivery_partner_id"], it["cohort"],
                                           event.happened_at, it["rows"], it["valid"], refused)


def nominated(past: Past, event: Event, it: dict[str, Any]) -> None:
    """A school has an induction tutor from now on."""
    past.tutors.setdefault(it["school_urn"], []).append(event.happened_at)


TAKEN = {
    "RecruitmentConfirmed": confirmed,
    "DeliveryPartnerChanged": partner_changed,
    "PartnershipMistakeReported": broken,
    "PartnershipBrokenBySupport": broken,
    "NoticeCreated": mail_decided,
    "NoContactFound": nobody_found,
    "NoticeStatusRecorded": mail_moved,
    "NoticeWithheld": mail_withheld,
    "ReportPassedToSupport": passed_to_support,
    "SupportCaseResolved": case_resolved,
    "UploadPreviewed": checked,
    "InductionTutorNominated": nominated,
}
