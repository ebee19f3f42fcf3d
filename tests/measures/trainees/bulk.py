"""Measure 32: recommendations by file, and the rows of files that were refused at confirmation."""

from ..arithmetic import rate
from .slices import TRAINEE, Fact, Measure, of_act


def put_to_the_rules(past):
    """Every recommendation, and every refused row of a file."""
    accepted = [Fact(of_act(it.act), it.act.on, it) for it in past.of_each("recommendations")]
    return accepted + [fact for fact in past.refused if is_row(fact.about)]


def is_row(refusal):
    """Whether a refusal is of a row of a file of recommendations."""
    return refusal.command == "RecommendForQts" and bool(refusal.given.get("upload"))


def figures(part, whole, _named, _asked):
    """Recommendations by file, and rows lost per 100 rows."""
    made = [fact.about for fact in whole if "code" not in fact.keys]
    lost = sum(1 for fact in part if "code" in fact.keys)
    by_file = sum(1 for it in made if it.by_file)
    rows = by_file + sum(1 for fact in whole if "code" in fact.keys)
    return {
        "recommendations": len(made),
        "by_file": by_file,
        "by_file_share": rate(by_file, len(made)),
        "rows_confirmed": rows,
        "rows_lost": lost,
        "rows_lost_per_100": rate(lost, rows),
    }


MEASURES = (Measure(32, "bulk", (*TRAINEE, "code"), put_to_the_rules, figures, ("code",)),)
