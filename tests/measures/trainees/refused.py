"""Measure 33: commands about trainees that were refused, from the ledger's refusals."""

from ..london import day
from .lives import award_of
from .slices import TRAINEE, UNKNOWN, Fact, Measure

COMMANDS = {
    "RegisterTrainee", "AmendTraineeDetails", "SubmitForTrn", "RecordTrn", "RecommendForQts", "RecordQtsAward",
    "DeferTrainee", "ReinstateTrainee", "ExtendTraining", "WithdrawTrainee", "UndoWithdrawal", "RescindRecommendation",
}
PROVIDERS = ("training-provider_", "training-provider-reader_")


def refused(past):
    """One fact a refusal, on the day it was received."""
    return past.refused


def by_then(log, as_of):
    """The refusals of commands about trainees that had been received by an instant."""
    records = Records(log.events)
    due = [it for it in log.refusals if it.command in COMMANDS and it.received_at <= as_of]
    return [refusal(it, records) for it in due]


class Records:
    """Whose records trainees were, and on which route, at a place in the log."""

    def __init__(self, events):
        """Every registration and amendment, by trainee."""
        self.changes = {}
        for event in events:
            if event.kind in ("TraineeRegistered", "TraineeDetailsAmended"):
                payload = event.payload
                self.changes.setdefault(payload["trainee_id"], []).append((event.position, payload))

    def at(self, trainee_id, position):
        """Provider and route of a record then, or of nobody."""
        provider = route = None
        for when, payload in self.changes.get(trainee_id, ()):
            if when <= position:
                provider = payload.get("provider", provider)
                route = payload["training"]["route"] if payload.get("training") else route
        return provider, route


def refusal(it, records):
    """A refusal under the provider that tried, else the trainee's."""
    named = it.given.get("trainee_id")
    provider, route = records.at(named, it.head)
    tried = [it.actor.split("_", 1)[1] for kind in PROVIDERS if it.actor.startswith(kind)]
    keys = {
        "training_provider": tried[0] if tried else provider or UNKNOWN,
        "route": route or UNKNOWN,
        "award": award_of(route) if route else UNKNOWN,
        "code": it.code,
        "channel": it.channel,
        "command": it.command,
    }
    return Fact(keys, day(it.received_at), it)


def figures(part, _whole, _named, _asked):
    """Refusals, and the trainees they named whose record there was."""
    named = {fact.about.given["trainee_id"] for fact in part if fact.keys["route"] != UNKNOWN}
    return {"refusals": len(part), "trainees": len(named)}


MEASURES = (
    Measure(33, "refused_trainee_commands", (*TRAINEE, "code", "channel", "command"), refused, figures),
)
