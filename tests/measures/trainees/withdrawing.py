"""Withdrawals that stand: measures 25, reasons; 26, lack of progress; 27, vague reasons; 30, future interest."""

from ..arithmetic import rate
from .slices import TRAINEE, Fact, Measure, of_act

PROGRESS = {"not_meeting_qts_standards", "lack_of_progress_during_placements", "did_not_make_progress"}
ANOTHER = {
    "had_to_withdraw_trainee_another_reason",
    "trainee_chose_to_withdraw_another_reason",
    "for_another_reason",
    "another_reason",
}


def standing(past):
    """Withdrawals that had not been undone, on the day they were recorded."""
    return [fact(it) for it in past.of_each("withdrawals") if not it.undone]


def fact(it):
    """A withdrawal, with each of its reasons."""
    return Fact(of_act(it.act, withdrawal_reason=it.reasons, trigger=it.trigger), it.act.on, it)


def reasons(part, whole, named, _asked):
    """Withdrawals that gave the row's code, or any."""
    codes = len(part) if "withdrawal_reason" in named else codes_given(part)
    return {
        "all_withdrawals": len(whole),
        "withdrawals": len(part),
        "share": rate(len(part), len(whole)),
        "all_codes": codes_given(whole),
        "codes": codes,
        "share_of_codes": rate(codes, codes_given(whole)),
        "chosen_by_provider": count(part, lambda it: it.trigger == "provider"),
        "chosen_by_trainee": count(part, lambda it: it.trigger == "trainee"),
    }


def codes_given(facts):
    """All codes that withdrawals gave."""
    return sum(len(fact.about.reasons) for fact in facts)


def count(facts, holds):
    """How many withdrawals it holds for."""
    return sum(1 for fact in facts if holds(fact.about))


def progress(part, _whole, _named, _asked):
    """Those that gave one of the three codes that pre-empt failure."""
    given = count(part, lambda it: PROGRESS.intersection(it.reasons))
    return {"withdrawals": len(part), "for_progress": given, "share": rate(given, len(part))}


def vague(part, _whole, _named, _asked):
    """Those whose only code is an "another" one."""
    given = count(part, lambda it: len(it.reasons) == 1 and it.reasons[0] in ANOTHER)
    return {"withdrawals": len(part), "vague": given, "share": rate(given, len(part))}


def interest(part, _whole, _named, _asked):
    """Who may want to teach later, of those who answered yes or no."""
    yes, no = count(part, lambda it: it.interest == "yes"), count(part, lambda it: it.interest == "no")
    return {
        "withdrawals": len(part),
        "answered": yes + no,
        "interested": yes,
        "interested_share": rate(yes, yes + no),
        "not_interested": no,
        "not_known": len(part) - yes - no,
    }


MEASURES = (
    Measure(25, "withdrawals_by_reason", (*TRAINEE, "withdrawal_reason", "trigger"), standing, reasons,
            ("withdrawal_reason", "trigger"), ("all_withdrawals", "all_codes")),
    Measure(26, "pre_empting", TRAINEE, standing, progress),
    Measure(27, "vague_reasons", TRAINEE, standing, vague),
    Measure(30, "future_interest", (*TRAINEE, "withdrawal_reason"), standing, interest),
)
