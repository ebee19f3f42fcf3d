"""Measures 1 to 20: schools' partnerships, the mails about them, refused attempts, files and support cases."""

from . import afterwards, attempts, desk, mails, reports

MEASURES = reports.MEASURES + attempts.MEASURES + afterwards.MEASURES + mails.MEASURES + desk.MEASURES
