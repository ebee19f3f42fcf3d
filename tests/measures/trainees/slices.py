"""A measure's question and its table: which facts a slice holds, and which of them each row of a split."""

from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Callable

from ..asking import Asked
from ..london import week
from .days import academic_year

UNKNOWN = "unknown"


@dataclass
class Fact:
    """One thing that counts: its dimensions, the day on which it counts, and whatever the figures need."""

    keys: dict
    on: date | None
    about: object

    def values(self, dimension):
        """The values that the fact has in a dimension: one, several, or none."""
        if dimension == "week":
            return [week(self.on) if self.on else UNKNOWN]
        if dimension == "academic_year":
            return [str(academic_year(self.on)) if self.on else UNKNOWN]
        value = self.keys.get(dimension)
        if value is None:
            return []
        return value if isinstance(value, list) else [value]

    def within(self, asked):
        """Whether the fact lies in the period and the slice."""
        if asked.first and not (self.on and self.on >= asked.first):
            return False
        if asked.last and not (self.on and self.on <= asked.last):
            return False
        return all(value in self.values(dimension) for dimension, value in asked.only)


@dataclass
class Measure:
    """A measure: its facts, its figures, and how its dimensions split them."""

    number: int
    name: str
    dimensions: tuple
    facts: Callable
    figures: Callable
    act_dimensions: tuple = ()
    """Dimensions that narrow parts of a row, but not what they are counted against."""
    against: tuple = ()
    """Figures that others are counted against."""

    def answer(self, past, asked: Asked):
        """The rows of the split by their keys, and the total."""
        facts = [fact for fact in self.facts(past) if fact.within(asked)]
        rows = {keys: self.row(facts, asked, keys) for keys in self.keys_of(facts, asked)}
        return rows, self.figures(facts, facts, {}, asked)

    def keys_of(self, facts, asked):
        """The rows of a split: the values that some fact has together; of one dimension, every fixed value."""
        if not asked.by:
            return []
        found = {keys for fact in facts for keys in product(*(fact.values(dimension) for dimension in asked.by))}
        alone = asked.by[0] if len(asked.by) == 1 and asked.by[0] not in dict(asked.only) else None
        return sorted(found | {(value,) for value in FIXED.get(alone, ())})

    @property
    def fixed(self):
        """Its dimensions that have a row for each of their values."""
        return {name: FIXED[name] for name in self.dimensions if name in FIXED}

    def seen(self, past):
        """Days and values that there is something to slice by; what is unknown is no value to ask for."""
        facts = [fact for fact in self.facts(past) if fact.on]
        return [(fact.on, {name: value for name in self.dimensions for value in fact.values(name) if value != UNKNOWN})
                for fact in facts]

    def row(self, facts, asked, keys):
        """The figures of one row."""
        named = dict(zip(asked.by, keys))
        whole = [fact for fact in facts if has(fact, named, without=self.act_dimensions)]
        part = [fact for fact in whole if has(fact, named)]
        return self.figures(part, whole, named, asked)


def has(fact, named, without=()):
    """Whether a fact has the values that a row names, some dimensions left out."""
    return all(value in fact.values(dimension) for dimension, value in named.items() if dimension not in without)


def of_act(act, **more):
    """The dimensions of an act: those of the record then."""
    return {"training_provider": act.training_provider, "route": act.route, "award": act.award, **more}


FIXED = {
    "award": ("QTS", "EYTS"),
    "channel": ("csv", "api", "nats", "screen", "system"),
    "state": ("draft", "submitted_for_trn", "trn_received", "recommended_for_award", "awarded", "deferred",
              "withdrawn"),
    "trigger": ("provider", "trainee"),
}
"""Dimensions whose values each have a row in a split by that dimension alone, counted or not."""
TRAINEE = ("training_provider", "route", "award", "academic_year", "week")
