"""Measures 21 to 33: what became of trainees, and what providers tried and could not do."""

from . import bulk, correcting, lengthened, recommending, refused, standing, withdrawing
from .lives import TOLD, Past, checked_files, lives

EACH = (standing, recommending, withdrawing, lengthened, correcting, bulk, refused)
MEASURES = tuple(sorted((measure for one in EACH for measure in one.MEASURES), key=lambda it: it.number))
KINDS = {"TraineeRegistered", "RecommendationsPreviewed", *TOLD}
DECIDING = ("WithdrawalUndone", "RecommendationRescinded", "TraineeReinstated", "QtsAwarded")


def fold(log, as_of):
    """The past of trainees as of an instant."""
    files = checked_files(log.events, as_of)
    return Past(as_of, lives(log.events, as_of), refused.by_then(log, as_of), files)


def instants(log, chance):
    """A microsecond before something that takes back or ends what came before, and then."""
    times = [event.happened_at for event in log.events if event.kind in DECIDING]
    for instant in sorted(chance.sample(times, min(2, len(times)))):
        yield instant - 1
        yield instant
