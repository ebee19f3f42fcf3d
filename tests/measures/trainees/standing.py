"""Where trainees stand: measure 21, trainees by state, and 22, the outcomes of a start year."""

from ..arithmetic import rate
from .lives import award_of
from .slices import TRAINEE, Fact, Measure

def by_state(past):
    """One fact a trainee, on the first day of the course."""
    return [standing(life) for life in past.lives]


def with_start(past):
    """One fact a trainee whose course has a first day."""
    return [standing(life) for life in past.lives if life.itt_start]


def standing(life):
    """A trainee as the record stands."""
    keys = {
        "training_provider": life.training_provider,
        "route": life.route,
        "award": award_of(life.route),
        "state": life.state,
    }
    return Fact(keys, life.itt_start, life)


def state_figures(part, whole, _named, _asked):
    """Trainees of the row, of all, those deferred and those ever extended apart."""
    return {
        "all_trainees": len(whole),
        "trainees": len(part),
        "share": rate(len(part), len(whole)),
        "deferred": in_states(part, "deferred"),
        "extended": sum(1 for fact in part if fact.about.extensions),
    }


OUTCOMES = {
    "awarded": ("awarded",),
    "pending": ("recommended_for_award",),
    "in_training": ("submitted_for_trn", "trn_received"),
    "deferred": ("deferred",),
    "withdrawn": ("withdrawn",),
}


def outcome_figures(part, _whole, _named, _asked):
    """How many stand in each outcome, each as a share of all."""
    figures = {"trainees": len(part), "draft": in_states(part, "draft")}
    for name, states in OUTCOMES.items():
        figures[name] = in_states(part, *states)
        figures[name + "_share"] = rate(figures[name], len(part))
    return figures


def in_states(facts, *states):
    """How many trainees stand in one of the states."""
    return sum(1 for fact in facts if fact.about.state in states)


MEASURES = (
    Measure(21, "trainees_by_state", (*TRAINEE, "state"), by_state, state_figures, ("state",), ("all_trainees",)),
    Measure(22, "outcomes_of_start_year", TRAINEE, with_start, outcome_figures),
)
