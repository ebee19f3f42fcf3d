"""A measure's question and its table: which facts a slice holds, and which of them each row of a split."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import product
from typing import Callable

from .days import academic_year, monday


@dataclass
class Asked:
    """What is asked of a measure: a split, filters, a period, and as of when."""

    as_of: datetime
    by: tuple = ()
    only: dict = field(default_factory=dict)
    first: date | None = None
    last: date | None = None


@dataclass
class Fact:
    """One thing that counts: its dimensions, the day on which it counts, and whatever the figures need."""

    keys: dict
    on: date | None
    about: object

    def values(self, dimension):
        """The values that the fact has in a dimension: one, several, or none."""
        if dimension == "week":
            return [monday(self.on).isoformat()] if self.on else []
        if dimension == "academic_year":
            return [str(academic_year(self.on))] if self.on else []
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
        return all(value in self.values(dimension) for dimension, value in asked.only.items())


@dataclass
class Measure:
    """A measure: its facts, its figures, and the dimensions that narrow its parts but not its wholes."""

    number: int
    name: str
    dimensions: tuple
    facts: Callable
    figures: Callable
    parts_only: tuple = ()


def table(measure, events, refusals, asked):
    """The rows of the split by their keys, and the total."""
    facts = [fact for fact in measure.facts(events, refusals, asked) if fact.within(asked)]
    rows = {keys: row(measure, facts, asked, keys) for keys in keys_of(facts, asked.by)}
    return rows, measure.figures(facts, facts, {}, asked)


def keys_of(facts, by):
    """The rows of a split: every combination of values that some fact has."""
    if not by:
        return []
    found = {keys for fact in facts for keys in product(*(fact.values(dimension) for dimension in by))}
    return sorted(found)


def row(measure, facts, asked, keys):
    """The figures of one row."""
    named = dict(zip(asked.by, keys))
    whole = [fact for fact in facts if has(fact, named, without=measure.parts_only)]
    part = [fact for fact in whole if has(fact, named)]
    return measure.figures(part, whole, named, asked)


def has(fact, named, without=()):
    """Whether a fact has the values that a row names, some dimensions left out."""
    return all(value in fact.values(dimension) for dimension, value in named.items() if dimension not in without)


def of_act(act, **more):
    """The dimensions of an act: those of the record then."""
    return {"training_provider": act.training_provider, "route": act.route, "award": act.award, **more}


TRAINEE = ("training_provider", "route", "award", "academic_year", "week")
