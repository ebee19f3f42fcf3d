"""What is asked of each measure: splits, slices, periods and instants, drawn by a seed from what there is."""

from collections import Counter
from datetime import timedelta
from itertools import combinations
from random import Random
from typing import Any, Iterator

from . import london
from .asking import Asked, Measure

SLICED_BY = ("cohort", "lead_provider", "delivery_partner", "reason", "local_authority", "trust", "channel", "week",
             "training_provider", "route", "award", "academic_year")


def questions(measure: Measure, past: Any, thorough: bool, chance: Random) -> Iterator[Asked]:
    """Every question to a measure as of one instant; pairs of dimensions and sliced splits only some if not thorough."""
    as_of, dimensions = past.as_of, measure.dimensions
    yield Asked(as_of)
    yield from (Asked(as_of, (dimension,)) for dimension in dimensions)
    pairs = [pair for each in combinations(dimensions, 2) for pair in (each, each[::-1])]
    yield from (Asked(as_of, pair) for pair in some(pairs, len(pairs) // 2 if thorough else 4, chance))
    values = values_of(measure, past)
    yield from sliced(measure, as_of, values, 3 if thorough else 1, chance)
    yield from in_periods(measure, past, 6 if thorough else 2, chance)


def values_of(measure: Measure, past: Any) -> dict[str, list[str]]:
    """The values that can be sliced by, most frequent first."""
    seen = [values for _, values in measure.seen(past)]
    return {name: [value for value, _ in Counter(known(seen, name, measure)).most_common()]
            for name in measure.dimensions if name in SLICED_BY}


def known(seen: list[dict[str, str | None]], name: str, measure: Measure) -> Iterator[str]:
    """Values of a dimension that it can be sliced by; what else was given as a reason is none."""
    fixed = measure.fixed.get(name)
    return (value for value in (values.get(name) for values in seen) if value and (not fixed or value in fixed))


def sliced(measure: Measure, as_of: int, values: dict[str, list[str]], count: int, chance: Random) -> Iterator[Asked]:
    """Slices by one and by two values; those by partner and by reason also split by everything."""
    for name, found in values.items():
        for value in drawn(found, count, chance):
            only = ((name, value),)
            yield Asked(as_of, (), only)
            whole = name in ("delivery_partner", "reason") and count > 1
            for dimension in measure.dimensions if whole else some(list(measure.dimensions), 2, chance):
                yield Asked(as_of, (dimension,), only)
    for pair in combinations([name for name in values if values[name]], 2):
        only = tuple((name, chance.choice(values[name][:5])) for name in pair)
        yield Asked(as_of, tuple(some(list(measure.dimensions), 1, chance)), only)


def in_periods(measure: Measure, past: Any, count: int, chance: Random) -> Iterator[Asked]:
    """Periods, some of them of one day, split and not."""
    days = sorted({day for day, _ in measure.seen(past)}) or [london.day(past.as_of)]
    for turn in range(count):
        first = chance.choice(days)
        last = first + timedelta(days=chance.choice((0, 6, 30, 91)))
        period = ((first, last), (first, None), (None, last))[turn % 3]
        yield Asked(past.as_of, (), (), *period)
        for dimension in some(list(measure.dimensions), 3, chance):
            yield Asked(past.as_of, (dimension,), (), *period)


def drawn(found: list[str], count: int, chance: Random) -> list[str]:
    """The most frequent values, a rare one, and others."""
    picked = found[: count - 1] + found[-1:] + some(found, 1, chance)
    return list(dict.fromkeys(picked))


def some(of: list[Any], count: int, chance: Random) -> list[Any]:
    """So many of them."""
    return chance.sample(of, min(count, len(of)))
