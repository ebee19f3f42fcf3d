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
from .odd_year import play
from .odd_year.carrier import Carrier
from .odd_year.ground import small_data
from .questions import questions

FAMILIES = (recruitment,)
QUARTERS = (0.1, 0.35, 0.6, 0.85)
MONTH = 30 * 86_400_000_000
SHOWN = 40


def main() -> int:
    """The exit status: 0 if every cell is the same."""
    asked = arguments()
    house = odd(asked) if asked.year == "odd" else demo(asked)
    with house:
        log = exported(house)
        comparison = compare(house, log, asked)
    return told(comparison)


def demo(asked: argparse.Namespace) -> House:
    """The demo's year, played."""
    house = House(asked.program.resolve(), asked.folder.resolve())
    if not asked.again:
        house.play_demo()
    return house


def odd(asked: argparse.Namespace) -> House:
    """The odd year, played."""
    asked.folder.mkdir(parents=True, exist_ok=True)
    carrier, data = Carrier(), asked.folder.resolve() / "data"
    small_data(asked.data.resolve(), data)
    surroundings = carrier.surroundings() | {"TRAINING_LEDGER_DATA": str(data)}
    house = House(asked.program.resolve(), asked.folder.resolve(), surroundings)
    if not asked.again:
        with house:
            play(house, data, carrier, asked.seed)
    return house


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="tests/measure-folds", description=__doc__)
    parser.add_argument("--program", type=Path, required=True, help="training-ledger")
    parser.add_argument("--folder", type=Path, required=True, help="where the private service lives")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the reference data")
    parser.add_argument("--year", choices=("demo", "odd"), default="demo")
    parser.add_argument("--seed", type=int, default=1, help="of the odd year and of what is asked")
    parser.add_argument("--again", action="store_true", help="compare the year that the folder holds")
    parser.add_argument("--only", action="append", default=[], help="this measure alone; may be given several times")
    return parser.parse_args()


def exported(house: House) -> Log:
    """The log as it can be known from outside, once nothing is due any more."""
    house.wait_until_settled()
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
