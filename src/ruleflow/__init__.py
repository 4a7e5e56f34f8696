"""Rules for helpdesks: checked, explained, decided."""
