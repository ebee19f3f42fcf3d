"""The service's answers beside ours, cell by cell."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Iterator

from . import london
from .asking import Asked, Keys, Measure, Row


@dataclass
class Difference:
    """A cell, or a row, that is not the same."""

    measure: str
    asked: Asked
    keys: Keys
    figure: str
    ours: Any
    theirs: Any

    def __str__(self) -> str:
        row = "|".join(self.keys) or "total"
        return f"{self.measure} {shown(self.asked)} row {row} {self.figure}: worked out {self.ours}, served {self.theirs}"


@dataclass
class Comparison:
    """How much was compared, and what differed."""

    tables: int = 0
    cells: int = 0
    counted: int = 0
    """Cells that are neither empty nor nought."""
    empty_rows: int = 0
    """Rows of nothing that only one side has."""
    differences: list[Difference] = field(default_factory=list)

    def __str__(self) -> str:
        return (f"{self.tables} tables, {self.cells} cells, {self.counted} of them counted something, "
                f"{self.empty_rows} rows of nothing on one side, "
                f"{len(self.differences)} differ")

    def add(self, measure: Measure, past: Any, asked: Asked, served: dict[str, Any]) -> None:
        """Compares one table."""
        rows, total = measure.answer(past, asked)
        theirs = {tuple(str(row[name]) for name in asked.by): row for row in served["rows"]} if asked.by else {}
        self.tables += 1
        for keys in sorted({*rows, *theirs}):
            self.row((measure, asked, keys), rows.get(keys), theirs.get(keys))
        if asked.by or len(served["rows"]) != 1:
            self.row((measure, asked, ()), total, served["total"])
        else:
            self.row((measure, asked, ()), total, served["rows"][0])

    def row(self, place: tuple[Measure, Asked, Keys], ours: Row | None, theirs: dict[str, Any] | None) -> None:
        """Compares one row."""
        measure, asked, keys = place
        if ours is None or theirs is None:
            self.lonely(place, ours or theirs, "worked out" if ours else "served")
            return
        for name in figures(measure, asked, ours, theirs):
            self.cells += 1
            self.counted += theirs.get(name) not in (None, 0, False, "absent")
            if not same(ours.get(name), theirs.get(name, "absent")):
                difference = Difference(measure.name, asked, keys, name, ours.get(name), theirs.get(name, "absent"))
                self.differences.append(difference)


    def lonely(self, place: tuple[Measure, Asked, Keys], row: Row, by: str) -> None:
        """A row that only one side has: a difference, unless there is nothing in it that is counted there."""
        measure, asked, keys = place
        of_acts = any(name in measure.act_dimensions for name in asked.by)
        against = measure.against if of_acts else ()
        counted = {name: value for name, value in row.items() if name not in asked.by and name not in against}
        if all(value in (None, 0, False) or isinstance(value, str) for value in counted.values()):
            self.empty_rows += 1
        else:
            self.differences.append(Difference(measure.name, asked, keys, "row", row, f"only {by}"))


def figures(measure: Measure, asked: Asked, ours: Row, theirs: dict[str, Any]) -> Iterator[str]:
    """The figures of either."""
    keys = {name for dimension in asked.by for name in (dimension, f"{dimension}_name")}
    yield from ours
    yield from (name for name in theirs if name not in ours and name not in keys)


def same(ours: Any, theirs: Any) -> bool:
    """The same kind of value, equal to the last digit; a number is never true or false."""
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, (int, Decimal)) and isinstance(theirs, (int, Decimal)):
        return Decimal(ours) == Decimal(theirs)
    return ours == theirs


def shown(asked: Asked) -> str:
    """A question as people can ask it again."""
    period = f" from {asked.first or '..'} to {asked.last or '..'}" if asked.first or asked.last else ""
    only = "".join(f" {name}={value}" for name, value in asked.only)
    return f"by {','.join(asked.by) or 'total'}{only}{period} as of {london.written(asked.as_of)}"


def query(asked: Asked) -> dict[str, str]:
    """A question as the service takes it."""
    period = {name: day.isoformat() for name, day in (("from", asked.first), ("to", asked.last)) if day}
    return {"by": ",".join(asked.by), "as_of": london.written(asked.as_of), **dict(asked.only), **period}
