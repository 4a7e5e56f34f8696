"""What a change of a project is, and what it means."""
