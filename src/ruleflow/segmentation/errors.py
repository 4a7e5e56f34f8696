"""Why purchases cannot be used, or bounds not found: in words, to be shown as they are."""

from __future__ import annotations


class PurchasesError(Exception):
    """A file of purchases that cannot be read, or without a column that is needed."""


class FitError(Exception):
    """Bounds that cannot be found in the purchases, or not be written into the project."""
