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


def is_lost(fact):
    """Whether it is a refused row, and not a recommendation."""
    return "code" in fact.keys


def figures(part, whole, _named, _asked):
    """Recommendations by file, and rows lost per 100 rows."""
    made = sum(1 for fact in whole if not is_lost(fact))
    by_file = sum(1 for fact in part if not is_lost(fact) and fact.about.by_file)
    lost = sum(1 for fact in part if is_lost(fact))
    rows = sum(1 for fact in whole if is_lost(fact) or fact.about.by_file)
    return {
        "recommendations": made,
        "by_file": by_file,
        "by_file_share": rate(by_file, made),
        "rows_confirmed": rows,
        "rows_lost": lost,
        "rows_lost_per_100": rate(lost, rows),
    }


MEASURES = (Measure(32, "bulk", (*TRAINEE, "code"), put_to_the_rules, figures, ("code",),
                    ("recommendations", "rows_confirmed")),)
