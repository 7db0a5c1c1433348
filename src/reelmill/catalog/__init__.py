"""Where jobs, their steps and what they made are recorded: SQLite or Postgres."""
