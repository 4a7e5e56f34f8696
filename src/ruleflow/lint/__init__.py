"""Advice about rules that are no mistakes: what says nothing, what surprises, what is left over; and how to mend it."""
