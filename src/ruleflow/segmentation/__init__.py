"""Scores and segments from a file of purchases: bounds found, contacts placed."""
