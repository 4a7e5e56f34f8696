"""What a decision service keeps: decisions, projects, API keys, timers; in SQLite or PostgreSQL."""
