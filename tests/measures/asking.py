"""What is asked of a measure, and how the answer is put together from the units that it counts."""

from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any, Callable, Iterable, Mapping

from . import london

Keys = tuple[str, ...]
Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A slice of a measure: how to split it, what to leave out, and as of when (microseconds)."""

    as_of: int
    by: Keys = ()
    only: tuple[tuple[str, str], ...] = ()
    first: date | None = None
    last: date | None = None

    @property
    def in_rounds(self) -> bool:
        """By delivery partner, rounds are counted instead of recruitments."""
        return "delivery_partner" in self.by or any(name == "delivery_partner" for name, _ in self.only)

    def whole(self) -> "Asked":
        """The same slice, not split."""
        return Asked(self.as_of, (), self.only, self.first, self.last)


@dataclass(frozen=True)
class Unit:
    """Something that is counted: the day it counts on, its values by dimension, and what it is."""

    day: date
    values: dict[str, str | None]
    what: Any

    def value(self, dimension: str) -> str | None:
        """Its value in a dimension; a unit without one belongs to none of its rows."""
        return london.week(self.day) if dimension == "week" else self.values.get(dimension)


@dataclass(frozen=True)
class Counted:
    """What a row is worked out from."""

    bases: list[Unit]
    """What others are counted against: narrowed by no dimension of acts."""
    all_acts: list[Unit]
    """Acts of the row, whatever their dimensions of acts say."""
    acts: list[Unit]
    """Acts of the row."""
    as_of: int


@dataclass(frozen=True)
class Measure:
    """A measure as it is worked out here."""

    name: str
    dimensions: Keys
    units: Callable[[Any, Asked], tuple[list[Unit], list[Unit]]]
    """Bases and acts."""
    figures: Callable[[Counted], Row]
    act_dimensions: Keys = ("reason",)
    """Those that narrow and split acts alone."""
    fixed: Mapping[str, Keys] = field(default_factory=dict)
    """Dimensions that have a row for each of their values, counted or not."""
    against: Keys = ("recruitments", "all_reports", "changes", "per_100", "partnerships", "past_deadline", "provisional",
                     "schools_recruited", "recruitments_in_trusts", "recruitments_outside", "uploads", "rows", "valid",
                     "valid_per_100", "in_trusts_per_100", "outside_per_100")
    """Figures that others are counted against, and what is the same for every row of acts."""
    so_far: Keys = ()
    """Figures summed up to the row, in a split by time alone."""

    def answer(self, past: Any, asked: Asked) -> tuple[dict[Keys, Row], Row]:
        """The rows by their keys, and the total."""
        return answer(self, past, asked)

    def seen(self, past: Any) -> list[tuple[date, dict[str, str | None]]]:
        """Days and values that there is something to slice by; rounds among them."""
        units = [it for each in units_of(self, past, Asked(past.as_of, ("delivery_partner",))) for it in each]
        return [(it.day, it.values | {"week": it.value("week")}) for it in units]


def answer(measure: Measure, past: Any, asked: Asked) -> tuple[dict[Keys, Row], Row]:
    """The rows by their keys, and the total."""
    rows = split(measure, asked, measured(measure, past, asked)) if asked.by else {}
    whole = asked.whole()
    bases, acts = measured(measure, past, whole)
    total = measure.figures(Counted(bases, acts, having(acts, of_acts(measure, asked)), asked.as_of))
    if in_time(asked):
        total |= {f"{name}_so_far": total[name] for name in measure.so_far}
    return rows, total


def in_time(asked: Asked) -> bool:
    """The split is by time alone."""
    return asked.by in (("week",), ("day",))


def measured(measure: Measure, past: Any, asked: Asked) -> tuple[list[Unit], list[Unit]]:
    """Bases and acts of the slice, narrowed by all but the dimensions of acts."""
    bases, acts = units_of(measure, past, asked)
    narrowing = [(name, value) for name, value in asked.only if name not in measure.act_dimensions]
    return in_slice(bases, asked, narrowing), in_slice(acts, asked, narrowing)


def units_of(measure: Measure, past: Any, asked: Asked) -> tuple[list[Unit], list[Unit]]:
    """Everything that the measure counts, worked out once for recruitments and once for rounds."""
    key = (measure.name, asked.in_rounds)
    if key not in past.units:
        past.units[key] = measure.units(past, asked)
    return past.units[key]


def in_slice(units: Iterable[Unit], asked: Asked, only: list[tuple[str, str]]) -> list[Unit]:
    """Those in the period that have every value asked for."""
    first, last = asked.first or date.min, asked.last or date.max
    return having((it for it in units if first <= it.day <= last), only)


def having(units: Iterable[Unit], only: list[tuple[str, str]]) -> list[Unit]:
    """Those that have these values."""
    return [it for it in units if all(it.value(name) == value for name, value in only)]


def of_acts(measure: Measure, asked: Asked) -> list[tuple[str, str]]:
    """What narrows acts alone."""
    return [(name, value) for name, value in asked.only if name in measure.act_dimensions]


def split(measure: Measure, asked: Asked, units: tuple[list[Unit], list[Unit]]) -> dict[Keys, Row]:
    """The rows of a split."""
    bases_by = tuple(name for name in asked.by if name not in measure.act_dimensions)
    bases, all_acts = (grouped(each, bases_by) for each in units)
    acts = grouped(having(units[1], of_acts(measure, asked)), asked.by)
    rows = {}
    for keys in row_keys(measure, asked, (bases_by, {*bases, *all_acts}), acts):
        of_base = tuple(key for name, key in zip(asked.by, keys) if name in bases_by)
        found = (bases.get(of_base, []), all_acts.get(of_base, []), acts.get(keys, []))
        rows[keys] = measure.figures(Counted(*found, asked.as_of))
    if in_time(asked):
        sum_up(measure, rows)
    return rows


def grouped(units: Iterable[Unit], by: Keys) -> dict[Keys, list[Unit]]:
    """Units by their values in these dimensions; those without a value are in no group."""
    groups: dict[Keys, list[Unit]] = {}
    for it in units:
        keys = tuple(it.value(name) for name in by)
        if None not in keys:
            groups.setdefault(keys, []).append(it)
    return groups


def row_keys(measure: Measure, asked: Asked, bases: tuple[Keys, Iterable[Keys]], acts: Iterable[Keys]) -> list[Keys]:
    """A row for each combination that was counted, and for each value of the dimensions with a fixed set of them."""
    names, seen = bases
    free = [name for name in asked.by if name not in measure.fixed]
    known = [dict(zip(names, keys)) for keys in seen] + [dict(zip(asked.by, keys)) for keys in acts]
    combinations = {tuple(row[name] for name in free) for row in known if all(name in row for name in free)}
    fixed = [name for name in asked.by if name in measure.fixed]
    rows = (dict(zip(free, keys)) | dict(zip(fixed, values))
            for keys in (combinations if free else [()])
            for values in product(*(measure.fixed[name] for name in fixed)))
    return sorted(tuple(row[name] for name in asked.by) for row in rows)


def sum_up(measure: Measure, rows: dict[Keys, Row]) -> None:
    """Adds the figures that are summed up to each row."""
    for name in measure.so_far:
        sum_ = 0
        for keys in sorted(rows, key=in_order):
            sum_ += rows[keys][name]
            rows[keys][f"{name}_so_far"] = sum_


def in_order(keys: Keys) -> tuple[int, str]:
    """Numbers by size, dates as text."""
    return (int(keys[0].rstrip("+")), "") if keys[0].rstrip("+").isdigit() else (0, keys[0])
