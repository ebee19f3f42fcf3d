"""What is known of schools' partnerships: recruitments, rounds, mails, cases and files."""

from dataclasses import dataclass, field
from datetime import date

from .. import london


@dataclass
class Mail:
    """A notice or reminder to a school: what was decided, and how far it came."""

    notice_id: str
    occasion: str
    contact: str
    position: int
    at: int
    status: str = "created"
    withheld: bool = False
    delivered_at: list[int] = field(default_factory=list)


@dataclass
class NoContact:
    """Nobody was found to send a mail to."""

    occasion: str
    reason: str
    position: int
    at: int


@dataclass
class Round:
    """A delivery partner's turn: a window, and the mails that told of it."""

    event_id: str
    delivery_partner: str
    at: int
    position: int
    closes_at: int | None
    last_day: date | None
    mails: list[Mail | NoContact] = field(default_factory=list)

    @property
    def day(self) -> date:
        """The day in London on which it began."""
        return london.day(self.at)

    def first_mail(self) -> Mail | NoContact | None:
        """What became of telling the school when it began."""
        return next((mail for mail in self.mails if mail.occasion == "notice"), None)

    def reminder(self) -> Mail | None:
        """The reminder, if one was decided."""
        return next((mail for mail in self.mails if isinstance(mail, Mail) and mail.occasion == "reminder"), None)


@dataclass
class Break:
    """A report of the school, or a break by support."""

    by_school: bool
    reason: str
    at: int
    position: int


@dataclass
class Recruitment:
    """One partnership: a recruitment, its rounds, and its end if it had one."""

    partnership_id: str
    urn: str
    cohort: str
    lead_provider: str
    channel: str
    position: int
    local_authority: str
    trust: str
    rounds: list[Round]
    ended: Break | None = None

    @property
    def school(self) -> tuple[str, str]:
        """School and cohort: the stream."""
        return (self.urn, self.cohort)

    def stands_alone(self, at: int) -> bool:
        """Nobody had broken it by then."""
        return self.ended is None or self.ended.at > at


@dataclass
class Case:
    """A report or question passed to support."""

    subject: str
    partnership_id: str
    reason: str | None
    came_by: str
    at: int
    round: Round
    resolved_at: int | None = None
    outcome: str | None = None


@dataclass
class Upload:
    """A file of schools as it was checked."""

    lead_provider: str
    delivery_partner: str
    cohort: str
    at: int
    rows: int
    valid: int
    refused: dict[str, int]
