"""Odd lives of trainees, played through the service's own doors: a seed decides who does what, when, and how wrongly.

Nothing is planned: each act is drawn from what a trainee's state allows, and from some of what it does not. Withdrawals
are undone, recommendations rescinded after the award, deferrals corrected, routes changed in between, drafts imported;
the clock moves by hours or weeks, and now and then to the very edge of a London day.
"""

import re
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from . import london
from .house import House
from .odd_year.door import Door

PROVIDERS = ("2Z3", "3S1", "B20", "B32", "D39")
ROUTES = (
    "provider_led_postgrad", "school_direct_tuition_fee", "school_direct_salaried", "pg_teaching_apprenticeship",
    "hpitt_postgrad", "provider_led_undergrad", "opt_in_undergrad", "teacher_degree_apprenticeship", "iqts",
    "assessment_only", "early_years_postgrad", "early_years_salaried", "early_years_assessment_only",
    "early_years_undergrad",
)
OF_PROVIDER = (
    "record_added_in_error", "mandatory_reasons", "stopped_responding_to_messages", "unacceptable_behaviour",
    "lack_of_progress_during_placements", "did_not_make_progress", "not_meeting_qts_standards",
    "safeguarding_concerns", "had_to_withdraw_trainee_another_reason",
)
OF_TRAINEE = (
    "unacceptable_behaviour", "did_not_make_progress", "lack_of_progress_during_placements",
    "trainee_workload_issues", "not_meeting_qts_standards", "change_in_personal_or_health_circumstances",
    "does_not_want_to_become_a_teacher", "never_intended_to_obtain_qts", "moved_to_different_itt_course",
    "safeguarding_concerns", "trainee_chose_to_withdraw_another_reason",
)
RECORD, SUPPORT = "system_teaching-record", "support_desk"
BEGINS = "2023-08-20T09:00:00Z"
TRAINEES, STEPS, ACTS = 240, 170, 20
WAYS, WEIGHTS = ("nats", "api", "queue"), (80, 12, 8)
CHECKS = ("date_in_future", "last_names_differs", "trainee_not_found", "date_before_itt_start")
HOUR = 3_600_000_000

# What is tried in each state, and how often: mostly what the state allows, and some of what it does not.
TRIED = {
    "draft": {"submit": 60, "amend": 15, "recommend": 4, "withdraw": 4, "extend": 2},
    "submitted_for_trn": {"trn": 40, "defer": 20, "withdraw": 15, "extend": 15, "amend": 15, "recommend": 5},
    "trn_received": {"recommend": 40, "defer": 20, "withdraw": 18, "extend": 18, "amend": 14, "reroute": 10,
                     "undo": 3, "rescind": 3, "award": 2},
    "recommended_for_award": {"award": 25, "rescind": 20, "withdraw": 5, "reroute": 8, "recommend": 4, "defer": 2},
    "awarded": {"rescind": 22, "reroute": 8, "extend": 3, "recommend": 2},
    "deferred": {"reinstate": 30, "withdraw": 22, "extend": 14, "correct": 22, "trn": 10, "reroute": 6, "recommend": 4},
    "withdrawn": {"undo": 25, "trn": 8, "reroute": 6, "withdraw": 5, "reinstate": 4},
}


@dataclass
class Trainee:
    """A trainee as the player believes the record to stand; the service may know better."""

    id: str
    provider: str
    route: str
    starts: date | None
    ends: date
    state: str = "draft"
    met: str | None = None
    before: list = field(default_factory=list)


def play(house: House, seed: int) -> None:
    """Plays the lives of a seed against a running development service."""
    chance = Random(seed)
    door = Door(house)
    Player(door, chance, london.instant(BEGINS)).play(TRAINEES, STEPS)
    door.nats.close()


