"""What the service answers, by concern."""
