"""A year that is odder than the demo's, played through the service's own doors with its clock set by hand."""

from pathlib import Path
from random import Random

from ..house import House
from .carrier import Carrier
from .door import Door
from . import ground
from .script import write
from .stories import STORIES
from .year import Year


def play(house: House, data: Path, carrier: Carrier, seed: int) -> None:
    """Plays the year of a seed."""
    door = Door(house)
    year = Year(door, carrier, ground.read(data), Random(seed), stories=STORIES)
    write(year)
    year.play()
    door.nats.close()