class Player:
    """Plays lives from an instant on, a step of the clock at a time."""

    def __init__(self, door: Door, chance: Random, begins: int) -> None:
        """A player whose first step is at an instant."""
        self.door, self.chance, self.now = door, chance, begins
        self.trainees: list[Trainee] = []

    def play(self, trainees: int, steps: int) -> None:
        """Registers trainees over the first half of the steps, and lets them live until the last."""
        for step in range(steps):
            while len(self.trainees) < trainees * min(1, (step + 1) / (steps / 2)):
                self.register()
            for trainee in self.chance.sample(self.trainees, min(len(self.trainees), ACTS)):
                self.one_act(trainee)
            if self.chance.random() < 0.3:
                self.check_file()
            self.now = self.next_instant()

    def today(self) -> date:
        """The day in London."""
        return london.day(self.now)

    def next_instant(self) -> int:
        """Hours or weeks later, now and then at the very edge of a London day."""
        hours = self.chance.choice((1, 5, 20, 26, 49, 75, 120, 170, 400))
        ahead = self.now + hours * HOUR + self.chance.randrange(HOUR)
        edge = self.chance.random()
        if edge < 0.2:
            return london.end_of(london.day(ahead)) - self.chance.randrange(ACTS)
        return london.start_of(london.day(ahead) + timedelta(days=1)) if edge < 0.4 else ahead

    def day_near(self, days: int) -> str:
        """Some day at most so many days away, usually past."""
        return (self.today() + timedelta(days=self.chance.randint(-days, days // 3))).isoformat()

    def register(self) -> None:
        """A new record, complete or not, with a course that has begun or not."""
        chance, today = self.chance, self.today()
        starts = chance.choice((today + timedelta(days=chance.randint(-500, 60)), today - timedelta(days=30),
                                date(today.year, 9, 1), date(today.year, 8, 31), None))
        ends = (starts or today) + timedelta(days=chance.randint(20, 420))
        trainee = Trainee(self.new_id(), chance.choice(PROVIDERS), chance.choice(ROUTES), starts, ends)
        body = {"trainee_id": trainee.id, "provider": trainee.provider, "route": trainee.route,
                "first_names": "Odd", "last_names": f"Life {len(self.trainees)}", "details": self.details(trainee)}
        by_import = chance.random() < 0.2
        body["from_hesa"] = by_import and chance.random() < 0.7
        taken = self.send(trainee, SUPPORT if by_import else self.own(trainee), "RegisterTrainee", body)
        if taken or self.chance.random() < 0.2:
            self.trainees.append(trainee)

    def details(self, it: Trainee) -> dict:
        """Enough to be recommended one day, now and then without something."""
        chance = self.chance
        details = {
            "date_of_birth": "1999-02-28", "provider_trainee_id": f"ODD-{len(self.trainees)}", "age_range": "11 to 16",
            "subjects": ["Physics"], "itt_start_date": it.starts and it.starts.isoformat(),
            "expected_end_date": it.ends.isoformat(),
            "degrees": [{"subject": "Physics", "institution": "University of Example"}],
            "placements": [{"school_name": f"Example School {number}"} for number in (1, 2)],
        }
        if it.starts and chance.random() < 0.85:
            details["trainee_start_date"] = it.starts.isoformat()
        if chance.random() < 0.07:
            details.pop(chance.choice(sorted(details)))
        return details

    def one_act(self, trainee: Trainee) -> None:
        """Something that is tried in the trainee's state."""
        tried = TRIED[trainee.state]
        act = self.chance.choices(list(tried), list(tried.values()))[0]
        getattr(self, act)(trainee)

    def own(self, trainee: Trainee) -> str:
        """The trainee's own provider, or support, or now and then somebody else's."""
        others = (SUPPORT, f"training-provider_{self.chance.choice(PROVIDERS)}",
                  f"training-provider-reader_{trainee.provider}")
        own = f"training-provider_{trainee.provider}"
        return self.chance.choices((own, *others), (84, 10, 4, 2))[0]

    def submit(self, it: Trainee) -> None:
        """Asks for a TRN."""
        self.send(it, self.own(it), "SubmitForTrn", {}, then="submitted_for_trn")

    def trn(self, it: Trainee) -> None:
        """A TRN comes, or an empty one."""
        trn = f"{self.chance.randrange(10**7):07}" if self.chance.random() < 0.9 else ""
        then = "trn_received" if it.state == "submitted_for_trn" else it.state
        self.send(it, RECORD, "RecordTrn", {"trn": trn}, then=then)

    def recommend(self, it: Trainee) -> None:
        """The standards were met; by file or not."""
        it.met = self.day_near(self.chance.choice((3, 40, 90)))
        body = {"qts_standards_met_date": it.met}
        if self.chance.random() < 0.35:
            body["upload"] = {"upload_id": self.new_id(), "row": self.chance.randint(2, 500)}
        self.send(it, self.own(it), "RecommendForQts", body, then="recommended_for_award")

    def award(self, it: Trainee) -> None:
        """The record answers at once; else it answers by itself after the clock has moved."""
        self.send(it, RECORD, "RecordQtsAward", {"awarded_at": it.met if self.chance.random() < 0.9 else self.day_near(2)}, then="awarded")

    def rescind(self, it: Trainee) -> None:
        """Support takes it back, mostly with a comment."""
        self.send(it, self.desk(), "RescindRecommendation", self.comment(), then="trn_received")

    def defer(self, it: Trainee) -> None:
        """Out for a while, also from a day ahead, or from none."""
        on = self.day_near(30) if self.chance.random() < 0.8 else None
        self.send(it, self.own(it), "DeferTrainee", {"defer_date": on}, then="deferred")

    def correct(self, it: Trainee) -> None:
        """Another date of deferral."""
        self.send(it, self.own(it), "AmendTraineeDetails", {"defer_date": self.day_near(60)})

    def reinstate(self, it: Trainee) -> None:
        """Back, with a later end."""
        back = self.today() + timedelta(days=self.chance.randint(-20, 10))
        it.ends = max(it.ends, back) + timedelta(days=self.chance.randint(0, 120))
        body = {"return_date": back.isoformat(), "expected_end_date": it.ends.isoformat()}
        self.send(it, self.own(it), "ReinstateTrainee", body, then="trn_received")

    def extend(self, it: Trainee) -> None:
        """More time, or less."""
        it.ends += timedelta(days=self.chance.choice((-10, 1, 7, 30, 30, 91, 200)))
        self.send(it, self.own(it), "ExtendTraining", {"expected_end_date": it.ends.isoformat()})

    def amend(self, it: Trainee) -> None:
        """Another start, or an earlier end."""
        field_ = self.chance.choice(("itt_start_date", "expected_end_date", "trainee_start_date"))
        if field_ == "expected_end_date":
            it.ends -= timedelta(days=self.chance.randint(1, 20))
            details = {field_: it.ends.isoformat()}
        else:
            details = {field_: self.day_near(200)}
        self.send(it, self.own(it), "AmendTraineeDetails", {"details": details})

    def reroute(self, it: Trainee) -> None:
        """Another route, perhaps to another status; in complete states support alone may."""
        actor = SUPPORT if self.chance.random() < 0.7 else self.own(it)
        self.send(it, actor, "AmendTraineeDetails", {"route": self.chance.choice(ROUTES)})

    def withdraw(self, it: Trainee) -> None:
        """Out for good, for one reason or several."""
        chance = self.chance
        trigger, codes = chance.choice((("provider", OF_PROVIDER), ("trainee", OF_TRAINEE)))
        if chance.random() < 0.05:
            codes = OF_TRAINEE if trigger == "provider" else OF_PROVIDER
        reasons = chance.choices(codes, k=chance.choice((1, 1, 1, 2, 3)))
        if chance.random() < 0.2:
            reasons = [codes[-1]]
        body = {"trigger": trigger, "reasons": reasons, "future_interest": chance.choice(("yes", "no", "unknown")),
                "withdrawal_date": None if it.state == "deferred" else self.day_near(20),
                "another_reason": "Agreed.", "safeguarding_concern_reasons": "Known to the desk."}
        it.before.append(it.state)
        self.send(it, self.own(it), "WithdrawTrainee", body, then="withdrawn")

    def undo(self, it: Trainee) -> None:
        """The withdrawal was a slip."""
        self.send(it, self.desk(), "UndoWithdrawal", self.comment(), then=it.before[-1] if it.before else None)

    def desk(self) -> str:
        """Support, or now and then a provider that may not."""
        return SUPPORT if self.chance.random() < 0.92 else f"training-provider_{self.chance.choice(PROVIDERS)}"

    def comment(self) -> dict:
        """A comment, mostly."""
        return {"comment": "The wrong record." if self.chance.random() < 0.9 else None}

    def send(self, it: Trainee, actor: str, command: str, body: dict, then: str | None = None) -> bool:
        """Sends it; if it was taken, the trainee is where the command leads."""
        body = {"trainee_id": it.id, **body}
        if command != "RegisterTrainee" and self.chance.random() < 0.01:
            body["trainee_id"] = self.new_id()
        answer = self.ask(command, actor, body)
        if answer["outcome"] == "accepted" and then:
            it.state = then
        elif answer.get("code") == "invalid_transition":
            it.state = re.search(r"in state (\w+)", answer["message"])[1]
        return answer["outcome"] == "accepted"

    def check_file(self) -> None:
        """A provider uploads a file of recommendations; some of its rows are wrong, in one way or several."""
        chance = self.chance
        good, left_out, wrong = chance.randint(0, 40), chance.randint(0, 5), chance.choice((0, 0, 1, 3, 8))
        found = chance.sample(CHECKS, chance.randint(1, 3)) if wrong else []
        checks = [{"code": code, "rows": wrong if at == 0 else chance.randint(1, wrong)}
                  for at, code in enumerate(found)]
        body = {"upload_id": self.new_id(), "file_digest": f"{chance.getrandbits(256):064x}",
                "rows": good + left_out + wrong, "recommended": good, "left_out": left_out, "wrong": wrong,
                "checks": checks}
        self.ask("RecordRecommendationPreview", f"training-provider_{chance.choice(PROVIDERS)}", body)

    def ask(self, command: str, actor: str, body: dict) -> dict:
        """Sends a command a microsecond after the one before, so that no two share their instant."""
        self.now += 1
        self.door.set_clock(self.now)
        return self.door.send(command, actor, body, by=self.chance.choices(WAYS, WEIGHTS)[0])

    def new_id(self) -> str:
        """The next id of the seed."""
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
