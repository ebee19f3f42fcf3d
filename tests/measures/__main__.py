"""Plays a year, exports it, works every measure out again and compares: python3 -m measures --help."""

import argparse
import sys
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, Iterator

from . import recruitment
from .comparison import Comparison, query
from .export import Log, events, refusals
from .house import House
from .odd_year import play as play_odd_year
from .questions import questions

FAMILIES = (recruitment,)
QUARTERS = (0.1, 0.35, 0.6, 0.85)
MONTH = 30 * 86_400_000_000
SHOWN = 40


def main() -> int:
    """The exit status: 0 if every cell is the same."""
    asked = arguments()
    house = House(asked.program.resolve(), asked.folder.resolve(), surroundings(asked))
    if asked.year == "demo" and not asked.again:
        house.play_demo()
    with house:
        if asked.year == "odd" and not asked.again:
            play_odd_year(house, asked.seed)
        house.wait_until_settled()
        comparison = compare(house, exported(house), asked)
    return told(comparison)


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="tests/measure-folds", description=__doc__)
    parser.add_argument("--program", type=Path, required=True, help="training-ledger")
    parser.add_argument("--folder", type=Path, required=True, help="where the private service lives")
    parser.add_argument("--year", choices=("demo", "odd"), default="demo")
    parser.add_argument("--seed", type=int, default=1, help="of the odd year and of what is asked")
    parser.add_argument("--again", action="store_true", help="compare the year that the folder holds")
    parser.add_argument("--only", action="append", default=[], help="this measure alone; may be given several times")
    return parser.parse_args()


def surroundings(asked: argparse.Namespace) -> dict[str, str]:
    """What the service finds in its environment."""
    return {} if asked.year == "demo" else play_odd_year.surroundings()


def exported(house: House) -> Log:
    """The log as it can be known from outside."""
    folder = house.folder / "export"
    number = len(list(house.folder.glob("export-*")))
    folder = house.folder / f"export-{number}"
    house.run("export", "events", str(folder), "--as", "ndjson")
    return Log(list(events(folder)), list(refusals(house.database_url)))


def compare(house: House, log: Log, asked: argparse.Namespace) -> Comparison:
    """Asks and compares, family by family, instant by instant."""
    comparison, chance = Comparison(), Random(asked.seed)
    for family in FAMILIES:
        for instant in instants(family, log, chance):
            past = family.fold(log, instant)
            for measure in family.MEASURES:
                if asked.only and measure.name not in asked.only:
                    continue
                for question in questions(measure, past, instant == last(log), chance):
                    served = house.measure(measure.name, **query(question))
                    comparison.add(measure, past, question, served)
            print(f"as of {question.as_of}: {comparison.cells} cells, {len(comparison.differences)} differ", flush=True)
    return comparison


def last(log: Log) -> int:
    """When the last event happened."""
    return max(event.happened_at for event in log.events)


def instants(family: Any, log: Log, chance: Random) -> Iterator[int]:
    """Before the first event, at and between others, on both sides of what decides, and at the end."""
    times = sorted({event.happened_at for event in log.events})
    yield times[0] - 1
    yield from (times[int(len(times) * share)] for share in QUARTERS)
    yield from (instant for instant in family.instants(log, chance) if instant < times[-1])
    yield times[-1]


def told(comparison: Comparison) -> int:
    """Says how it went."""
    print(f"{comparison.tables} tables, {comparison.cells} cells, {comparison.counted} of them counted something")
    for difference in comparison.differences[:SHOWN]:
        print(difference)
    for (measure, figure), count in Counter((it.measure, it.figure) for it in comparison.differences).most_common():
        print(f"{count:6} differ: {measure} {figure}")
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    sys.exit(main())
