"""A review in every form in which it is read."""
