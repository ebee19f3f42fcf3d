"""Measure 32: recommendations by file, files as they were checked, and rows that were refused at confirmation."""

from ..arithmetic import rate
from ..export import Refusal
from .lives import CheckedFile, Recommendation
from .slices import TRAINEE, UNKNOWN, Fact, Measure, of_act


def by_file(past):
    """Every recommendation, every refused row of a file, every file checked, and every check that found something."""
    accepted = [Fact(of_act(it.act), it.act.on, it) for it in past.of_each("recommendations")]
    lost = [fact for fact in past.refused if is_row(fact.about)]
    return accepted + lost + [fact for file in past.files for fact in of_file(file)]


def is_row(refusal):
    """Whether a refusal is of a row of a file of recommendations."""
    return refusal.command == "RecommendForQts" and bool(refusal.given.get("upload"))


def of_file(file):
    """A file, which has neither route nor status, and its checks by their codes."""
    keys = {"training_provider": file.training_provider, "route": UNKNOWN, "award": UNKNOWN}
    checks = [Fact({**keys, "code": code}, file.on, rows) for code, rows in file.checks.items()]
    return [Fact(keys, file.on, file), *checks]


def kind(facts, of):
    """Those facts that are about one kind of thing."""
    return [fact.about for fact in facts if isinstance(fact.about, of)]


def figures(part, whole, _named, _asked):
    """Recommendations by file, and rows with errors and rows lost per 100 rows."""
    made, files = kind(whole, Recommendation), kind(whole, CheckedFile)
    from_files = sum(1 for it in kind(part, Recommendation) if it.by_file)
    checked, wrong = sum(file.rows for file in files), sum(file.wrong for file in files)
    errors, lost = sum(kind(part, int)), len(kind(part, Refusal))
    confirmed = len(kind(whole, Refusal)) + sum(1 for it in made if it.by_file)
    return {
        "recommendations": len(made),
        "by_file": from_files,
        "by_file_share": rate(from_files, len(made)),
        "files": len(files),
        "rows_checked": checked,
        "rows_wrong": wrong,
        "rows_wrong_per_100": rate(wrong, checked),
        "row_errors": errors,
        "row_errors_per_100": rate(errors, checked),
        "rows_confirmed": confirmed,
        "rows_lost": lost,
        "rows_lost_per_100": rate(lost, confirmed),
    }


MEASURES = (Measure(32, "bulk", (*TRAINEE, "code"), by_file, figures, ("code",),
                    ("recommendations", "files", "rows_checked", "rows_wrong", "rows_wrong_per_100", "rows_confirmed")),)
