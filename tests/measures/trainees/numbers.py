"""Rates and percentiles in exact arithmetic, rounded once."""

from fractions import Fraction
from math import floor

HALF = Fraction(1, 2)


def rounded(value):
    """To one decimal, halves away from zero."""
    tenths = floor(abs(value) * 10 + HALF)
    return Fraction(tenths if value >= 0 else -tenths, 10)


def per_100(part, whole):
    """100 x part / whole to one decimal; nothing where the whole is nothing."""
    return rounded(Fraction(100 * part, whole)) if whole else None


def percentile(values, share):
    """The value at `share` x (n - 1) of the sorted values, on a straight line between neighbours."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return rounded(ordered[below] + (place - below) * (ordered[above] - ordered[below]))


def median(values):
    """The middle of the values."""
    return percentile(values, HALF)


def ninetieth(values):
    """The 90th percentile of the values."""
    return percentile(values, Fraction(9, 10))


def largest(values):
    """The largest value, or nothing of none."""
    return max(values, default=None)
