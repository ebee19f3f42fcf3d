"""How schools are recruited in the odd year: one by one, row by row of a file, and by several providers at once."""

import uuid
from datetime import timedelta
from typing import Any

from .. import london
from .ground import moved
from .year import DAY, HOUR, Act, Life, Year

LEAD_PROVIDERS = ("teach-first", "ambition-institute", "best-practice-network", "ucl-institute-of-education")


def registered(year: Year, urn: str) -> Act:
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


def recruited(year: Year, life: Life, lead_provider: str | None = None) -> Act:
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
            year.afterwards(life, now)
    return act


def confirmed(year: Year, life: Life, claimant: str, partner: str, upload: dict[str, Any] | None = None) -> Any:
    """Sends a confirmation."""
    body: dict[str, Any] = {"school_urn": life.urn, "cohort": life.cohort, "delivery_partner_id": partner}
    if upload:
        body["upload"] = upload
    return year.door.send("ConfirmRecruitment", f"lead-provider_{claimant}", body, year.channel())


def took(life: Life, answer: dict, claimant: str, partner: str, now: int) -> None:
    """The partnership is there."""
    life.partnership_id, life.lead_provider, life.delivery_partner = answer["id"], claimant, partner
    life.closes_at, life.broken = london.end_of(london.day(now) + timedelta(days=14)), False


def nominated(year: Year, urn: str) -> Act:
    """The school names its induction tutor."""
    number = year.chance.randrange(10**9)
    body = {"school_urn": urn, "name": f"Example Tutor {number}", "email": f"tutor-{number}@example.invalid"}
    return lambda now: year.door.send("NominateInductionTutor", f"school_{urn}", body)


def uploaded(year: Year, urns: list[str]) -> Act:
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


def row_confirmed(year: Year, urn: str, pair: tuple[str, str], row: tuple[str, int]) -> Act:
    """One row of a file."""
    def act(now: int) -> None:
        life = Life(urn, "2025")
        upload = {"upload_id": row[0], "row": row[1], "held": urn}
        answer = confirmed(year, life, *pair, upload)
        if answer["outcome"] == "accepted":
            took(life, answer, *pair, now)
            year.afterwards(life, now)
    return act


def contested(year: Year, life: Life, now: int) -> None:
    """Others, and the same once more, claim the school too."""
    for after in (0, 1, DAY)[: year.chance.choice((1, 2, 3))]:
        claimant = year.chance.choice(LEAD_PROVIDERS)
        partner = year.chance.choice(year.ground.partners(claimant, life.cohort)[:3])
        year.at(now + after, claimed(year, life, claimant, partner))


def claimed(year: Year, life: Life, claimant: str, partner: str) -> Act:
    """One more claim; what it brings if the school is free by then is nobody's story."""
    return lambda now: confirmed(year, life, claimant, partner)
