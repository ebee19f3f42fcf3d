"""What became of each trainee by an instant: a fold of the trainee's own events, in the order of the log."""

from dataclasses import dataclass, field, replace
from datetime import date

from ..london import day, instant
from .days import dated


def award_of(route):
    """QTS or EYTS: the route decides."""
    return "EYTS" if route.startswith("early_years") else "QTS"


@dataclass
class Act:
    """One act on a record: when, and whose record it was then."""

    training_provider: str
    route: str
    at: int
    position: int
    expected_end: date | None

    @property
    def award(self):
        """The status to which the route of then leads."""
        return award_of(self.route)

    @property
    def on(self):
        """The London day of the act."""
        return day(self.at)


@dataclass
class Recommendation:
    """A recommendation, and what became of it."""

    act: Act
    standards_met: date
    by_file: bool
    awarded_on: date | None = None
    rescinded: bool = False


@dataclass
class Withdrawal:
    """A withdrawal, void or not."""

    act: Act
    trigger: str
    reasons: list
    interest: str
    undone: bool = False


@dataclass
class Deferral:
    """A deferral from its day to the day on which it ended, if it did."""

    act: Act
    since: date
    until: date | None = None


@dataclass
class Extension:
    """More time: by how many days, where there was an end to reckon from."""

    act: Act
    days: int | None


@dataclass
class CheckedFile:
    """A file of recommendations as it was checked: its rows, those with errors, and how many each check found."""

    training_provider: str
    on: date
    rows: int
    wrong: int
    checks: dict


@dataclass
class Life:
    """A trainee's record as it stands, and the acts that made it so."""

    trainee_id: str
    training_provider: str
    route: str
    state: str = "draft"
    itt_start: date | None = None
    expected_end: date | None = None
    reinstated: bool = False
    recommendations: list = field(default_factory=list)
    withdrawals: list = field(default_factory=list)
    deferrals: list = field(default_factory=list)
    extensions: list = field(default_factory=list)

    def act(self, event):
        """The act that an event is, on the record as it is now."""
        return Act(self.training_provider, self.route, event.happened_at, event.position, self.expected_end)

    def take_training(self, training):
        """The training as registered or amended."""
        self.route = training["route"]
        self.itt_start = dated(training.get("itt_start_date"))
        self.expected_end = dated(training.get("expected_end_date"))


@dataclass
class Past:
    """All that is known of trainees by an instant: their lives, and the commands about them that were refused."""

    as_of: int
    lives: list
    refused: list
    files: list

    def of_each(self, acts):
        """Acts of one kind, of every trainee."""
        return [it for life in self.lives for it in getattr(life, acts)]


def checked_files(events, as_of):
    """The files of recommendations that had been checked by an instant."""
    return [checked(event) for event in events
            if event.kind == "RecommendationsPreviewed" and event.happened_at <= as_of]


def checked(event):
    """A file from its event."""
    it = event.payload
    checks = {check["code"]: check["rows"] for check in it["checks"]}
    return CheckedFile(it["provider"], day(event.happened_at), it["rows"], it["wrong"], checks)


def lives(events, as_of):
    """Every trainee's life by an instant."""
    known = {}
    for event in events:
        if event.stream.startswith("trainee-") and event.happened_at <= as_of:
            tell(known, event)
    return list(known.values())


def tell(known, event):
    """One more event of one trainee."""
    payload = event.payload
    if event.kind == "TraineeRegistered":
        life = Life(payload["trainee_id"], payload["provider"], payload["training"]["route"])
        life.take_training(payload["training"])
        known[life.trainee_id] = life
    elif event.kind in TOLD:
        TOLD[event.kind](known[payload["trainee_id"]], event, payload)


def amended(life, _event, payload):
    """Fields of the record changed; a corrected date of deferral moves the deferral that lasts."""
    if payload.get("training"):
        life.take_training(payload["training"])
    if payload.get("defer_date") and life.deferrals:
        life.deferrals[-1].since = dated(payload["defer_date"])


def submitted(life, _event, _payload):
    """A TRN was asked for."""
    life.state = "submitted_for_trn"


def trn_came(life, _event, _payload):
    """A TRN came; who is deferred or withdrawn stays so."""
    if life.state == "submitted_for_trn":
        life.state = "trn_received"


def recommended(life, event, payload):
    """The provider said that the standards were met."""
    act = replace(life.act(event), route=payload["route"], at=instant(payload["recommended_for_award_at"]))
    by_file = payload.get("upload") is not None
    life.recommendations.append(Recommendation(act, dated(payload["outcome_date"]), by_file))
    life.state = "recommended_for_award"


def awarded(life, event, _payload):
    """The teaching record holds the status."""
    life.recommendations[-1].awarded_on = life.act(event).on
    life.state = "awarded"


def rescinded(life, _event, _payload):
    """Support took back the latest recommendation."""
    life.recommendations[-1].rescinded = True
    life.state = "trn_received"


def deferred(life, event, payload):
    """Out for a while, since the date given or else the day it was recorded."""
    act = life.act(event)
    life.deferrals.append(Deferral(act, dated(payload.get("defer_date")) or act.on))
    life.state = "deferred"


def reinstated(life, event, payload):
    """Back in training."""
    life.deferrals[-1].until = dated(payload.get("return_date")) or life.act(event).on
    life.reinstated = True
    life.state = payload["state"]
    life.expected_end = dated(payload.get("expected_end_date")) or life.expected_end


def extended(life, event, payload):
    """More time."""
    before, after = dated(payload.get("previous_end_date")), dated(payload["expected_end_date"])
    life.extensions.append(Extension(life.act(event), (after - before).days if before else None))
    life.expected_end = after


def withdrawn(life, event, payload):
    """Out for good; a deferral that lasted ends here."""
    act = life.act(event)
    reasons = list(dict.fromkeys(payload["reasons"]))
    life.withdrawals.append(Withdrawal(act, payload["trigger"], reasons, payload["future_interest"]))
    if life.state == "deferred":
        life.deferrals[-1].until = act.on
    life.state = "withdrawn"


def withdrawal_undone(life, _event, payload):
    """The withdrawal is void: a deferral that it ended goes on."""
    life.withdrawals[-1].undone = True
    life.state = payload["state"]
    if life.state == "deferred":
        life.deferrals[-1].until = None


TOLD = {
    "TraineeDetailsAmended": amended,
    "TraineeSubmittedForTrn": submitted,
    "TrnRecorded": trn_came,
    "TraineeRecommendedForQts": recommended,
    "QtsAwarded": awarded,
    "RecommendationRescinded": rescinded,
    "TraineeDeferred": deferred,
    "TraineeReinstated": reinstated,
    "TrainingExtended": extended,
    "TraineeWithdrawn": withdrawn,
    "WithdrawalUndone": withdrawal_undone,
}
