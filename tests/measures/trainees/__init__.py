"""Measures 21 to 33, folded from the exported events and the ledger's refusals alone."""

from . import bulk, correcting, lengthened, recommending, refused, standing, withdrawing

FAMILIES = (standing, recommending, withdrawing, lengthened, correcting, bulk, refused)
MEASURES = {measure.name: measure for family in FAMILIES for measure in family.MEASURES}
