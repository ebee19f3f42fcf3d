"""Measures 1 to 20: schools' partnerships, the mails about them, refused attempts, files and support cases."""

from functools import lru_cache
from random import Random
from typing import Iterator

from ..export import Log
from . import afterwards, attempts, desk, mails, reports
from .past import TAKEN, Past, Register
from .past import fold as fold_with

MEASURES = reports.MEASURES + attempts.MEASURES + afterwards.MEASURES + mails.MEASURES + desk.MEASURES

KINDS = frozenset(TAKEN)


@lru_cache(maxsize=1)
def register(log: Log) -> Register:
    """The register of schools, read once."""
    return Register(log)


def fold(log: Log, as_of: int) -> Past:
    """What had happened by an instant."""
    return fold_with(log, as_of, register(log))


def instants(log: Log, chance: Random) -> Iterator[int]:
    """Instants to ask for: on both sides of windows' ends, of breaks and of notices' deliveries."""
    past = fold(log, 1 << 60)
    closings = [one.closes_at for it in past.recruitments.values() for one in it.rounds if one.closes_at]
    changes = [one.at for it in past.recruitments.values() for one in it.rounds[1:]]
    ends = [it.ended.at for it in past.recruitments.values() if it.ended]
    for kind in (closings, changes, ends):
        for boundary in chance.sample(kind, min(2, len(kind))):
            yield from (boundary - 1, boundary, boundary + 1)
