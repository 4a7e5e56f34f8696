"""Clocks of service levels: what was promised for a ticket, how much of it is used, when it is due."""
