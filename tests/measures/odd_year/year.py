"""The odd year as it is played: what is still to come, in order, and a carrier that tells late how mails ended."""

import heapq
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any, Callable

from .. import london
from .carrier import Carrier
from .door import Door
from .ground import Ground

ENDS = ("delivered",) * 5 + ("permanent-failure", "temporary-failure", "technical-failure", "sending", None)
Act = Callable[[int], object]
"""Something that happens at an instant, which it is told."""
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
    coming: list[tuple[int, int, Act]] = field(default_factory=list)
    order: Any = field(default_factory=count)
    told: set[str] = field(default_factory=set)
    stories: tuple[Callable[["Year", Life, int], None], ...] = ()

    def at(self, instant: int, act: Act) -> None:
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

    def says(self, notice_id: str, status: str, happened: int) -> Act:
        """What the carrier will say."""
        return lambda now: self.carrier.say(self.door.house.address, notice_id, status, happened)

    def edge(self, day: date) -> int:
        """An instant on a day: often its first or last microsecond."""
        start, end = london.start_of(day), london.end_of(day)
        return self.chance.choice((start, start + 1, end, end - 1, start + 9 * HOUR + self.chance.randrange(8 * HOUR)))

    def channel(self) -> str:
        """A way to send a command."""
        return self.chance.choice(("nats", "nats", "nats", "queue", "api"))

    def afterwards(self, life: Life, now: int) -> None:
        """What becomes of a partnership: one, two or three of many things, and their echoes."""
        for story in self.chance.sample(self.stories, self.chance.choice((1, 1, 2, 3))):
            story(self, life, now)
