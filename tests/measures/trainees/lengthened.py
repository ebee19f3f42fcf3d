"""Trainees who needed longer: measure 28, extended, then; and 29, deferred, then."""

from ..arithmetic import largest, median, ninetieth, rate
from ..london import day
from .slices import TRAINEE, Fact, Measure, of_act

STILL_TRAINING = ("submitted_for_trn", "trn_received", "recommended_for_award")


def extended(past):
    """Trainees whose training was extended, on the day of the first extension."""
    return [of_first(life, life.extensions[0].act) for life in past.lives if life.extensions]


def deferred(past):
    """Trainees who were deferred, on the day on which the first deferral was recorded."""
    return [of_first(life, life.deferrals[0].act) for life in past.lives if life.deferrals]


def of_first(life, act):
    """A trainee, under the record at the first such act."""
    return Fact(of_act(act), act.on, life)


def shares(lives_here, **states):
    """How many stand in each group of states, each as a share of all."""
    figures = {"trainees": len(lives_here)}
    for name, of in states.items():
        figures[name] = sum(1 for life in lives_here if life.state in of)
        figures[name + "_share"] = rate(figures[name], len(lives_here))
    return figures


def extended_figures(part, _whole, _named, _asked):
    """Where they stand, and how often and by how many days they were extended."""
    here = [fact.about for fact in part]
    each = [len(life.extensions) for life in here]
    days = [[it.days for it in life.extensions if it.days is not None] for life in here]
    standing = {"awarded": ("awarded",), "withdrawn": ("withdrawn",), "deferred": ("deferred",)}
    return {
        **shares(here, **standing, training=STILL_TRAINING),
        "extensions": sum(each),
        "median_extensions": median(each),
        "most_extensions": largest(each),
        "median_days": median([one for of_trainee in days for one in of_trainee]),
        "median_days_in_all": median([sum(of_trainee) for of_trainee in days if of_trainee]),
    }


def deferred_figures(part, _whole, _named, asked):
    """Who came back, where they stand, and how long they were out."""
    here = [fact.about for fact in part]
    today = day(asked.as_of)
    days = [max(((it.until or today) - it.since).days, 0) for life in here for it in life.deferrals]
    back = sum(1 for life in here if life.reinstated)
    return {
        **shares(here, awarded=("awarded",), withdrawn=("withdrawn",), still_deferred=("deferred",)),
        "reinstated": back,
        "reinstated_share": rate(back, len(here)),
        "deferrals": len(days),
        "median_days": median(days),
        "ninetieth_percentile_days": ninetieth(days),
    }


MEASURES = (
    Measure(28, "extended_then", TRAINEE, extended, extended_figures),
    Measure(29, "deferred_then", TRAINEE, deferred, deferred_figures),
)
