"""Measures 21 to 33, folded from the exported events and the ledger's refusals alone."""

from . import bulk, correcting, lengthened, recommending, refused, standing, withdrawing
from .lives import Past, lives

FAMILIES = (standing, recommending, withdrawing, lengthened, correcting, bulk, refused)
MEASURES = tuple(sorted((measure for family in FAMILIES for measure in family.MEASURES), key=lambda it: it.number))


def fold(log, as_of):
    """The past of trainees as of an instant."""
    return Past(as_of, lives(log.events, as_of), refused.by_then(log, as_of))
