"""Views: records filtered and put in order, however many there are."""
