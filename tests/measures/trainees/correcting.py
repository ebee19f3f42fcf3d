"""Measure 31: withdrawals that support undid and recommendations that it rescinded."""

from ..arithmetic import rate
from .lives import Withdrawal
from .slices import TRAINEE, Fact, Measure, of_act


def made(past):
    """Every withdrawal and recommendation, void or not, on the day it was made."""
    acts = past.of_each("withdrawals") + past.of_each("recommendations")
    return [Fact(of_act(it.act), it.act.on, it) for it in acts]


def figures(part, _whole, _named, _asked):
    """Corrections per 100 of what they correct."""
    out = [fact.about for fact in part if isinstance(fact.about, Withdrawal)]
    met = [fact.about for fact in part if not isinstance(fact.about, Withdrawal)]
    undone = sum(1 for it in out if it.undone)
    rescinded = sum(1 for it in met if it.rescinded)
    return {
        "withdrawals": len(out),
        "undone": undone,
        "undone_per_100": rate(undone, len(out)),
        "recommendations": len(met),
        "rescinded": rescinded,
        "rescinded_per_100": rate(rescinded, len(met)),
    }


MEASURES = (Measure(31, "corrections", TRAINEE, made, figures),)
