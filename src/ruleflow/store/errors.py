"""What the store raises."""

from __future__ import annotations


class StoreError(Exception):
    """The store cannot do what was asked, in words for an admin; nothing of it was written. Never holds a password."""
