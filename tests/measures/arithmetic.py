"""Rates, ratios and percentiles in whole numbers and fractions, rounded once; nothing where there is nothing to divide."""

from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Iterable


def rate(part: int, whole: int) -> Decimal | None:
    """100 x part / whole to one decimal, halves up."""
    return rounded(Fraction(100 * part, whole), 1) if whole else None


def ratio(first: tuple[int, int], second: tuple[int, int]) -> Decimal | None:
    """The first rate by the second, each a part and its whole, to two decimals, halves up."""
    if not first[1] or not second[1] or not second[0]:
        return None
    return rounded(Fraction(*first) / Fraction(*second), 2)


def median(values: Iterable[Fraction | int]) -> Decimal | None:
    """The middle, to one decimal."""
    return percentile(values, Fraction(1, 2))


def ninetieth(values: Iterable[Fraction | int]) -> Decimal | None:
    """The 90th percentile, to one decimal."""
    return percentile(values, Fraction(9, 10))


def percentile(values: Iterable[Fraction | int], share: Fraction) -> Decimal | None:
    """The place share x (n - 1) of the sorted values, on a straight line between neighbours, to one decimal."""
    known = sorted(values)
    if not known:
        return None
    place = share * (len(known) - 1)
    below = floor(place)
    above = min(below + 1, len(known) - 1)
    return rounded(known[below] + (place - below) * (known[above] - known[below]), 1)


def largest(values: Iterable[int]) -> int | None:
    """The largest, if there is one."""
    return max(values, default=None)


def rounded(value: Fraction | int, places: int) -> Decimal:
    """To so many decimals, halves away from zero."""
    scaled = abs(Fraction(value)) * 10**places
    whole = floor(scaled + Fraction(1, 2))
    return Decimal(-whole if value < 0 else whole).scaleb(-places)
