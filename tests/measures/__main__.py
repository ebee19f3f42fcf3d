"""Plays a year, exports it, works every measure out again and compares: python3 -m measures --help."""

import argparse
import signal
import sys
from pathlib import Path
from random import Random
from typing import Any, Iterator

from . import london, odd_lives, recruitment, trainees
from .asking import Asked, Measure
from .comparison import Comparison, Difference, query
from .export import Log, event, lines, refusal
from .house import House
from .odd_year import play
from .odd_year.carrier import Carrier
from .odd_year.ground import small_data
from .questions import questions

FAMILIES = (recruitment, trainees)
QUARTERS = (0.1, 0.35, 0.6, 0.85)
DAY = 86_400_000_000
SHOWN = 4


def main() -> int:
    """The exit status: 0 if every cell is the same."""
    asked = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    house = YEARS[asked.year](asked)
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


def lives(asked: argparse.Namespace) -> House:
    """Odd lives of trainees, played."""
    data = asked.folder.resolve() / "data"
    small_data(asked.data.resolve(), data)
    house = House(asked.program.resolve(), asked.folder.resolve(), {"TRAINING_LEDGER_DATA": str(data)})
    if not asked.again:
        with house:
            odd_lives.play(house, asked.seed)
    return house


YEARS = {"demo": demo, "odd": odd, "lives": lives}


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="tests/measure-folds", description=__doc__)
    parser.add_argument("--program", type=Path, required=True, help="training-ledger")
    parser.add_argument("--folder", type=Path, required=True, help="where the private service lives")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the reference data")
    parser.add_argument("--year", choices=tuple(YEARS), default="demo")
    parser.add_argument("--seed", type=int, default=1, help="of the odd year and of what is asked")
    parser.add_argument("--again", action="store_true", help="compare the year that the folder holds")
    parser.add_argument("--tables", type=int, default=3000, help="about so many tables are asked for")
    parser.add_argument("--only", action="append", default=[], help="this measure alone; may be given several times")
    return parser.parse_args()


def exported(house: House) -> Log:
    """The log as it can be known from outside, once nothing is due any more."""
    house.wait_until_settled()
    number = len(list(house.folder.glob("events-*")))
    what_happened, refused = house.folder / f"events-{number}", house.folder / f"refusals-{number}"
    house.run("export", "events", str(what_happened), "--as", "ndjson")
    house.run("export", "refusals", str(refused), "--as", "ndjson")
    return Log([event(line) for line in lines(what_happened)], [refusal(line) for line in lines(refused)])


def compare(house: House, log: Log, asked: argparse.Namespace) -> Comparison:
    """Asks and compares, family by family, instant by instant."""
    comparison, chance = Comparison(), Random(asked.seed)
    for family in FAMILIES:
        moments = list(instants(family, log, chance))
        for instant in moments:
            thorough = instant == moments[-1]
            share = asked.tables // 2 if thorough else asked.tables // 2 // (len(moments) - 1)
            ask((house, family.fold(log, instant), comparison), asking(family, asked), (share, thorough), chance)
            print(f"as of {london.written(instant)}: {comparison}", flush=True)
        ask_by_command((house, log, comparison), family, asking(family, asked), chance)
        print(f"by command: {comparison}", flush=True)
    return comparison


def ask_by_command(ground: tuple[House, Log, Comparison], family: Any, measures: list[Measure],
                   chance: Random) -> None:
    """Asks each measure on the command line too: as of a day, and as of a time when every window has closed."""
    house, log, comparison = ground
    times = [event.happened_at for event in log.events]
    day = london.day(chance.choice(times))
    for as_of, said in ((london.end_of(day), day.isoformat()), (max(times) + 60 * DAY, None)):
        past = family.fold(log, as_of)
        for measure in measures:
            question = Asked(as_of, (chance.choice(measure.dimensions),))
            told_so_far = len(comparison.differences)
            comparison.add(measure, past, question, by_command(house, measure, question, said))
            if len(comparison.differences) > told_so_far:
                # Both instants can be ahead of the export: the service may have gone on since.
                del comparison.differences[told_so_far:]
                past = family.fold(exported(house), as_of)
                comparison.add(measure, past, question, by_command(house, measure, question, said))


def by_command(house: House, measure: Measure, question: Asked, said: str | None) -> dict[str, Any]:
    """The table that the command line prints."""
    rows = house.measure_by_command(measure.name, **query(question) | ({"as_of": said} if said else {}))
    return {"rows": rows[:-1], "total": rows[-1]}


def asking(family: Any, asked: argparse.Namespace) -> list[Measure]:
    """The measures to ask of a family."""
    return [measure for measure in family.MEASURES if not asked.only or measure.name in asked.only]


def ask(ground: tuple[House, Any, Comparison], measures: list[Measure], extent: tuple[int, bool],
        chance: Random) -> None:
    """Asks a share of all questions as of one instant, but the plain ones of each measure always."""
    (house, past, comparison), (share, thorough) = ground, extent
    every = [(measure, question) for measure in measures for question in questions(measure, past, thorough, chance)]
    plain = [(measure, question) for measure, question in every if not question.by and not question.only]
    for measure, question in plain + chance.sample(every, min(share, len(every))):
        comparison.add(measure, past, question, house.measure(measure.name, **query(question)))


def instants(family: Any, log: Log, chance: Random) -> Iterator[int]:
    """Before the first event, at others in between, on both sides of what decides, and at the last event of all."""
    times = sorted(event.happened_at for event in log.events if event.kind in family.KINDS)
    if not times:
        return
    yield times[0] - 1
    yield from (times[int(len(times) * share)] for share in QUARTERS)
    yield from (instant for instant in family.instants(log, chance) if instant < times[-1])
    yield max(event.happened_at for event in log.events)


def told(comparison: Comparison) -> int:
    """Says how it went."""
    print(comparison)
    by_figure: dict[tuple[str, str], list[Difference]] = {}
    for difference in comparison.differences:
        by_figure.setdefault((difference.measure, difference.figure), []).append(difference)
    for (measure, figure), found in by_figure.items():
        print(f"{len(found)} differ: {measure} {figure}")
        for difference in found[:SHOWN]:
            print(f"  {difference}")
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    sys.exit(main())
