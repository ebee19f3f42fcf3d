"""Where the odd year happens: a small part of the reference data, with trusts, and schools that are hard to write to."""

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from .door import Door

SCHOOLS = 260
FAR_AND_WIDE = 90
TYPES = {"1": "Community school", "34": "Academy converter"}
CENTRES = 6
TRUSTS = (None, None, "Alder Trust", "Birch, Beech and Sons", "Cedar 'Hill' Trust", "Élan Trust", "unknown trust")


@dataclass(frozen=True)
class Pairing:
    """A lead provider that may use a delivery partner."""

    lead_provider: str
    delivery_partner: str


@dataclass
class Ground:
    """Schools and pairings to play with."""

    schools: list[str]
    centres: list[str]
    pairings: dict[str, list[Pairing]]

    def partners(self, lead_provider: str, cohort: str) -> list[str]:
        """Whom a lead provider may use."""
        return [it.delivery_partner for it in self.pairings[cohort] if it.lead_provider == lead_provider]


def small_data(whole: Path, folder: Path) -> None:
    """Copies the reference data with a part of the schools."""
    if folder.exists():
        return
    shutil.copytree(whole, folder)
    with (whole / "schools.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [row for row in reader if row["EstablishmentStatus (code)"] == "1"]
        heading = reader.fieldnames
    fine = [row for row in rows if row["TypeOfEstablishment (code)"] in TYPES]
    kept = fine[:: len(fine) // SCHOOLS][:SCHOOLS]
    kept += [row for row in rows if row["TypeOfEstablishment (code)"] == "47"][:CENTRES]
    kept += [row for row in rows if row["TypeOfEstablishment (code)"] in ("11", "30")][:FAR_AND_WIDE]
    with (folder / "schools.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, heading)
        writer.writeheader()
        writer.writerows({row["URN"]: row for row in kept}.values())


def read(folder: Path) -> Ground:
    """What there is to play with."""
    with (folder / "schools.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    pairings: dict[str, list[Pairing]] = {}
    with (folder / "provider_pairings.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            pairing = Pairing(row["lead_provider_id"], row["delivery_partner_id"])
            pairings.setdefault(row["cohort"], []).append(pairing)
    return Ground(of_type(rows, *TYPES), of_type(rows, "47"), pairings)


def of_type(rows: list[dict[str, str]], *types: str) -> list[str]:
    """URNs of the schools of these types."""
    return [row["URN"] for row in rows if row["TypeOfEstablishment (code)"] in types]


def moved(door: Door, urn: str, chance: Random, **changes: Any) -> None:
    """Has the register say that a school belongs elsewhere, or is written to elsewhere."""
    entry = {
        "urn": urn, "name": f"School {urn}", "la_code": str(chance.choice((202, 203, 873, 909, 330))),
        "la_name": "An authority", "la_in_england": True, "type_code": 1, "type_name": TYPES["1"], "status_code": 1,
        "status_name": "Open", "phase_name": "Primary", "town": "Town", "postcode": "N1 1AA",
        "main_email": f"office@school-{urn}.example.invalid", "alternative_email": "", "section_41_approved": False,
        "district_code": "E09000007", "trust_name": chance.choice(TRUSTS),
    } | changes
    door.send("ImportSchool", "system_import", {"entry": entry}, by="api")
