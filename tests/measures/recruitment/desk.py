"""Measures 19 and 20: lead providers' files, and cases at support."""

from collections import Counter

from .. import london
from ..arithmetic import median, rate
from ..asking import Asked, Counted, Measure, Row, Unit
from .past import Past
from .records import Case, Upload
from .slices import FIXED, WITHOUT_REASON, days, of

SUBJECTS = ("partnership-already-challenged", "partnership-issue", "report-window-closed")
OUTCOMES = ("partnership_broken", "partnership_stands", "answered", "closed", "record_corrected")


def uploads(past: Past, asked: Asked) -> tuple[list[Unit], list[Unit]]:
    """Files that were checked; and rows of them that were refused then, or lost when confirmed."""
    lost: dict[str, Counter[str]] = {}
    for refusal in past.refusals:
        upload = (refusal.given.get("upload") or {}).get("upload_id")
        if refusal.command == "ConfirmRecruitment" and upload:
            lost.setdefault(upload, Counter())[refusal.code] += 1
    bases = [row(upload, upload) for upload in past.uploads.values()]
    acts = [row(upload, (upload.refused.get(code, 0), lost.get(key, {}).get(code, 0)), code)
            for key, upload in past.uploads.items() for code in {*upload.refused, *lost.get(key, {})}]
    return bases, acts


def row(upload: Upload, what: object, code: str | None = None) -> Unit:
    """A file, or rows of it with one code."""
    values = {"lead_provider": upload.lead_provider, "delivery_partner": upload.delivery_partner,
              "cohort": upload.cohort, "code": code}
    return Unit(london.day(upload.at), values, what)


def upload_quality(counted: Counted) -> Row:
    """Measure 19."""
    rows, valid = (sum(getattr(it.what, name) for it in counted.bases) for name in ("rows", "valid"))
    refused, lost = (sum(it.what[which] for it in counted.acts) for which in (0, 1))
    return {
        "uploads": len(counted.bases),
        "rows": rows,
        "valid": valid,
        "valid_per_100": rate(valid, rows),
        "refused": refused,
        "refused_per_100": rate(refused, rows),
        "lost": lost,
        "lost_per_100": rate(lost, rows),
    }


def cases(past: Past, asked: Asked) -> tuple[list[Unit], list[Unit]]:
    """Cases of schools."""
    return [], [case(past, it) for it in past.cases.values()]


def case(past: Past, it: Case) -> Unit:
    """A case, on the day on which it was opened."""
    recruitment = past.recruitments[it.partnership_id]
    values = {"reason": it.reason, "subject": it.subject, "outcome": it.outcome, "came_by": it.came_by}
    return Unit(london.day(it.at), of(recruitment, it.round.delivery_partner) | values, it)


def support_cases(counted: Counted) -> Row:
    """Measure 20."""
    resolved = [it.what for it in counted.acts if it.what.resolved_at is not None]
    return {
        "opened": len(counted.acts),
        "open_now": len(counted.acts) - len(resolved),
        "resolved": len(resolved),
        "median_days": median(days(it.at, it.resolved_at) for it in resolved),
    }


MEASURES = (
    Measure("upload_quality", ("lead_provider", "delivery_partner", "cohort", "week", "code"), uploads,
            upload_quality, ("code",)),
    Measure("support_cases", (*WITHOUT_REASON[:-1], "reason", "subject", "outcome", "came_by"), cases, support_cases,
            fixed=FIXED | {"subject": SUBJECTS, "outcome": OUTCOMES, "came_by": ("token", "signed_in", "service")}),
)
