"""Units of the measures of recruitment: recruitments or rounds, and what was done to them."""

from datetime import date
from typing import Iterator

from .. import london
from ..asking import Asked, Counted, Unit
from .past import Past
from .records import Recruitment, Round

REASONS = ("another_provider", "not_confirmed", "do_not_recognise", "no_ects", "mistake")
STANDARD = ("lead_provider", "delivery_partner", "cohort", "reason", "local_authority", "trust", "week", "channel")
WITHOUT_REASON = tuple(name for name in STANDARD if name != "reason")
CHANNELS = ("csv", "api", "nats", "screen", "system")
FIXED = {"reason": REASONS, "channel": CHANNELS}


class Turn:
    """A recruitment, or by delivery partner one of its rounds."""

    def __init__(self, recruitment: Recruitment, rounds: list[Round]) -> None:
        self.recruitment, self.rounds = recruitment, rounds
        self.round = rounds[0]
        latest = rounds[-1] is recruitment.rounds[-1]
        self.ended = recruitment.ended if latest else None
        self.followed_by = None if latest else recruitment.rounds[recruitment.rounds.index(rounds[-1]) + 1]

    @property
    def reported(self) -> bool:
        """The school reported it, while this partner had it."""
        return self.ended is not None and self.ended.by_school

    def window_open(self, as_of: int) -> bool:
        """The school may still report."""
        closes_at = self.rounds[-1].closes_at
        return self.ended is None and self.followed_by is None and closes_at is not None and closes_at >= as_of

    def unit(self, what: object = None, reason: str | None = None, **values: str | None) -> Unit:
        """It, or something done to it, as something to count on the day on which it began."""
        own = of(self.recruitment, self.round.delivery_partner)
        return Unit(self.round.day, own | {"reason": reason} | values, what or self)


def of(recruitment: Recruitment, delivery_partner: str) -> dict[str, str | None]:
    """The dimensions of a recruitment."""
    return {
        "lead_provider": recruitment.lead_provider,
        "delivery_partner": delivery_partner,
        "cohort": recruitment.cohort,
        "local_authority": recruitment.local_authority,
        "trust": recruitment.trust,
        "channel": recruitment.channel,
    }


def turns(past: Past, asked: Asked) -> Iterator[Turn]:
    """Recruitments, or rounds by delivery partner."""
    for recruitment in past.recruitments.values():
        if asked.in_rounds:
            yield from (Turn(recruitment, [one]) for one in recruitment.rounds)
        else:
            yield Turn(recruitment, recruitment.rounds)


def last_turn(recruitment: Recruitment, day: date, what: object, **values: str | None) -> Unit:
    """Something that counts on a day of its own, under the partner of the last round."""
    return Unit(day, of(recruitment, recruitment.rounds[-1].delivery_partner) | values, what)


def provisional(counted: Counted) -> bool:
    """A window of the slice is open."""
    return any(it.what.window_open(counted.as_of) for it in counted.bases)


def days(earlier: int, later: int) -> int:
    """Local days between two instants."""
    return (london.day(later) - london.day(earlier)).days
