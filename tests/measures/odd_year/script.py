"""The plot of the odd year: which schools are recruited when."""

from datetime import timedelta

from .. import london
from .recruiting import recruited, registered, uploaded
from .year import DAY, FIRST, HOUR, Life, Year


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
