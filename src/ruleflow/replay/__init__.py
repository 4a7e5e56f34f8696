"""Recorded tickets, decided again."""
